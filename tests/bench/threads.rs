//! What the threads of this process use, as the kernel counts it: sampled while they live, kept when they end.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use datasets::units::EventTime;
use pipelines::runtime::clock::Clock;
use serde::{Deserialize, Serialize};

/// How often threads are looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// The state of the process at one moment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Point {
    /// Nanoseconds since the sampler's start.
    pub(crate) at_ns: u64,
    /// The wall clock, in microseconds since 1970.
    pub(crate) wall_us: i64,
    /// Nanoseconds of CPU by the threads' names, those that have ended included.
    pub(crate) cpu_ns: BTreeMap<String, u64>,
    /// Nanoseconds that threads were ready to run and did not, as others ran.
    pub(crate) waited_ns: u64,
    /// Resident memory.
    pub(crate) resident_bytes: u64,
    /// Bytes handed to `write`.
    pub(crate) written_bytes: u64,
}

/// A run as it was sampled.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Samples {
    /// When the threads that read usage began; the beginning where none is named so.
    pub(crate) opened: Point,
    /// Now and then, in order.
    pub(crate) points: Vec<Point>,
    /// The end.
    pub(crate) end: Point,
    /// The most memory that the process ever had.
    pub(crate) peak_bytes: u64,
}

impl Point {
    /// CPU since an earlier point, of threads whose name begins so.
    pub(crate) fn cpu_since(&self, earlier: &Self, name: &str) -> u64 {
        let sum = |point: &Self| -> u64 {
            let named = point.cpu_ns.iter().filter(|(thread, _)| thread.starts_with(name));
            named.map(|(_, cpu)| *cpu).sum()
        };
        sum(self).saturating_sub(sum(earlier))
    }
}

/// A thread that samples the others.
pub(crate) struct Sampler {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Option<Samples>>,
}

impl Sampler {
    /// Begins now.
    pub(crate) fn start() -> Self {
        let stop = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("sampler".to_owned());
        let thread = thread.spawn(move || Sampling::new().run(&stopped));
        Self { stop, thread: thread.expect("the machine can start a thread") }
    }

    /// Ends the sampling; nothing where the kernel tells nothing.
    pub(crate) fn finish(self) -> Option<Samples> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().ok().flatten()
    }
}

struct Sampling {
    began: Instant,
    threads: BTreeMap<u64, (String, u64, u64)>,
    opened: Option<Point>,
    points: Vec<Point>,
}

impl Sampling {
    fn new() -> Self {
        Self { began: Clock.instant(), threads: BTreeMap::new(), opened: None, points: Vec::new() }
    }

    fn run(mut self, stop: &AtomicBool) -> Option<Samples> {
        let first = self.look()?;
        loop {
            std::thread::park_timeout(INTERVAL);
            let point = self.look()?;
            let reads = point.cpu_ns.keys().any(|name| name.starts_with("source"));
            if self.opened.is_none() && reads {
                self.opened = Some(point.clone());
            }
            if stop.load(Ordering::Relaxed) {
                let opened = self.opened.unwrap_or(first);
                let peak_bytes = status_bytes("VmHWM:")?;
                return Some(Samples { opened, points: self.points, end: point, peak_bytes });
            }
            let last = self.points.last().map_or(0, |last| last.at_ns);
            if point.at_ns - last > 200_000_000 {
                self.points.push(point);
            }
        }
    }

    fn look(&mut self) -> Option<Point> {
        for entry in fs::read_dir("/proc/self/task").ok()?.flatten() {
            let Some(number) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // A thread may end between two looks.
            let folder = entry.path();
            let Ok(name) = fs::read_to_string(folder.join("comm")) else { continue };
            let Ok(times) = fs::read_to_string(folder.join("schedstat")) else { continue };
            let mut times = times.split_whitespace().filter_map(|word| word.parse().ok());
            let (ran, waited) = (times.next()?, times.next()?);
            self.threads.insert(number, (name.trim().to_owned(), ran, waited));
        }
        let mut cpu_ns = BTreeMap::new();
        for (name, ran, _) in self.threads.values() {
            *cpu_ns.entry(name.clone()).or_default() += ran;
        }
        Some(Point {
            at_ns: u64::try_from(Clock.since(self.began).as_nanos()).ok()?,
            wall_us: wall().0,
            cpu_ns,
            waited_ns: self.threads.values().map(|(_, _, waited)| waited).sum(),
            resident_bytes: status_bytes("VmRSS:")?,
            written_bytes: line_of("/proc/self/io", "wchar:")?.parse().ok()?,
        })
    }
}

/// The wall clock.
pub(crate) fn wall() -> EventTime {
    Clock.now()
}

fn status_bytes(name: &str) -> Option<u64> {
    let kilobytes: u64 = line_of("/proc/self/status", name)?.parse().ok()?;
    Some(kilobytes * 1_024)
}

/// The first word behind a name at the beginning of a line.
fn line_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next().map(str::to_owned)
}
