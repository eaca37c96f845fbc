//! What is told of alarms: one change after the other, each with the alarm as it then stands.

use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

use super::alarm::Alarm;
use super::report::Kind;

/// What happened to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum What {
    /// It became active.
    Raised,
    /// Its severity changed.
    Changed,
    /// It was reported again.
    Repeated,
    /// It was cleared.
    Cleared,
    /// It is said to be over, and nobody knew of it or it was another cause.
    Resolved,
    /// Someone has taken it on.
    Acknowledged,
    /// Someone has given it back.
    Unacknowledged,
    /// Someone has said something.
    Commented,
    /// It has begun to flap.
    Flapping,
    /// It no longer flaps.
    Steady,
    /// It is forgotten.
    Forgotten,
    /// Someone spoke of an alarm that is not there.
    Unmatched,
}

/// A change of one alarm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: EventTime,
    /// Of which kind of alarm.
    pub kind: Kind,
    /// What happened.
    pub what: What,
    /// The alarm after it; none where there is none.
    pub alarm: Option<Alarm>,
}

impl Change {
    /// A change of an alarm that is there.
    pub(super) fn of(alarm: &Alarm, at: EventTime, what: What) -> Self {
        Self { at, kind: alarm.kind, what, alarm: Some(alarm.clone()) }
    }
}
