//! Runs weir on a generated operator in this process, and reads back what it published.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use arrow::util::display::array_value_to_string;
use connectors::lake::{Lake, LakeError, Seal, Upkeep};
use connectors::memory::MemoryRecord;
use connectors::source::Start;
use datasets::dictionary::Table;
use datasets::generator::Item;
use datasets::ids::Pseudonyms;
use pipelines::config::role_of;
use pipelines::runtime::budget::{Gauges, Limits};
use pipelines::runtime::coordinator::Pace;
use pipelines::runtime::feed::{Feed, MemoryFeed};
use pipelines::runtime::sinks::Sinks;
use pipelines::runtime::{Job, RuntimeError, Settings, run};

/// The topics that the pipelines read.
pub const TOPICS: [&str; 6] = [
    "usage.cdr",
    "cust.topups",
    "ref.accounts",
    "ref.subscriptions",
    "ref.tariffs",
    "ref.destinations",
];

/// Runs until all items are published, on so many workers.
///
/// # Errors
/// When the run fails.
pub fn publish(lake: &Lake, items: &[Item], workers: usize) -> Result<(), RuntimeError> {
    publish_with(lake, items, settings(workers))
}

/// Runs until all items are published.
///
/// # Errors
/// When the run fails.
pub fn publish_with(lake: &Lake, items: &[Item], settings: Settings) -> Result<(), RuntimeError> {
    publish_to(lake, items, (settings, Sinks::default()))
}

/// Runs until all items are published, with signals and actions to these sinks.
///
/// # Errors
/// When the run fails.
pub fn publish_to(
    lake: &Lake,
    items: &[Item],
    (settings, sinks): (Settings, Sinks),
) -> Result<(), RuntimeError> {
    let running = Running::start_to(lake, settings, sinks);
    running.feed(items);
    running.end()
}

/// A run that is fed while it lives.
pub struct Running {
    topics: BTreeMap<&'static str, Sender<MemoryRecord>>,
    stop: Arc<AtomicBool>,
    /// What it holds in memory.
    pub gauges: Arc<Gauges>,
    thread: JoinHandle<Result<(), RuntimeError>>,
}

impl Running {
    /// Begins a run.
    ///
    /// # Panics
    /// If a topic has no role.
    #[must_use]
    pub fn start(lake: &Lake, settings: Settings) -> Self {
        Self::start_to(lake, settings, Sinks::default())
    }

    /// Begins a run with signals and actions to these sinks.
    ///
    /// # Panics
    /// If a topic has no role.
    #[must_use]
    pub fn start_to(lake: &Lake, settings: Settings, sinks: Sinks) -> Self {
        let (stop, gauges) = (Arc::<AtomicBool>::default(), Arc::<Gauges>::default());
        let mut topics = BTreeMap::new();
        let mut feeds: Vec<Box<dyn Feed>> = Vec::new();
        for topic in TOPICS {
            let (sender, records) = channel();
            let role = role_of(topic).expect("every topic has a role");
            feeds.push(Box::new(MemoryFeed::new(topic, role, records)));
            topics.insert(topic, sender);
        }
        let job = Job {
            lake: lake.clone(),
            feeds,
            pseudonyms: Pseudonyms::new(b"a key for tests"),
            sinks,
            stop: Arc::clone(&stop),
            gauges: Arc::clone(&gauges),
        };
        let thread = std::thread::spawn(move || run(settings, job));
        Self { topics, stop, gauges, thread }
    }

    /// Hands items to it; one that has failed takes none.
    pub fn feed(&self, items: &[Item]) {
        for item in items {
            let Some(topic) = self.topics.get(item.topic) else { continue };
            let key = item.key.clone().map(String::into_bytes);
            let payload = item.payload.clone();
            drop(topic.send(MemoryRecord { key, payload, arrived_at: item.arrived_at }));
        }
    }

    /// Waits until something is so, or the run has ended.
    pub fn wait_until(&self, mut so: impl FnMut() -> bool) {
        while !so() && !self.thread.is_finished() {
            std::thread::yield_now();
        }
    }

    /// Ends its topics, and waits until it has published them.
    ///
    /// # Errors
    /// When the run fails.
    pub fn end(self) -> Result<(), RuntimeError> {
        drop(self.topics);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Asks it for one last cut.
    ///
    /// # Errors
    /// When the run fails.
    pub fn stop(self) -> Result<(), RuntimeError> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Cuts as short as they can be, so that there are many.
#[must_use]
pub fn settings(workers: usize) -> Settings {
    Settings {
        workers,
        cluster: None,
        pace: Pace {
            publish_interval: Duration::from_millis(1),
            heartbeat: Duration::from_secs(60),
            epoch_interval: Duration::from_millis(1),
            until_idle: true,
        },
        limits: Limits::of_days(35),
        band: Default::default(),
        upkeep: Upkeep::default(),
        begin: Start::Earliest,
        keeps_raw: true,
    }
}

/// The rows of a table at a sealed cut, as sorted text, without some of its columns.
///
/// # Errors
/// When the table cannot be read.
///
/// # Panics
/// If a value cannot be shown.
pub fn rows(
    lake: &Lake,
    seal: &Seal,
    table: &'static Table,
    without: &[&str],
) -> Result<Vec<String>, LakeError> {
    let mut rows = Vec::new();
    for batch in lake.read(table, seal.tables[&table.qualified_name()].version)? {
        let batch = batch?;
        let names = batch.schema();
        let kept: Vec<_> = (0..batch.num_columns())
            .filter(|place| !without.contains(&names.field(*place).name().as_str()))
            .collect();
        for row in 0..batch.num_rows() {
            let show = |place: &usize| {
                array_value_to_string(batch.column(*place), row).expect("values can be shown")
            };
            rows.push(kept.iter().map(show).collect::<Vec<_>>().join("|"));
        }
    }
    rows.sort();
    Ok(rows)
}

/// Two text columns and a number of each row, as a map.
///
/// # Errors
/// When the table cannot be read.
///
/// # Panics
/// If the table has other columns.
pub fn counts(
    lake: &Lake,
    seal: &Seal,
    table: &'static Table,
) -> Result<BTreeMap<String, i64>, LakeError> {
    let pair = |row: String| {
        let (key, count) = row.rsplit_once('|').expect("there are several columns");
        (key.to_owned(), count.parse().expect("the last column is a number"))
    };
    Ok(rows(lake, seal, table, &[])?.into_iter().map(pair).collect())
}
