//! What may be held in memory, and what gives way when there is more: first the hot window, then the sources. Pure.
//!
//! ```text
//! held > budget ─▶ since moves on by hours, as far as an hour behind now ─▶ still more: the workers take in nothing
//! ```
//!
//! What finding duplicates takes is counted, and lasts for its horizon: events give way to it.
//!
//! An hour is enough for the records that come in order; what comes later is suspended with its reason, nothing is lost.

mod gauges;

mod sizes;

use datasets::units::EventTime;
use operators::dedup::verdicts::Remembered;
use operators::rows::Epoch;
use operators::timeline::Held;
use serde::{Deserialize, Serialize};

pub use gauges::Gauges;
pub use sizes::parse_bytes;

/// What an event costs in memory, its part of the saved states included.
const EVENT_BYTES: u64 = 64;
/// What a key costs: its state, the first saved one, and its places in tables.
const KEY_BYTES: u64 = 512;
/// How far `since` moves at least.
const STEP: i64 = 3_600_000_000;
/// The hot window is never shorter.
const SHORTEST: i64 = STEP;

/// How much may be held, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long events are held one by one behind `now`, in microseconds.
    pub hot_window: i64,
    /// How many bytes the events and keys of all workers may take.
    pub memory_budget: u64,
}

/// What an operator's machine of 24 GiB can give.
const USUAL_BUDGET: u64 = 12 << 30;

impl Limits {
    /// Events are held one by one for so many days, in the usual memory.
    #[must_use]
    pub fn of_days(days: u32) -> Self {
        Self { hot_window: i64::from(days) * 24 * STEP, memory_budget: USUAL_BUDGET }
    }
}

/// What a worker holds, as of an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The epoch.
    pub epoch: Epoch,
    /// Events held one by one.
    pub events: u64,
    /// Keys with a state.
    pub keys: u64,
    /// Records that duplicates are found by.
    pub winners: u64,
    /// The bytes that they take.
    pub winner_bytes: u64,
}

impl Holding {
    /// What a timeline holds as of an epoch, and what is remembered to find duplicates.
    #[must_use]
    pub fn of((epoch, held): (Epoch, Held), remembered: &[Remembered]) -> Self {
        let number = |count| u64::try_from(count).expect("memory holds fewer than 2^64 things");
        let sum = |pick: fn(&Remembered) -> usize| number(remembered.iter().map(pick).sum());
        Self {
            epoch,
            events: number(held.events),
            keys: number(held.keys),
            winners: sum(|held| held.winners),
            winner_bytes: sum(|held| held.bytes),
        }
    }

    /// An estimate of the bytes.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.events * EVENT_BYTES + self.keys * KEY_BYTES + self.winner_bytes
    }
}

/// Decides how far back events are held, by what was known at the end of the cut before.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    since: EventTime,
    /// The first epoch in which `since` holds.
    since_epoch: Epoch,
    held: Vec<Holding>,
}

impl Budget {
    /// Goes on with what the last cut recorded; each worker has to report first.
    #[must_use]
    pub fn new(limits: Limits, since: EventTime, workers: usize) -> Self {
        Self { limits, since, since_epoch: 0, held: vec![Holding::default(); workers] }
    }

    /// Notes what a worker holds.
    pub fn note(&mut self, worker: usize, holding: Holding) {
        self.held[worker] = holding;
    }

    /// The instant behind which events are folded for good in the open cut.
    #[must_use]
    pub const fn since(&self) -> EventTime {
        self.since
    }

