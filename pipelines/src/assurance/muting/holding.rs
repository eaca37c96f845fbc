//! A condition that must hold for a while before it is an alert.

use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

/// How far a condition has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// It does not hold.
    Inactive,
    /// It holds, and not for long enough yet.
    Pending,
    /// It has held for long enough.
    Firing,
}

/// What the fold of a condition remembers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Holding {
    /// Since when it holds without a break.
    pub since: Option<EventTime>,
    /// When it will have held for long enough; none where it has, or does not hold.
    due: Option<EventTime>,
}

impl Holding {
    /// Folds whether it holds at an instant, and for how many microseconds it must.
    pub fn step(&mut self, at: EventTime, holds: bool, duration: i64) {
        match (holds, self.since) {
            (false, _) => *self = Self::default(),
            (true, None) => {
                self.since = Some(at);
                self.due = Some(EventTime(at.0.saturating_add(duration)));
            }
            (true, Some(_)) => {}
        }
    }

    /// How far it has come at an instant, if nothing happened since.
    #[must_use]
    pub fn phase(&self, at: EventTime) -> Phase {
        match (self.since, self.due) {
            (None, _) => Phase::Inactive,
            (Some(_), Some(due)) if at < due => Phase::Pending,
            (Some(_), _) => Phase::Firing,
        }
    }

    /// Folds the timer; says whether it fires now.
    pub fn fire(&mut self, at: EventTime) -> bool {
        self.due.take_if(|due| *due <= at).is_some()
    }

    /// The instant at which the state asks for a timer.
    #[must_use]
    pub fn alarm(&self) -> Option<EventTime> {
        self.due
    }
}
