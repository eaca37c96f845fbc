//! When does a measured value cross a threshold, and when has it come back?
//!
//! A value must cross so many times in a row; then the threshold is silent until a value has come back to where it is armed
//! again. The bands of a threshold are watched each for itself, and the worst that is crossed counts.

use std::cmp::Ordering;

use datasets::assurance::Severity;
use datasets::assurance::threshold::{Band, Crossing, Threshold};
use datasets::units::Fraction;
use serde::{Deserialize, Serialize};

/// What a value did to a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Nothing.
    NoChange,
    /// It crossed, for the last time that was needed.
    Triggered,
    /// It has come back.
    ReArmed,
}

/// How a band stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Watch {
    /// How many values in a row have crossed.
    crossed: u32,
    /// Whether it was triggered and has not come back.
    is_triggered: bool,
}

/// What the fold of one value of one object remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Watched {
    /// The value before, for changes.
    before: Option<Fraction>,
    /// How each band stands.
    watches: Vec<Watch>,
}

/// The severity before a value and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shift {
    /// How bad it was; `Cleared` within all bounds.
    pub before: Severity,
    /// How bad it is.
    pub after: Severity,
}

impl Watched {
    /// How bad the value is.
    #[must_use]
    pub fn severity(&self, rule: &Threshold) -> Severity {
        let triggered =
            self.watches.iter().zip(&rule.bands).filter(|(watch, _)| watch.is_triggered);
        triggered.map(|(_, band)| band.severity).max().unwrap_or_default()
    }

    /// Folds one value; gives what it did to each band.
    pub fn step(&mut self, rule: &Threshold, value: Fraction) -> Vec<Status> {
        self.watches.resize(rule.bands.len(), Watch::default());
        let before = self.before.replace(value);
        let see = |(watch, band): (&mut Watch, &Band)| match rule.crossing {
            Crossing::High | Crossing::Low => {
                watch.see(side(rule.crossing, band, value), rule.trigger)
            }
            Crossing::AbsoluteChange | Crossing::RelativeChange => {
                let crosses =
                    before.is_some_and(|before| changes(rule.crossing, band, before, value));
                watch.see_change(crosses, rule.trigger)
            }
        };
        self.watches.iter_mut().zip(&rule.bands).map(see).collect()
    }

    /// Folds one value; gives how the severity changed, if it did.
    pub fn shift(&mut self, rule: &Threshold, value: Fraction) -> Option<Shift> {
        let before = self.severity(rule);
        self.step(rule, value);
        let after = self.severity(rule);
        (before != after).then_some(Shift { before, after })
    }
}

/// On which side of a band a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// It crosses.
    Beyond,
    /// It neither crosses nor has come back.
    Between,
    /// It has come back.
    Within,
}

impl Watch {
    fn see(&mut self, side: Side, trigger: u32) -> Status {
        if side != Side::Beyond {
            self.crossed = 0;
        }
        match (side, self.is_triggered) {
            (Side::Beyond, false) => {
                self.crossed = self.crossed.saturating_add(1);
                self.is_triggered = self.crossed >= trigger;
                if self.is_triggered { Status::Triggered } else { Status::NoChange }
            }
            (Side::Within, true) => {
                self.is_triggered = false;
                Status::ReArmed
            }
            _ => Status::NoChange,
        }
    }

    /// A change has nothing to come back to: every one that is great enough is told.
    fn see_change(&mut self, crosses: bool, trigger: u32) -> Status {
        self.crossed = if crosses { self.crossed.saturating_add(1) } else { 0 };
        self.is_triggered = crosses && self.crossed >= trigger;
        if self.is_triggered { Status::Triggered } else { Status::NoChange }
    }
}

fn side(crossing: Crossing, band: &Band, value: Fraction) -> Side {
    let worse = |bound: Fraction| match crossing {
        Crossing::Low => bound.cmp(&value),
        _ => value.cmp(&bound),
    };
    if worse(band.value) != Ordering::Less {
        return Side::Beyond;
    }
    let back = band.rearm.is_none_or(|rearm| worse(rearm) != Ordering::Greater);
    if back { Side::Within } else { Side::Between }
}

/// Whether a value is so far from the one before it; nothing is so many times zero.
fn changes(crossing: Crossing, band: &Band, before: Fraction, value: Fraction) -> bool {
    let (change, neutral) = match crossing {
        Crossing::RelativeChange => (value.over(before), Fraction::ONE),
        _ => (value.minus(before), Fraction::ZERO),
    };
    let reaches = |change: Fraction| match band.value > neutral {
        true => change >= band.value,
        false => change <= band.value,
    };
    change.is_some_and(reaches)
}

#[cfg(test)]
mod tests;
