//! Closed-loop policies by thresholds (TCA): which values begin an episode, and which end it.

use serde::{Deserialize, Serialize};

use super::Severity;
use crate::reference::dated::{Checked, Fault};
use crate::units::Fraction;

/// How a value compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Comparison {
    /// It is less.
    Less,
    /// It is less or the same.
    LessOrEqual,
    /// It is the same.
    Equal,
    /// It is another one.
    NotEqual,
    /// It is more or the same.
    GreaterOrEqual,
    /// It is more.
    Greater,
}

impl Comparison {
    /// Whether a value compares so with a bound.
    #[must_use]
    pub fn holds<V: Ord>(self, value: &V, bound: &V) -> bool {
        match self {
            Self::Less => value < bound,
            Self::LessOrEqual => value <= bound,
            Self::Equal => value == bound,
            Self::NotEqual => value != bound,
            Self::GreaterOrEqual => value >= bound,
            Self::Greater => value > bound,
        }
    }
}

/// What a threshold of a policy says about an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventStatus {
    /// It begins.
    Onset,
    /// It ends.
    Abated,
}

/// One threshold of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyThreshold {
    /// How the value compares.
    pub direction: Comparison,
    /// With what.
    pub value: Fraction,
    /// Of those that hold, the worst counts; among equals the first.
    pub severity: Severity,
    /// What it says.
    pub status: EventStatus,
}

/// A policy: what to do once when a value is out of bounds, and to undo once when it is back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Policy {
    /// The closed loop's own name.
    pub policy_id: String,
    /// The kind of event that it watches.
    pub event_name: String,
    /// The field, or the KPI, that it watches.
    pub field: String,
    /// The command that an onset sends.
    #[serde(default)]
    pub action: Option<String>,
    /// Seconds after an abatement within which no new episode begins.
    #[serde(default)]
    pub cool_down_s: u32,
    /// Its thresholds.
    pub thresholds: Vec<PolicyThreshold>,
}

impl Checked for Policy {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("policy \"{}\"", self.policy_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if self.event_name.is_empty() {
            return fault("event_name", "the name of an event");
        }
        if self.field.is_empty() {
            return fault("field", "the path of a field, or the name of a KPI");
        }
        let begins = |threshold: &PolicyThreshold| threshold.status == EventStatus::Onset;
        if !self.thresholds.iter().any(begins) {
            return fault("thresholds", "one that is an ONSET, or more");
        }
        if self.thresholds.iter().any(|threshold| !threshold.severity.is_active()) {
            return fault("severity", "one of CRITICAL, MAJOR, MINOR and WARNING");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const RAN: &str = r#"{"policy_id":"ran","event_name":"Measurement_RAN","field":"load","thresholds":[
        {"direction":"LESS_OR_EQUAL","value":4000,"severity":"MAJOR","status":"ONSET"}]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        assert!(read::<Policy>(RAN).is_ok());
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Policy>(&RAN.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check(
            "ONSET",
            "ABATED",
            "policy \"ran\": field \"thresholds\" is not one that is an ONSET",
        );
        check("MAJOR", "NORMAL", "\"severity\" is not one of");
        check("Measurement_RAN", "", "\"event_name\"");
        check("LESS_OR_EQUAL", "BELOW", "cannot be read");
    }
}
