//! Which usage records count, and when may they be folded?
//!
//! ```text
//! usage ─ on time? ─┬─ yes ─ dedup by identity ─┬─▶ winners ─▶ charging
//!                   │                           ├─▶ duplicates
//!                   │                           └─▶ superseded
//!                   └─ no ──────────────────────────▶ suspended, with the reason
//! ```
//!
//! One verdict per record. The first of equal records counts, by cut and then by provenance; the highest revision of an
//! identity counts, and takes the lower ones back wherever they were folded; a cancelled one takes them back and leaves
//! nothing. What would correct a record that is folded for good waits in suspended, as if it had come too late itself.

use datasets::care::TopUp;
use datasets::ids::Id128;
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::units::EventTime;
use datasets::usage::{Facets, MAX_REVISION, Service, UsageEvent};
use operators::dedup::verdicts::{Change, Facts};
use serde::{Deserialize, Serialize};

use crate::charging::fold::{ChargingEvent, Suspension, Usage};

const DAY: i64 = 24 * 3_600 * 1_000_000;
/// How far ahead of its arrival a record may be dated and be folded when it is due, in microseconds.
pub const HORIZON: i64 = 15 * DAY;
/// For how long behind `since` records are remembered, in microseconds: a correction that moves a record's beginning over
/// `since` by no more than that finds it.
const SHIFT: i64 = DAY;
/// For how long after its arrival copies of a top-up are found, in microseconds of stream time.
pub const TOPUP_MEMORY: i64 = 15 * DAY;

/// The beginning from which on usage is remembered where it is folded for good before `since`.
#[must_use]
pub const fn usage_remembered_from(since: i64) -> i64 {
    since.saturating_sub(SHIFT)
}

/// The arrival from which on top-ups are remembered behind a cut that ended at `now`.
#[must_use]
pub const fn topups_remembered_from(now: i64) -> i64 {
    now.saturating_sub(TOPUP_MEMORY)
}

/// What arrival decided about a record; recorded with it in raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lateness {
    /// It is folded.
    Hot,
    /// It began before what the fold still holds one by one.
    BehindHotWindow,
    /// It is dated so far ahead of its arrival that its clock must be wrong.
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

    /// Why such a record waits.
    #[must_use]
    pub const fn suspension(self) -> Option<Suspension> {
        match self {
            Self::Hot => None,
            Self::BehindHotWindow => Some(Suspension::BehindHotWindow),
            Self::BeyondHorizon => Some(Suspension::BeyondHorizon),
        }
    }

    /// What is decided about a record that is handed in at this time of the wall clock, in a cut with this `since`.
    #[must_use]
    pub const fn of(started_at: EventTime, since: i64, wall: i64) -> Self {
        if started_at.0 < since {
            Self::BehindHotWindow
        } else if started_at.0 > wall.saturating_add(HORIZON) {
            Self::BeyondHorizon
        } else {
            Self::Hot
        }
    }
}

/// What dedup has to know of a usage record. A cancellation outranks a record of the same revision.
#[must_use]
pub fn facts(usage: &UsageEvent) -> Facts {
    Facts {
        identity: usage.identity,
        revision: usage.revision.min(MAX_REVISION) * 2 + u16::from(usage.cancelled),
        provenance: usage.provenance.packed(),
        at: usage.started_at.0,
        route: usage.subscriber.spread(),
    }
}

/// A top-up as it is taken in. Money is never too late, so that duplicates of it are found by when it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Received {
    /// The top-up, credited no earlier than `since`.
    pub topup: TopUp,
    /// Stream time at the end of the cut before the one it came in. What came before stream time began counts as of the
    /// end of time: nothing says how old it is, so that copies of it are known for good.
    pub arrived_at: EventTime,
}

impl Received {
    /// The top-up in a cut with this `since`, behind a cut that ended at `now`.
    #[must_use]
    pub fn of(topup: TopUp, since: i64, now: i64) -> Self {
        let arrived_at = EventTime(if now > i64::MIN { now } else { i64::MAX });
        let topped_up_at = topup.topped_up_at.max(EventTime(since));
        Self { topup: TopUp { topped_up_at, ..topup }, arrived_at }
    }
}

/// What dedup has to know of a top-up.
#[must_use]
pub fn topup_facts(received: &Received) -> Facts {
    let Received { topup, arrived_at } = received;
    Facts {
        identity: topup.identity,
        revision: 0,
        provenance: topup.provenance.packed(),
        at: arrived_at.0,
        route: topup.account.spread(),
    }
}

/// What a change of the winners means for charging; a cancelled winner is nothing to charge.
#[must_use]
pub fn to_charge(change: &Change<UsageEvent>) -> Option<(ChargingEvent, isize)> {
    match change {
        Change::Insert(usage) if usage.cancelled => None,
        Change::Insert(usage) => Some((ChargingEvent::Usage(Usage::from(usage)), 1)),
        Change::Withdraw(facts) if is_cancelled(facts) => None,
        Change::Withdraw(facts) => Some((ChargingEvent::Usage(withdrawn(facts)), -1)),
    }
}

/// How a change of the winners changes the number of cancelled ones.
#[must_use]
pub fn cancelled(change: &Change<UsageEvent>) -> i64 {
    match change {
        Change::Insert(usage) => i64::from(usage.cancelled),
        Change::Withdraw(facts) => -i64::from(is_cancelled(facts)),
    }
}

fn is_cancelled(facts: &Facts) -> bool {
    facts.revision % 2 == 1
}

/// Usage to be taken out: right in place and number, which is all that finds it.
fn withdrawn(facts: &Facts) -> Usage {
    Usage {
        started_at: EventTime(facts.at),
        provenance: Provenance::from_packed(facts.provenance),
        subscriber: Id128::of_spread(facts.route),
        called: Digits::default(),
        quantity: 0,
        service: Service::Voice,
        facets: Facets::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrival_decides_by_since_and_the_wall_clock() {
        let check = |at, expected| assert_eq!(Lateness::of(EventTime(at), 100, 200), expected);
        check(99, Lateness::BehindHotWindow);
        check(100, Lateness::Hot);
        check(200 + HORIZON, Lateness::Hot);
        check(201 + HORIZON, Lateness::BeyondHorizon);
        assert_eq!(Lateness::of(EventTime(0), i64::MIN, 0), Lateness::Hot);
    }
}
