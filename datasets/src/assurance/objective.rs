//! Service-level objectives (TMF657): a measured value with a target, a threshold, a tolerance and times of grace.

use serde::{Deserialize, Serialize};

use super::policy::Comparison;
use crate::reference::TimeZone;
use crate::reference::dated::{Checked, Fault};
use crate::units::Fraction;

/// What a measured value should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Objective {
    /// The operator's id.
    pub objective_id: String,
    /// The KPI.
    pub measure: String,
    /// How a good value compares with the targets: `GREATER` or `LESS`, or the same with `_OR_EQUAL`.
    pub comparator: Comparison,
    /// What it should be; one that does not conform is warned of.
    pub conformance_target: Fraction,
    /// What it must be.
    pub threshold_target: Fraction,
    /// How far beyond the threshold it is tolerated for some times.
    #[serde(default = "nothing")]
    pub tolerance_target: Fraction,
    /// How many times in a local day it is tolerated.
    #[serde(default)]
    pub grace_times: u32,
    /// When it holds; none holds always.
    #[serde(default)]
    pub window: Option<Window>,
    /// Where days and hours are told.
    #[serde(default = "utc")]
    pub time_zone: TimeZone,
}

/// A part of every day, which may go past midnight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    /// When it begins, such as `06:00`.
    pub from: String,
    /// Before when it ends, such as `20:00` or `24:00`.
    pub to: String,
}

fn nothing() -> Fraction {
    Fraction::ZERO
}

const fn utc() -> TimeZone {
    TimeZone::UTC
}

impl Window {
    /// Its first second of the day, and the one before which it ends; `None` where they are none.
    #[must_use]
    pub fn seconds(&self) -> Option<(u32, u32)> {
        let second = |text: &str| {
            let (hour, minute) = text.split_once(':').filter(|_| text.len() == 5)?;
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            let is_time = minute < 60 && (hour < 24 || (hour, minute) == (24, 0));
            is_time.then_some(hour * 3_600 + minute * 60)
        };
        Some((second(&self.from)?, second(&self.to)?)).filter(|(from, to)| from != to)
    }

    /// Whether a second of the day lies in it.
    #[must_use]
    pub fn holds(&self, second: u32) -> bool {
        self.seconds().is_some_and(|(from, to)| match from < to {
            true => (from..to).contains(&second),
            false => second >= from || second < to,
        })
    }
}

impl Checked for Objective {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("objective \"{}\"", self.objective_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if matches!(self.comparator, Comparison::Equal | Comparison::NotEqual) {
            return fault("comparator", "one of GREATER, GREATER_OR_EQUAL, LESS and LESS_OR_EQUAL");
        }
        let (target, threshold) = (self.conformance_target, self.threshold_target);
        let is_milder = match self.comparator {
            Comparison::Greater | Comparison::GreaterOrEqual => threshold <= target,
            _ => threshold >= target,
        };
        if !is_milder {
            return fault("threshold_target", "as strict as the conformance target at most");
        }
        if self.tolerance_target < Fraction::ZERO {
            return fault("tolerance_target", "0 or more");
        }
        if self.window.as_ref().is_some_and(|window| window.seconds().is_none()) {
            return fault("window", "two times such as 06:00 and 20:00");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const SPEED: &str = r#"{"objective_id":"speed","measure":"throughput","comparator":"GREATER",
        "conformance_target":32,"threshold_target":28,"window":{"from":"06:00","to":"20:00"}}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, objective) = read::<Objective>(SPEED).unwrap();
        assert_eq!(objective.window.unwrap().seconds(), Some((21_600, 72_000)));
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Objective>(&SPEED.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check("GREATER", "EQUAL", "objective \"speed\": field \"comparator\" is not one of");
        check("28", "33", "\"threshold_target\" is not as strict as");
        check("GREATER", "LESS", "\"threshold_target\" is not as strict as");
        check("06:00", "6:00", "\"window\" is not two times");
        check("20:00", "24:01", "\"window\" is not two times");
        check("20:00", "06:00", "\"window\" is not two times");
    }
}
