//! Documents of `ref.correlation_rules`: which alarms belong together, by time and by distance in the topology.

use serde::{Deserialize, Serialize};

use crate::reference::dated::{Checked, Fault};

/// Alarms belong together that are near to each other in time and in the topology, step by step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CorrelationRule {
    /// The operator's id.
    pub rule_id: String,
    /// The most seconds between two neighbours.
    pub within_s: u32,
    /// The longest way between two neighbours, as the sum of the weights of its edges.
    pub distance: u64,
    /// How many alarms make a situation.
    #[serde(default = "two")]
    pub least: u32,
}

const fn two() -> u32 {
    2
}

impl CorrelationRule {
    /// Two minutes, and a way of a hundred: two ports of a card, or two cards of a shelf.
    #[must_use]
    pub fn usual() -> Self {
        Self { rule_id: "usual".to_owned(), within_s: 120, distance: 100, least: 2 }
    }
}

impl Checked for CorrelationRule {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("correlation rule \"{}\"", self.rule_id);
        if self.least == 0 {
            return Err(Fault::value(&of, "least", "1 or more"));
        }
        if self.rule_id.is_empty() {
            return Err(Fault::value(&of, "rule_id", "a name"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    #[test]
    fn what_is_wrong_is_said() {
        let json = r#"{"rule_id":"near","within_s":60,"distance":50}"#;
        assert_eq!(read::<CorrelationRule>(json).unwrap().1.least, 2);
        let wrong = json.replace("50", "50,\"least\":0");
        let fault = read::<CorrelationRule>(&wrong).unwrap_err().to_string();
        assert!(fault.contains("correlation rule \"near\": field \"least\" is not 1 or more"));
        assert_eq!(CorrelationRule::usual().check(), Ok(()));
    }
}