    /// The estimate over all workers, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.held.iter().map(|holding| holding.bytes()).sum()
    }

    /// Whether more is held than may be, so that nothing is to be taken in.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.bytes() > self.limits.memory_budget
    }

    /// Whether ending the cut would let events go: more is held than may be, and the window can be shorter.
    #[must_use]
    pub fn gives_way(&self, now: EventTime) -> bool {
        self.is_exhausted() && self.after(now) > self.since
    }

    /// Moves `since` on, behind a cut that ended at `now`, for the cut that begins with `epoch`.
    pub fn end_cut(&mut self, now: EventTime, epoch: Epoch) {
        let since = self.after(now);
        if since > self.since {
            (self.since, self.since_epoch) = (since, epoch);
        }
    }

    /// `since` behind a cut that ends at `now`.
    fn after(&self, now: EventTime) -> EventTime {
        let usual = whole_hours(now.0.saturating_sub(self.limits.hot_window));
        let since = self.since.0.max(usual);
        EventTime(since.max(self.shortened(now.0, since)))
    }

    /// How far the window has to be shortened so that what is held fits, if events were spread evenly over it.
    fn shortened(&self, now: i64, since: i64) -> i64 {
        // What was reported before the last move took effect says nothing about what is left to do.
        let told = self.held.iter().all(|holding| holding.epoch >= self.since_epoch);
        let events: u64 = self.held.iter().map(|holding| holding.events).sum();
        let excess = self.bytes().saturating_sub(self.limits.memory_budget);
        if excess == 0 || events == 0 || !told {
            return since;
        }
        let window = i128::from(now) - i128::from(since);
        let share = window * i128::from(excess) / i128::from(events * EVENT_BYTES);
        let step = i64::try_from(share).unwrap_or(i64::MAX).max(STEP);
        let latest = whole_hours(now.saturating_sub(SHORTEST));
        whole_hours(since.saturating_add(step).saturating_add(STEP - 1)).min(latest).max(since)
    }
}

/// The hour that an instant is in.
fn whole_hours(at: i64) -> i64 {
    at.saturating_sub(at.rem_euclid(STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn budget(memory_budget: u64) -> Budget {
        let limits = Limits { hot_window: 100 * HOUR, memory_budget };
        Budget::new(limits, EventTime::MIN, 1)
    }

    fn holding(epoch: Epoch, events: u64) -> Holding {
        Holding { epoch, events, ..Holding::default() }
    }

    #[test]
    fn since_follows_now_by_whole_hours_and_never_goes_back() {
        let mut budget = budget(u64::MAX);
        budget.end_cut(EventTime::MIN, 2);
        assert_eq!(budget.since(), EventTime::MIN);
        budget.end_cut(EventTime(150 * HOUR + 7), 4);
        assert_eq!(budget.since(), EventTime(50 * HOUR));
        budget.end_cut(EventTime(149 * HOUR), 6);
        assert_eq!(budget.since(), EventTime(50 * HOUR));
    }

    #[test]
    fn too_many_events_shorten_the_window_once_per_report() {
        let mut budget = budget(64 * 1_000);
        budget.end_cut(EventTime(200 * HOUR), 2);
        budget.note(0, holding(2, 2_000));
        assert!(budget.is_exhausted() && budget.gives_way(EventTime(200 * HOUR)));
        budget.end_cut(EventTime(200 * HOUR), 4);
        assert_eq!(budget.since(), EventTime(150 * HOUR));
        // The report is older than the move.
        assert!(budget.is_exhausted() && !budget.gives_way(EventTime(200 * HOUR)));
        budget.end_cut(EventTime(200 * HOUR), 6);
        assert_eq!(budget.since(), EventTime(150 * HOUR));
        budget.note(0, holding(4, 1_000));
        assert!(!budget.is_exhausted());
    }

    #[test]
    fn the_window_is_an_hour_at_least_and_then_sources_pause() {
        let mut budget = budget(64);
        budget.note(0, holding(0, 1_000));
        let now = EventTime(200 * HOUR + HOUR / 2);
        for epoch in 1..200 {
            budget.end_cut(now, epoch);
            budget.note(0, holding(epoch, 1_000));
        }
        assert_eq!(budget.since(), EventTime(199 * HOUR));
        assert!(budget.is_exhausted() && !budget.gives_way(now));
    }

    /// What duplicates are found by cannot be let go, so that events make room for it; where it does not fit alone, sources wait.
    #[test]
    fn events_give_way_to_what_finds_duplicates() {
        let mut budget = budget(64 * 1_000);
        budget.end_cut(EventTime(200 * HOUR), 2);
        let with = |winner_bytes| Holding { winners: 1, winner_bytes, ..holding(2, 1_000) };
        budget.note(0, with(0));
        assert!(!budget.is_exhausted());
        budget.note(0, with(64 * 250));
        assert!(budget.is_exhausted() && budget.gives_way(EventTime(200 * HOUR)));
        budget.end_cut(EventTime(200 * HOUR), 4);
        assert_eq!(budget.since(), EventTime(125 * HOUR));
        budget.note(0, Holding { events: 0, epoch: 4, ..with(64 * 1_001) });
        assert!(budget.is_exhausted() && !budget.gives_way(EventTime(200 * HOUR)));
    }
}
