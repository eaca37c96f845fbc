//! What may be held in memory, and what gives way when there is more: first the hot window, then the sources. Pure.
//!
//! ```text
//! held > budget ─▶ since moves on by hours, as far as an hour behind now ─▶ still more: the workers take in nothing
//! ```
//!
//! An hour is enough for the records that come in order; what comes later is suspended with its reason, nothing is lost.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use datasets::units::EventTime;
use operators::rows::Epoch;
use operators::timeline::Held;
use serde::{Deserialize, Serialize};

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

/// What a run holds in memory, for whoever watches it.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Events held one by one, over all workers.
    pub events: AtomicU64,
    /// Keys with a state.
    pub keys: AtomicU64,
    /// The estimate of what both take, in bytes.
    pub bytes: AtomicU64,
    /// Whether sources wait until memory is free.
    pub paused: AtomicBool,
}

impl Gauges {
    /// Shows what a budget knows.
    pub fn show(&self, budget: &Budget) {
        let sum = |pick: fn(&Holding) -> u64| budget.held.iter().map(pick).sum();
        self.events.store(sum(|holding| holding.events), Ordering::Relaxed);
        self.keys.store(sum(|holding| holding.keys), Ordering::Relaxed);
        self.bytes.store(budget.bytes(), Ordering::Relaxed);
        let paused = budget.is_exhausted();
        if paused != self.paused.swap(paused, Ordering::Relaxed) {
            let (bytes, limit) = (budget.bytes(), budget.limits.memory_budget);
            if paused {
                tracing::warn!(
                    bytes,
                    limit,
                    "sources wait: more is held than runtime.memory_budget allows"
                );
            } else {
                tracing::info!(bytes, limit, "sources go on");
            }
        }
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
}

impl Holding {
    /// What a timeline holds as of an epoch.
    #[must_use]
    pub fn of((epoch, held): (Epoch, Held)) -> Self {
        let number = |count| u64::try_from(count).expect("memory holds fewer than 2^64 things");
        Self { epoch, events: number(held.events), keys: number(held.keys) }
    }

    /// An estimate of the bytes.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.events * EVENT_BYTES + self.keys * KEY_BYTES
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

/// Reads a size such as `12GiB`, `512 MiB` or `1000000`; units are powers of 1,024 where they say so.
#[must_use]
pub fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale: u64 = match unit.trim() {
        "" | "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(scale)
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
        Holding { epoch, events, keys: 0 }
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

    #[test]
    fn sizes_are_read_with_their_units() {
        let check = |text, expected| assert_eq!(parse_bytes(text), expected, "{text}");
        check("12GiB", Some(12 << 30));
        check("512 MiB", Some(512 << 20));
        check("7", Some(7));
        check("3kB", Some(3_000));
        check("12", Some(12));
        check("", None);
        check("GiB", None);
        check("1.5GiB", None);
        check("20000000000GiB", None);
        check("-1", None);
    }
}
