//! Worker 0's judgement: when an epoch begins, when a cut ends, and when nothing more will come. Pure; time is passed in.

mod facts;

use std::collections::BTreeMap;
use std::time::Duration;

use connectors::lake::CutFacts;
use datasets::units::EventTime;
use operators::tick::Tick;

pub use facts::CompleteCut;

use super::budget::{Budget, Limits};
use super::orders::{Accounting, CutShare, Order, Start, Took};
use super::stream_time::StreamTime;

/// How cuts and epochs are paced.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// A cut ends so long after it began, if it holds anything.
    pub publish_interval: Duration,
    /// Without input a cut is sealed so often.
    pub heartbeat: Duration,
    /// Without backlog an epoch begins so often.
    pub epoch_interval: Duration,
    /// Whether to end when every source is at its end.
    pub until_idle: bool,
}

/// Epochs that may be under way at once; more would only add latency.
const EPOCHS_UNDER_WAY: u64 = 3;
/// Cuts that may be unsealed at once: one is committed while the next fills.
const CUTS_UNSEALED: u64 = 2;

/// What each cut that is not sealed decided when it ended.
#[derive(Clone, Copy, Debug)]
struct Ended {
    now: EventTime,
    since: EventTime,
    reason: &'static str,
}

/// The judgement of worker 0.
#[derive(Debug)]
pub struct Coordinator {
    pace: Pace,
    peers: usize,
    time: StreamTime,
    budget: Budget,
    /// What every cut of the run records alike.
    standing: CutFacts,
    positions: BTreeMap<(u8, u32), u64>,
    accounting: Accounting,
    next_epoch: u64,
    cut: u64,
    cut_began: Duration,
    last_epoch_at: Duration,
    /// Whether the workers took anything since the cut began.
    cut_holds_records: bool,
    sealed: u64,
    ended: BTreeMap<u64, Ended>,
    shares: BTreeMap<u64, Vec<CutShare>>,
    /// By worker: whether it had more to hand in, and whether it had nothing left to read.
    backlog: Vec<bool>,
    idle: Vec<bool>,
    reports_due: usize,
    /// Whether the epoch that reports are due for ends a cut; what it took belongs to that cut.
    epoch_ends_cut: bool,
    stopping: bool,
    /// Whether the newest cut is the last one, which a run always ends with.
    last_cut_minted: bool,
    stopped: bool,
}

impl Coordinator {
    /// Goes on behind a sealed cut. `epoch` is the first that recovery left free.
    #[must_use]
    pub fn new(
        (pace, limits, peers): (Pace, Limits, usize),
        start: &Start,
        accounting: Accounting,
        epoch: u64,
    ) -> Self {
        let facts = &start.facts;
        let positions = facts.positions.iter();
        // What the open cut folds for good follows from what the last one knew at its end.
        let mut budget = Budget::new(limits, facts.since, peers);
        budget.end_cut(facts.now, epoch);
        Self {
            pace,
            peers,
            time: StreamTime::new(facts.now),
            budget,
            standing: CutFacts { positions: Vec::new(), ..facts.clone() },
            positions: positions.map(|at| ((at.source, at.partition), at.next_offset)).collect(),
            accounting,
            next_epoch: epoch,
            cut: facts.cut + 1,
            cut_began: Duration::ZERO,
            last_epoch_at: Duration::ZERO,
            cut_holds_records: false,
            sealed: facts.cut,
            ended: BTreeMap::new(),
            shares: BTreeMap::new(),
            backlog: vec![true; peers],
            idle: vec![false; peers],
            reports_due: 0,
            epoch_ends_cut: false,
            stopping: false,
            last_cut_minted: false,
            stopped: false,
        }
    }

    /// Asks for one last cut.
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Takes note of what a worker handed in.
    pub fn note(&mut self, took: &Took, wall: EventTime) {
        self.reports_due -= 1;
        self.stopping |= took.stopping;
        self.cut_holds_records |= took.record_count > 0 && !self.epoch_ends_cut;
        self.backlog[took.worker] = took.backlog;
        self.budget.note(took.worker, took.holding);
        self.idle[took.worker] = took.idle && !took.backlog && took.record_count == 0;
        for progress in &took.progress {
            let (partition, reached) = progress.reached();
            self.time.advance(partition, reached, wall);
        }
        self.time.hear_nothing_of(took.worker, &took.silent, wall);
    }

