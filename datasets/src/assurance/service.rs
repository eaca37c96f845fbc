//! Documents of `ref.services`: what a service runs on, and how bad it is when a part of it is.

use serde::{Deserialize, Serialize};

use super::Severity;
use crate::reference::dated::{Checked, Fault};
use crate::units::Fraction;

/// A service, whether a customer sees it or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Service {
    /// The operator's id.
    pub service_id: String,
    /// How the severities of its parts become one.
    #[serde(default)]
    pub reduce: Reduce,
    /// What it runs on.
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// How severities become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduce {
    /// The worst counts.
    #[default]
    Highest,
    /// The worst that parts with such a share of all weight have, or a worse one.
    Threshold(Fraction),
    /// Severities are powers of a base, and are added: with base 2, two warnings are one minor.
    Exponential(Fraction),
    /// It works as well as the best so many parts do: one of two paths, or two of three servers.
    Needs(u32),
}

/// What a service runs on: one of a service and a thing that has alarms.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// Another service.
    #[serde(default)]
    pub service: Option<String>,
    /// An object, or the key of an alarm.
    #[serde(default)]
    pub resource: Option<String>,
    /// How much it counts.
    #[serde(default = "one")]
    pub weight: u32,
    /// What becomes of its severity.
    #[serde(default)]
    pub map: Map,
}

/// What becomes of the severity of a part.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Map {
    /// It stays.
    #[default]
    Identity,
    /// Where something is wrong it is one worse.
    Increase,
    /// Where something is wrong it is one better.
    Decrease,
    /// Where something is wrong it is this.
    SetTo(Severity),
    /// It does not count.
    Ignore,
}

const fn one() -> u32 {
    1
}

impl Checked for Service {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("service \"{}\"", self.service_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if self.service_id.is_empty() {
            return fault("service_id", "a name");
        }
        let is_one = |part: &Part| {
            let named = [&part.service, &part.resource].into_iter().flatten();
            named.clone().count() == 1 && named.clone().all(|name| !name.is_empty())
        };
        if !self.parts.iter().all(is_one) {
            return fault("parts", "one of service and resource each");
        }
        if self.parts.iter().any(|part| part.service.as_deref() == Some(&self.service_id)) {
            return fault("parts", "free of the service itself");
        }
        if self.parts.iter().any(|part| part.weight == 0) {
            return fault("weight", "1 or more");
        }
        let parts = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
        match self.reduce {
            Reduce::Threshold(share) if share <= Fraction::ZERO || share > Fraction::ONE => {
                fault("threshold", "more than 0, and 1 at most")
            }
            Reduce::Exponential(base) if base <= Fraction::ONE => {
                fault("exponential", "more than 1")
            }
            Reduce::Needs(count) if count == 0 || count > parts => {
                fault("needs", "1 or more, and no more than there are parts")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const WEB: &str = r#"{"service_id":"web","reduce":{"threshold":0.75},
        "parts":[{"service":"db","weight":2},{"resource":"node-1","map":{"set_to":"MAJOR"}}]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, service) = read::<Service>(WEB).unwrap();
        assert_eq!(service.parts[1].map, Map::SetTo(Severity::Major));
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Service>(&WEB.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check("0.75", "1.1", "service \"web\": field \"threshold\" is not more than 0");
        check("{\"threshold\":0.75}", "{\"exponential\":1}", "\"exponential\" is not more than 1");
        check("{\"threshold\":0.75}", "{\"needs\":3}", "\"needs\" is not 1 or more");
        check("\"service\":\"db\"", "\"service\":\"web\"", "\"parts\" is not free of the service");
        check("\"service\":\"db\"", "\"resource\":\"\"", "\"parts\" is not one of");
        check(":2}", ":0}", "\"weight\" is not 1 or more");
    }
}
