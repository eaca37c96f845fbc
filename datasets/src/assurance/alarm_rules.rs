//! Documents that say how long alarms are kept, what flaps, and which report resolves which problem.

use serde::{Deserialize, Serialize};

use crate::reference::dated::{Checked, Fault};

/// Rules for the life of alarms; what is not said is never done by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlarmRules {
    /// The operator's id.
    pub rule_id: String,
    /// Seconds after which a cleared alarm that nobody has acknowledged is forgotten.
    #[serde(default)]
    pub cleared_s: Option<u64>,
    /// Seconds after which a cleared alarm that was acknowledged is forgotten.
    #[serde(default)]
    pub cleared_acknowledged_s: Option<u64>,
    /// Seconds after which an active alarm that nobody has acknowledged is forgotten.
    #[serde(default)]
    pub active_s: Option<u64>,
    /// Seconds after which an active alarm that was acknowledged is forgotten.
    #[serde(default)]
    pub active_acknowledged_s: Option<u64>,
    /// When an alarm flaps.
    #[serde(default)]
    pub flapping: Option<Flapping>,
    /// Which probable cause says that another is over, on the same object.
    #[serde(default)]
    pub pairs: Vec<Pair>,
}

/// An alarm begins to flap when so many of its raises lie within so many seconds, and ends when it was not raised for as
/// long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Flapping {
    /// How many raises.
    pub raises: u32,
    /// Within how many seconds.
    pub within_s: u64,
}

/// A problem and its resolution, by probable cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The cause of the problem.
    pub problem: String,
    /// The cause of the report that it is over.
    pub resolution: String,
}

impl AlarmRules {
    /// Cleared alarms are kept for five minutes, acknowledged ones for a day; active ones for ever.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            rule_id: "usual".to_owned(),
            cleared_s: Some(300),
            cleared_acknowledged_s: Some(86_400),
            active_s: None,
            active_acknowledged_s: None,
            flapping: Some(Flapping { raises: 3, within_s: 600 }),
            pairs: Vec::new(),
        }
    }
}

impl Checked for AlarmRules {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("alarm rules \"{}\"", self.rule_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        let spans = [
            ("cleared_s", self.cleared_s),
            ("cleared_acknowledged_s", self.cleared_acknowledged_s),
            ("active_s", self.active_s),
            ("active_acknowledged_s", self.active_acknowledged_s),
        ];
        if let Some((field, _)) = spans.into_iter().find(|(_, seconds)| *seconds == Some(0)) {
            return fault(field, "1 second or more");
        }
        if self.flapping.is_some_and(|flapping| flapping.raises < 2 || flapping.within_s == 0) {
            return fault("flapping", "2 or more raises within 1 second or more");
        }
        let is_itself = |pair: &Pair| pair.problem.is_empty() || pair.problem == pair.resolution;
        if self.pairs.iter().any(is_itself) {
            return fault("pairs", "a problem and another cause that resolves it");
        }
        let resolves = |cause: &String| self.pairs.iter().any(|pair| pair.resolution == *cause);
        if self.pairs.iter().any(|pair| resolves(&pair.problem)) {
            return fault("pairs", "free of causes that are both a problem and a resolution");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const RULES: &str = r#"{"rule_id":"noc","cleared_s":300,"flapping":{"raises":3,"within_s":600},
        "pairs":[{"problem":"nodeDown","resolution":"nodeUp"}]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, rules) = read::<AlarmRules>(RULES).unwrap();
        assert_eq!((rules.cleared_s, rules.active_s), (Some(300), None));
        assert_eq!(AlarmRules::usual().check(), Ok(()));
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<AlarmRules>(&RULES.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check(":300", ":0", "alarm rules \"noc\": field \"cleared_s\" is not 1 second");
        check("\"raises\":3", "\"raises\":1", "\"flapping\" is not 2 or more");
        check("nodeUp", "nodeDown", "\"pairs\" is not a problem and another");
        check("\"cleared_s\":300", "\"cleared_s\":-5", "cannot be read");
    }
}
