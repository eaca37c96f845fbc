//! When is an element silent? After more than so many intervals without a heartbeat, strictly.
//!
//! The state asks for a timer at the last instant at which a heartbeat would still have been in time. A timer fires when
//! that instant has passed, and a heartbeat at that very instant goes first: so exactly so many intervals are no silence.

use datasets::assurance::heartbeat::Heartbeat;
use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

/// What is heard of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Heard {
    /// A heartbeat, or anything else of it.
    Beat,
    /// The timer.
    Nothing,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Signal {
    /// It has become silent.
    Onset,
    /// It is heard of again.
    Abated,
}

/// What the fold of an element remembers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Silence {
    /// When it was last heard of.
    pub heard_at: Option<EventTime>,
    /// When it has become silent; none where it is heard of.
    pub silent_at: Option<EventTime>,
    /// The last instant at which it would not be silent yet.
    due: Option<EventTime>,
}

impl Silence {
    /// Folds what is heard.
    pub fn step(&mut self, rule: &Heartbeat, at: EventTime, heard: Heard) -> Option<Signal> {
        match heard {
            Heard::Beat => {
                let missed = self.due.is_some_and(|due| due < at);
                let was_silent = self.silent_at.take().is_some() || missed;
                self.heard_at = Some(at);
                self.due = Some(EventTime(at.0.saturating_add(rule.patience())));
                was_silent.then_some(Signal::Abated)
            }
            Heard::Nothing => {
                let due = self.due.take_if(|due| *due <= at)?;
                self.silent_at = Some(due);
                Some(Signal::Onset)
            }
        }
    }

    /// The instant at which the state asks for a timer.
    #[must_use]
    pub fn alarm(&self) -> Option<EventTime> {
        self.due
    }

    /// Whether it is silent at an instant: the timer, seen from there.
    #[must_use]
    pub fn is_silent(&self, at: EventTime) -> bool {
        self.silent_at.is_some() || self.due.is_some_and(|due| due < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Heartbeat {
        Heartbeat { heartbeat_id: "du".to_owned(), interval_s: 60, missed: 3 }
    }

    /// What is told at an instant, so many ms after the last heartbeat: a timer fires only when its instant has passed.
    fn seen_after(millis: i64, state: &mut Silence) -> Option<Signal> {
        let now = EventTime(millis * 1_000);
        let due = state.alarm().filter(|due| *due < now)?;
        state.step(&rule(), due, Heard::Nothing)
    }

    fn heard_at_zero() -> Silence {
        let mut state = Silence::default();
        assert_eq!(state.step(&rule(), EventTime(0), Heard::Beat), None);
        state
    }

    #[test]
    fn heartbeats() {
        let check = |id: &str, millis: i64, expected: Option<Signal>| {
            let mut state = heard_at_zero();
            assert_eq!(state.is_silent(EventTime(millis * 1_000)), expected.is_some(), "{id}");
            assert_eq!(seen_after(millis, &mut state), expected, "{id}");
            assert_eq!(state.silent_at.is_some(), expected.is_some(), "{id}: the flag");
        };
        check("E01", 181_000, Some(Signal::Onset));
        check("E02", 179_000, None);
        check("E03", 180_000, None);

        let mut state = heard_at_zero();
        seen_after(200_000, &mut state);
        let abated = state.step(&rule(), EventTime(199_980_000), Heard::Beat);
        assert_eq!((abated, state.silent_at), (Some(Signal::Abated), None), "E04");
        assert_eq!(seen_after(200_000, &mut state), None, "E04");
    }

    #[test]
    fn silence_is_told_once() {
        let mut state = heard_at_zero();
        assert_eq!(seen_after(180_001, &mut state), Some(Signal::Onset));
        assert_eq!(seen_after(999_999, &mut state), None);
        assert_eq!(state.alarm(), None);
        assert_eq!(Silence::default().alarm(), None, "what was never heard of is not silent");
    }

    #[test]
    fn a_heartbeat_in_time_goes_before_the_timer() {
        let mut state = heard_at_zero();
        assert_eq!(state.step(&rule(), EventTime(180_000_000), Heard::Beat), None);
        assert_eq!(state.step(&rule(), EventTime(180_000_000), Heard::Nothing), None);
        assert_eq!(state.alarm(), Some(EventTime(360_000_000)));
    }
}