    /// Takes a worker's share of a cut, and returns the cut when it is complete.
    ///
    /// # Panics
    /// If the states of usage records do not add up to the records taken in: nothing of the cut could be trusted.
    pub fn collect(&mut self, cut: u64, share: CutShare) -> Option<CompleteCut> {
        let shares = self.shares.entry(cut).or_default();
        shares.push(share);
        if shares.len() < self.peers {
            return None;
        }
        let shares = self.shares.remove(&cut)?;
        let ended = self.ended.remove(&cut).expect("a cut ends before shares of it come");
        for share in &shares {
            self.accounting.merge(&share.accounting);
            let at = share.positions.iter();
            self.positions.extend(at.map(|at| ((at.source, at.partition), at.next_offset)));
        }
        let taken: i64 = shares.iter().map(|share| share.usage_count).sum();
        let told: i64 = shares.iter().map(|share| share.accounting.total()).sum();
        assert!(taken == told, "cut {cut} took in {taken} usage records and accounts for {told}");
        let facts = self.facts(cut, ended, &shares);
        Some(CompleteCut { facts, shares, accounting: self.accounting.clone() })
    }

    /// Takes note that a cut is sealed.
    pub fn sealed(&mut self, cut: u64) {
        self.sealed = cut;
    }

    /// How many cuts have ended and are not sealed.
    #[must_use]
    pub fn cuts_under_way(&self) -> u64 {
        self.cut - 1 - self.sealed
    }

    /// The next order, if it is time for one. `at` is the time since the start; `done` the first epoch not yet done.
    pub fn next_order(&mut self, at: Duration, done: u64, wall: EventTime) -> Option<Order> {
        if self.stopped || self.reports_due > 0 || self.next_epoch >= done + 2 * EPOCHS_UNDER_WAY {
            return None;
        }
        let at_end = self.pace.until_idle && self.idle.iter().all(|idle| *idle);
        let ending = self.stopping || at_end;
        if ending && !self.cut_holds_records && self.last_cut_minted {
            let all_sealed = self.cuts_under_way() == 0;
            self.stopped = all_sealed;
            return all_sealed.then_some(Order::Stop);
        }
        let waited = at.saturating_sub(self.last_epoch_at);
        let due = ending || self.backlog.contains(&true) || waited >= self.pace.epoch_interval;
        if !due || self.cuts_under_way() >= CUTS_UNSEALED {
            return None;
        }
        self.last_epoch_at = at;
        if self.budget.is_exhausted() {
            // While it has not begun nothing can be let go, and nothing more taken in.
            self.time.begin(wall);
        }
        let now = self.time.now(wall);
        let reason = self.reason_to_end((at, now), ending);
        Some(self.mint(reason, (at, now)))
    }

    /// What memory holds, and how far back.
    #[must_use]
    pub const fn budget(&self) -> &Budget {
        &self.budget
    }

    fn reason_to_end(
        &self,
        (at, now): (Duration, EventTime),
        ending: bool,
    ) -> Option<&'static str> {
        let age = at.saturating_sub(self.cut_began);
        match () {
            () if ending => Some("shutdown"),
            () if self.cut_holds_records && age >= self.pace.publish_interval => Some("interval"),
            () if age >= self.pace.heartbeat => Some("heartbeat"),
            () if self.budget.gives_way(now) => Some("memory"),
            () => None,
        }
    }

    fn mint(&mut self, reason: Option<&'static str>, (at, now): (Duration, EventTime)) -> Order {
        let (epoch, cut, since) = (self.next_epoch, self.cut, self.budget.since());
        let intake = !self.budget.is_exhausted();
        self.next_epoch += 2;
        self.reports_due = self.peers;
        self.epoch_ends_cut = reason.is_some();
        if let Some(reason) = reason {
            self.ended.insert(cut, Ended { now, since, reason });
            self.budget.end_cut(now, self.next_epoch);
            self.cut += 1;
            self.cut_began = at;
            self.cut_holds_records = false;
            self.last_cut_minted = reason == "shutdown";
        }
        let tick = Tick { epoch, now: now.0, since: since.0, ends_cut: reason.is_some() };
        Order::Tick { epoch, tick, cut, intake }
    }
}
