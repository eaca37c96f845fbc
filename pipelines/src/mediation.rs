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
//! nothing.

pub mod arrival;

use datasets::care::TopUp;
use datasets::ids::Id128;
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::units::EventTime;
use datasets::usage::{Service, UsageEvent};
use operators::dedup::verdicts::{Change, Facts};

use crate::charging::fold::{ChargingEvent, Usage};
pub use arrival::{Arrival, Lateness};

/// The greatest revision that is told apart from its successor.
pub const MAX_REVISION: u16 = u16::MAX / 2;

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

/// What dedup has to know of a top-up.
#[must_use]
pub fn topup_facts(topup: &TopUp) -> Facts {
    Facts {
        identity: topup.identity,
        revision: 0,
        provenance: topup.provenance.packed(),
        at: topup.topped_up_at.0,
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
    }
}
