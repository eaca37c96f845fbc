//! What a running process knows of itself, for health checks and metrics: noted per cut and per source, never per record.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use connectors::lake::Seal;
use connectors::source::status::{Snapshot, Status};
use prometheus_client::metrics::histogram::Histogram;

use super::budget::Gauges;
use super::clock::Clock;
use super::coordinator::{CompleteCut, Pace};
use super::orders::Accounting;

/// Upper bounds of the histogram of seal durations, in seconds.
const SEAL_BUCKETS_S: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// The vital signs of one process.
#[derive(Debug)]
pub struct Vitals {
    known: Mutex<Known>,
    seal_durations: Histogram,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Known {
    workers: usize,
    workers_recovered: usize,
    recovered_at: Option<Instant>,
    leads: bool,
    patience: Duration,
    sources: Vec<(String, Arc<Status>)>,
    gauges: Arc<Gauges>,
    handed_over: BTreeMap<u64, (Instant, Accounting)>,
    accounting: Accounting,
    sink_rows: BTreeMap<(String, &'static str), u64>,
    held_back: HeldBack,
    last: Option<(Seal, Instant)>,
}

/// What a run goes on in spite of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// Partitions that stream time goes on without, by source.
    pub left_out: Vec<(String, u32)>,
    /// Whether sources wait until memory is free.
    pub sources_wait: bool,
}

/// The vital signs at one moment.
#[derive(Debug)]
pub struct View {
    /// Whether every worker of the process has recovered and has opened its sources.
    pub recovered: bool,
    /// Whether the process commits cuts; the others do not know of seals.
    pub leads: bool,
    /// How old the last seal may be.
    pub patience: Duration,
    /// Time since the last seal, or since the recovery where there is none yet.
    pub seal_age: Option<Duration>,
    /// The last seal of this run.
    pub seal: Option<Seal>,
    /// Each source of the process, by its id.
    pub sources: Vec<(String, Snapshot)>,
    /// What all workers hold in memory; only the process that leads knows.
    pub gauges: Option<Arc<Gauges>>,
    /// Usage records by state at the last seal.
    pub accounting: Accounting,
    /// Rows that this run has published, by table and whether they came or went.
    pub sink_rows: BTreeMap<(String, &'static str), u64>,
    /// What the run goes on in spite of.
    pub held_back: HeldBack,
    /// How long cuts took from complete to sealed.
    pub seal_durations: Histogram,
}

impl Default for Vitals {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            seal_durations: Histogram::new(SEAL_BUCKETS_S),
            clock: Clock,
        }
    }
}

impl Vitals {
    /// Notes how many workers the process has, how often cuts are due, and what shows the memory that all workers hold.
    pub(super) fn expect(&self, workers: usize, pace: &Pace, gauges: &Arc<Gauges>) {
        let mut known = self.lock();
        known.workers = workers;
        known.gauges = Arc::clone(gauges);
        known.patience = pace.publish_interval.max(pace.heartbeat).saturating_mul(2);
    }

    /// Notes a source that a worker has opened.
    pub(super) fn opened(&self, source_id: &str, status: Arc<Status>) {
        self.lock().sources.push((source_id.to_owned(), status));
    }

    /// Notes that a worker has recovered and reads its sources.
    pub(super) fn recovered(&self, leads: bool) {
        let mut known = self.lock();
        known.workers_recovered += 1;
        known.leads |= leads;
        known.recovered_at = Some(self.clock.instant());
    }

    /// Notes what the run goes on in spite of.
    pub(super) fn held_back(&self, held_back: HeldBack) {
        self.lock().held_back = held_back;
    }

    /// Notes a cut that is given to be committed.
    pub(super) fn handed_over(&self, cut: &CompleteCut) {
        let mut known = self.lock();
        for contribution in cut.shares.iter().map(|share| &share.contribution) {
            let come = contribution.files.iter().map(|file| (&file.table, "added", file.rows));
            let go = contribution.removals.iter().map(|gone| (&gone.table, "removed", gone.rows));
            for (table, op, rows) in come.chain(go) {
                *known.sink_rows.entry((table.clone(), op)).or_default() += rows;
            }
        }
        let state = (self.clock.instant(), cut.accounting.clone());
        known.handed_over.insert(cut.facts.cut, state);
    }

    /// Notes a seal.
    pub(super) fn sealed(&self, seal: &Seal) {
        let mut known = self.lock();
        let now = self.clock.instant();
        if let Some((since, accounting)) = known.handed_over.remove(&seal.facts.cut) {
            self.seal_durations.observe(now.saturating_duration_since(since).as_secs_f64());
            known.accounting = accounting;
        }
        known.last = Some((seal.clone(), now));
    }

    /// The vital signs now.
    #[must_use]
    pub fn look(&self) -> View {
        let known = self.lock();
        let since = known.last.as_ref().map(|(_, at)| *at).or(known.recovered_at);
        let sources = known.sources.iter();
        View {
            recovered: known.workers > 0 && known.workers_recovered >= known.workers,
            leads: known.leads,
            patience: known.patience,
            seal_age: since.map(|at| self.clock.since(at)),
            seal: known.last.as_ref().map(|(seal, _)| seal.clone()),
            sources: sources.map(|(id, status)| (id.clone(), status.snapshot())).collect(),
            gauges: known.leads.then(|| Arc::clone(&known.gauges)),
            accounting: known.accounting.clone(),
            sink_rows: known.sink_rows.clone(),
            held_back: known.held_back.clone(),
            seal_durations: self.seal_durations.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
