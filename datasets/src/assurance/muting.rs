//! Documents that say which alerts are muted by others or for a while, and how long a condition must hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::reference::dated::{Checked, Fault};

/// What an alert is told apart by; a label that is not there is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(pub BTreeMap<String, String>);

impl Labels {
    /// The value of a label.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// How a label is compared.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Operator {
    /// It is the value.
    #[default]
    #[serde(rename = "=")]
    Is,
    /// It is not.
    #[serde(rename = "!=")]
    IsNot,
    /// It fits a pattern, as a whole: `*` is any text, `|` is or.
    #[serde(rename = "=~")]
    Fits,
    /// It does not fit.
    #[serde(rename = "!~")]
    FitsNot,
}

/// A condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// How it is compared.
    #[serde(default, rename = "is")]
    pub operator: Operator,
    /// With what.
    pub value: String,
}

/// An active alert that matches the source mutes those that match the target and have equal labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Inhibition {
    /// The operator's id.
    pub rule_id: String,
    /// What mutes, if all of them match.
    pub source: Vec<Matcher>,
    /// What is muted, if all of them match.
    pub target: Vec<Matcher>,
    /// The labels that both must have in common.
    #[serde(default)]
    pub equal: Vec<String>,
}

/// Alerts that match are muted while the document is valid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Silence {
    /// The operator's id.
    pub silence_id: String,
    /// What is muted, if all of them match.
    pub matchers: Vec<Matcher>,
    /// Why, for whoever finds it.
    #[serde(default)]
    pub comment: String,
}

/// Whether a label must be there for a matcher: one that an empty text fits would mute nearly everything.
fn is_selective(matcher: &Matcher) -> bool {
    !matcher.label.is_empty() && matches!(matcher.operator, Operator::Is | Operator::Fits)
}

impl Checked for Inhibition {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("inhibition \"{}\"", self.rule_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if !self.source.iter().any(is_selective) {
            return fault("source", "one condition with = or =~, or more");
        }
        if !self.target.iter().any(is_selective) {
            return fault("target", "one condition with = or =~, or more");
        }
        if self.equal.iter().any(String::is_empty) {
            return fault("equal", "the names of labels");
        }
        Ok(())
    }
}

impl Checked for Silence {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("silence \"{}\"", self.silence_id);
        if !self.matchers.iter().any(is_selective) {
            return Err(Fault::value(&of, "matchers", "one condition with = or =~, or more"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const RULE: &str = r#"{"rule_id":"r","source":[{"label":"s1","value":"1"}],
        "target":[{"label":"t1","is":"=~","value":"1|2*"}],"equal":["e"]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, rule) = read::<Inhibition>(RULE).unwrap();
        assert_eq!(
            (rule.source[0].operator, rule.target[0].operator),
            (Operator::Is, Operator::Fits)
        );
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Inhibition>(&RULE.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check("=~", "!~", "inhibition \"r\": field \"target\" is not one condition with = or =~");
        check("\"s1\"", "\"\"", "\"source\"");
        check("[\"e\"]", "[\"\"]", "\"equal\" is not the names of labels");
        check("=~", "~~", "cannot be read");
        assert!(read::<Silence>(r#"{"silence_id":"s","matchers":[]}"#).is_err());
    }
}
