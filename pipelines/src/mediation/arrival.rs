//! What arrival decides: whether a record comes too late or too early to be mediated.

use std::ops::RangeInclusive;

use datasets::care::TopUp;
use datasets::units::EventTime;
use datasets::usage::UsageEvent;

use crate::charging::fold::Suspension;
use crate::runtime::dataflow::Setting;

/// Up to how far from stream time a record's own time may lie for duplicates of it to be found, in microseconds.
pub const DEDUP_HORIZON: i64 = 15 * 24 * 3_600 * 1_000_000;

/// How far usage may lie from stream time to be mediated: no further than it is held one by one, because what was folded
/// for good cannot be taken back by a correction.
#[must_use]
pub fn usage_horizon(hot_window: i64) -> i64 {
    DEDUP_HORIZON.min(hot_window)
}

/// How far a top-up may lie from stream time for duplicates of it to be found: as far as `since` ever lies behind it.
#[must_use]
pub fn topup_horizon(hot_window: i64) -> i64 {
    hot_window.saturating_add(3_600 * 1_000_000)
}

/// What arrival decided about a record; recorded with it in raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lateness {
    /// It is folded.
    Hot,
    /// It began before what the fold still holds one by one, or before what duplicates are remembered of.
    BehindHotWindow,
    /// It began further in the future than duplicates are remembered.
    BeyondHorizon,
}

impl Lateness {
    /// The name in raw tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::BehindHotWindow => "behind_hot_window",
            Self::BeyondHorizon => "beyond_horizon",
        }
    }

    /// Why usage is suspended at arrival, if it is.
    #[must_use]
    pub const fn suspension(self) -> Option<Suspension> {
        match self {
            Self::Hot => None,
            Self::BehindHotWindow => Some(Suspension::BehindHotWindow),
            Self::BeyondHorizon => Some(Suspension::Future),
        }
    }
}

/// What arrival decides by: all of it follows from the stream time at the end of the cut before, so a replay decides the
/// same. Before the first cut has ended every record is hot.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The instants at which usage is mediated.
    usage: RangeInclusive<EventTime>,
    /// The instants at which a top-up is folded.
    topups: RangeInclusive<EventTime>,
}

impl Arrival {
    /// What is decided in the cut behind one that ended at a stream time (`i64::MIN` before the first).
    #[must_use]
    pub fn of(setting: &Setting, cut_now: i64) -> Self {
        let since = setting.since(cut_now);
        let around = |horizon: i64| {
            if cut_now == i64::MIN {
                return EventTime::MIN..=EventTime::MAX;
            }
            let first = cut_now.saturating_sub(horizon).max(since);
            EventTime(first)..=EventTime(cut_now.saturating_add(horizon))
        };
        Self {
            usage: around(usage_horizon(setting.hot_window)),
            topups: around(topup_horizon(setting.hot_window)),
        }
    }

    /// What is decided about usage.
    #[must_use]
    pub fn usage(&self, usage: &UsageEvent) -> Lateness {
        lateness(usage.started_at, &self.usage)
    }

    /// What is recorded about a top-up, which is folded in any case.
    #[must_use]
    pub fn lateness_of(&self, topup: &TopUp) -> Lateness {
        lateness(topup.topped_up_at, &self.topups)
    }

    /// A top-up as it is folded. Money is never too late nor too early: it is folded at the nearest instant that is held.
    #[must_use]
    pub fn topup(&self, topup: TopUp) -> TopUp {
        let held = (*self.topups.start(), *self.topups.end());
        TopUp { topped_up_at: topup.topped_up_at.clamp(held.0, held.1), ..topup }
    }
}

fn lateness(at: EventTime, held: &RangeInclusive<EventTime>) -> Lateness {
    if at < *held.start() {
        Lateness::BehindHotWindow
    } else if at > *held.end() {
        Lateness::BeyondHorizon
    } else {
        Lateness::Hot
    }
}

#[cfg(test)]
mod tests {
    use datasets::ids::Id128;
    use datasets::number::Digits;
    use datasets::provenance::Provenance;
    use datasets::usage::Service;

    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn usage_at(at: i64) -> UsageEvent {
        UsageEvent { started_at: EventTime(at), ..usage() }
    }

    fn usage() -> UsageEvent {
        UsageEvent {
            started_at: EventTime(0),
            identity: 0,
            provenance: Provenance::default(),
            subscriber: Id128::default(),
            called: Digits::default(),
            quantity: 0,
            revision: 0,
            service: Service::Data,
            cancelled: false,
        }
    }

    #[test]
    fn arrival_decides_by_the_cut_before() {
        let now = 1_000 * DAY + 1;
        let check = |days, at, expected| {
            let lateness = Arrival::of(&Setting::of_days(days), now).usage(&usage_at(at));
            assert_eq!(lateness, expected, "{days} days, {at}");
        };
        check(35, now - DEDUP_HORIZON, Lateness::Hot);
        check(35, now - DEDUP_HORIZON - 1, Lateness::BehindHotWindow);
        check(35, now + DEDUP_HORIZON, Lateness::Hot);
        check(35, now + DEDUP_HORIZON + 1, Lateness::BeyondHorizon);
        check(2, now - 2 * DAY, Lateness::Hot);
        check(2, now - 2 * DAY - 1, Lateness::BehindHotWindow);
    }

    #[test]
    fn before_the_first_cut_all_is_hot() {
        let arrival = Arrival::of(&Setting::of_days(1), i64::MIN);
        for at in [i64::MIN, 0, i64::MAX] {
            assert_eq!(arrival.usage(&usage_at(at)), Lateness::Hot);
        }
    }
}
