//! Whether measured values conform (TMF657), in the hours in which they must, and how often they are tolerated.

use datasets::assurance::objective::Objective;
use datasets::assurance::policy::Comparison;
use datasets::units::{EventTime, Fraction};
use serde::{Deserialize, Serialize};

use crate::rating::clock::Clock;

/// What a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It lies outside of the hours that count.
    Ignored,
    /// It is as it should be.
    Conforms,
    /// It is not as it should be, and as it must be.
    Warning,
    /// It is not as it must be, and tolerated once more.
    Tolerated,
    /// It breaks the promise.
    Breach,
}

/// What the fold of an objective remembers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Graces {
    /// The local day, counted from 1970-01-01.
    day: i32,
    /// How many times of grace it has used.
    pub used: u32,
}

impl Graces {
    /// Folds one value; the clock is that of the objective's time zone.
    pub fn step(
        &mut self,
        objective: &Objective,
        clock: &Clock,
        (at, value): (EventTime, Fraction),
    ) -> Verdict {
        let local = clock.shows(at.0);
        if objective.window.as_ref().is_some_and(|window| !window.holds(local.second)) {
            return Verdict::Ignored;
        }
        if local.day != self.day {
            *self = Self { day: local.day, used: 0 };
        }
        let meets = |target: Fraction| objective.comparator.holds(&value, &target);
        if meets(objective.conformance_target) {
            Verdict::Conforms
        } else if at_least(objective.comparator, value, objective.threshold_target) {
            Verdict::Warning
        } else if self.used < objective.grace_times && is_tolerated(objective, value) {
            self.used += 1;
            Verdict::Tolerated
        } else {
            Verdict::Breach
        }
    }
}

/// Whether a value is as good as a bound.
fn at_least(comparator: Comparison, value: Fraction, bound: Fraction) -> bool {
    match comparator {
        Comparison::Less | Comparison::LessOrEqual => value <= bound,
        _ => value >= bound,
    }
}

/// Whether a value is beyond the threshold by no more than the tolerance.
fn is_tolerated(objective: &Objective, value: Fraction) -> bool {
    let (threshold, tolerance) = (objective.threshold_target, objective.tolerance_target);
    let bound = match objective.comparator {
        Comparison::Less | Comparison::LessOrEqual => threshold.plus(tolerance),
        _ => threshold.minus(tolerance),
    };
    bound.is_some_and(|bound| at_least(objective.comparator, value, bound))
}
