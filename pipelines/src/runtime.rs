//! The runtime of epochs and cuts: sources in, one dataflow, all tables published together.
//!
//! ```text
//! sources ─▶ worker: hand in at a tick ─▶ dataflow ─▶ shelves ─▶ encode thread ─▶ files ┐
//!                 ▲                                                                     ├─▶ commit thread: plan,
//! worker 0: when an epoch begins, when a cut ends ◀──────── shares of a cut ◀───────────┘   tables, seal
//! ```
//!
//! Every table is a function of the recorded input, the ledgers and the recorded stream time, so a restart replays what
//! raw has recorded up to the last sealed cut and goes on from the positions that the cut recorded.

pub mod audit;

pub mod budget;

pub mod clock;

mod clerk;

mod going_on;

mod opening;

pub mod sinks;

pub mod signalling;

pub mod acting;

pub mod deciding;

pub mod committing;

pub mod control;

pub mod coordinator;

pub mod credit_watch;

pub mod dataflow;

mod error;

pub mod feed;

mod crew;

mod head;

pub mod orders;

pub mod publisher;

pub mod recovery;

mod refold;

mod restart;

pub mod stream_time;

pub mod vitals;

mod watch;

mod worker;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use connectors::cluster::Membership;
use connectors::lake::{Committer, Lake, Seal, Upkeep};
use connectors::source::Start as Begin;
use datasets::ids::Pseudonyms;

use crate::decisions::credit_bars::Band;
use crate::names::Names;
use budget::{Gauges, Limits};
use coordinator::Pace;
use crew::Crew;
pub use error::RuntimeError;
use feed::Feed;
use head::Head;
use orders::Start;
use sinks::Sinks;
use vitals::Vitals;

/// How to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Workers in this process.
    pub workers: usize,
    /// The cluster that this process is part of, if it is not alone.
    pub cluster: Option<Membership>,
    /// How cuts and epochs are paced.
    pub pace: Pace,
    /// How long events are held one by one, and how much memory they may take.
    pub limits: Limits,
    /// How far below its limit a barred account is let go.
    pub band: Band,
    /// How the lake is kept small.
    pub upkeep: Upkeep,
    /// Where a source begins that the lake has no position of.
    pub begin: Begin,
    /// Whether usage is recorded in raw. A lake without it cannot be recovered from: it is left out only to measure
    /// what it costs.
    pub keeps_raw: bool,
}

/// What all workers of a process share.
pub(crate) struct Shared {
    settings: Settings,
    lake: Lake,
    names: Names,
    pseudonyms: Pseudonyms,
    feeds: Vec<Box<dyn Feed>>,
    /// What the first process found in the lake; the others hear of it from worker 0.
    first: Mutex<Option<First>>,
    /// Whether workers tell of credit by epoch; worker 0 passes it on.
    tells_credit: bool,
    vitals: Arc<Vitals>,
    failed: AtomicBool,
    lost: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    gauges: Arc<Gauges>,
}

/// What only the first process has: the right to commit, the last seal, where to go on from, and the sinks.
pub(crate) struct First {
    committer: Committer,
    seal: Option<Seal>,
    start: Start,
    sinks: Sinks,
}

impl Shared {
    fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> Result<(), RuntimeError> {
        match () {
            () if self.failed.load(Ordering::Relaxed) => Err(RuntimeError::AnotherWorker),
            () if self.lost.load(Ordering::Relaxed) => Err(RuntimeError::LostProcess),
            () => Ok(()),
        }
    }

    /// All processes read from what the first one knows.
    fn check_sources(&self, start: &Start) -> Result<(), RuntimeError> {
        let mut own = self.feeds.iter().map(|feed| feed.source_id());
        match own.find(|id| start.facts.sources.iter().all(|known| known != id)) {
            Some(strange) => Err(RuntimeError::StrangeSource(strange.to_owned())),
            None => Ok(()),
        }
    }

    fn is_to_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// What is run: a lake, its sources, and the secret that makes numbers pseudonyms.
pub struct Job {
    /// The lake to publish to.
    pub lake: Lake,
    /// The sources to read.
    pub feeds: Vec<Box<dyn Feed>>,
    /// Makes numbers pseudonyms.
    pub pseudonyms: Pseudonyms,
    /// Where signals and actions go.
    pub sinks: Sinks,
    /// Set to end with one last cut.
    pub stop: Arc<AtomicBool>,
    /// Shows what is held in memory.
    pub gauges: Arc<Gauges>,
}

/// Runs until every source is at its end, or until asked to stop.
///
/// # Errors
/// When the lake or a source fails, or recovery does not come to what was sealed.
pub fn run(settings: Settings, job: Job) -> Result<(), RuntimeError> {
    run_watched(settings, job, Arc::default())
}

/// Runs as `run` does, and tells its vital signs.
///
/// # Errors
/// As `run`.
pub fn run_watched(
    settings: Settings,
    mut job: Job,
    vitals: Arc<Vitals>,
) -> Result<(), RuntimeError> {
    vitals.expect(settings.workers, &settings.pace, &job.gauges);
    let sinks = std::mem::take(&mut job.sinks);
    let tells_credit = sinks.signals.is_some();
    let crew = Crew::gather(settings.workers, settings.cluster.as_ref())?;
    let first = match &settings.cluster {
        Some(Membership { process: 1.., .. }) => None,
        _ => Some(First::open(&job, sinks, &settings.upkeep)?),
    };
    let shared = Shared {
        settings,
        lake: job.lake,
        names: Names::default(),
        pseudonyms: job.pseudonyms,
        feeds: job.feeds,
        first: Mutex::new(first),
        tells_credit,
        vitals,
        failed: AtomicBool::new(false),
        lost: crew.lost(),
        stop: job.stop,
        gauges: job.gauges,
    };
    crew.work(move |worker| worker::run(worker, &shared))
}

impl First {
    fn open(job: &Job, mut sinks: Sinks, upkeep: &Upkeep) -> Result<Self, RuntimeError> {
        sinks.open()?;
        let (committer, seal) = Committer::open_with(job.lake.clone(), upkeep.clone())?;
        let start = going_on::start_behind(seal.as_ref(), job, committer.generation())?;
        start.announce(&job.lake)?;
        Ok(Self { committer, seal, start, sinks })
    }
}
