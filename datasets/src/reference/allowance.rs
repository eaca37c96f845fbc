//! Documents of `ref.allowances`: units that are included, for whom and for which usage.

use serde::{Deserialize, Serialize};

use super::dated::{Checked, Fault};
use crate::cycle::Cycle;
use crate::usage::Service;

/// Included units; quantities are in the base unit of the service: ms, bytes or messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Allowance {
    /// The operator's id.
    pub allowance_id: String,
    /// The account that has it.
    #[serde(default)]
    pub account_id: Option<String>,
    /// The pool whose accounts share it.
    #[serde(default)]
    pub pool_id: Option<String>,
    /// The offering with which each of its subscriptions gets its own.
    #[serde(default)]
    pub offering_id: Option<String>,
    /// The service that it is for.
    pub service: Service,
    /// The destination zones; none means all.
    #[serde(default)]
    pub zones: Vec<String>,
    /// The time bands; none means all.
    #[serde(default)]
    pub bands: Vec<String>,
    /// How much a period has.
    pub quantity: u64,
    /// Usage counts in whole steps of so many.
    #[serde(default = "one")]
    pub increment: u64,
    /// The lowest is drawn first; among equals the one that expires first.
    #[serde(default)]
    pub priority: u32,
    /// In which periods it is granted anew; none grants it once.
    #[serde(default)]
    pub every: Option<Every>,
    /// Whether a first period that has begun already gets only its share.
    #[serde(default)]
    pub prorated: bool,
    /// What of a rest goes over.
    #[serde(default)]
    pub rollover: Option<Rollover>,
    /// The most that one subscription may draw in a period.
    #[serde(default)]
    pub cap: Option<u64>,
    /// Whether nothing else pays for its usage once it is spent.
    #[serde(default)]
    pub blocker: bool,
}

/// The periods of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Every {
    /// How long a period is.
    pub period: Period,
    /// The day on which months begin, 1 to 28.
    #[serde(default = "first")]
    pub day: u8,
    /// The time zone, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A local day.
    Day,
    /// A month.
    Month,
}

/// What of a period's rest goes over into the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rollover {
    /// The most that goes over.
    pub most: u64,
    /// For how many periods a rest lives.
    pub periods: u32,
}

const fn one() -> u64 {
    1
}

const fn first() -> u8 {
    1
}

impl Every {
    /// The periods; `None` where the day or the time zone is none.
    #[must_use]
    pub fn cycle(&self) -> Option<Cycle> {
        let zone = self.time_zone.parse().ok()?;
        match self.period {
            Period::Day => Some(Cycle::Day(zone)),
            Period::Month => (1..=28).contains(&self.day).then_some(Cycle::Month(self.day, zone)),
        }
    }
}

impl Checked for Allowance {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("allowance \"{}\"", self.allowance_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        let holders = [&self.account_id, &self.pool_id, &self.offering_id];
        if self.allowance_id.is_empty() {
            return fault("allowance_id", "an id");
        }
        if holders.into_iter().flatten().count() != 1 {
            return fault("account_id", "the one of account_id, pool_id and offering_id");
        }
        if self.increment == 0 {
            return fault("increment", "1 or more");
        }
        if self.cap == Some(0) {
            return fault("cap", "1 or more");
        }
        if self.every.as_ref().is_some_and(|every| every.cycle().is_none()) {
            return fault("every", "a period with a day from 1 to 28 and a known time zone");
        }
        if self.rollover.is_some_and(|rollover| rollover.most == 0 || rollover.periods == 0) {
            return fault("rollover", "1 or more units for 1 or more periods");
        }
        if self.every.is_none() && (self.rollover.is_some() || self.prorated) {
            return fault("every", "there, which rollover and prorated need");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::dated::read;
    use super::*;

    const DATA: &str = r#"{"allowance_id":"family","pool_id":"p7","service":"data","quantity":1000,
        "every":{"period":"month","day":15,"time_zone":"Europe/Berlin"},"valid_from":"2026-03-15T00:00:00+01:00"}"#;

    #[test]
    fn a_document_reads_with_its_defaults() {
        let (validity, allowance) = read::<Allowance>(DATA).unwrap();
        assert_eq!(validity.from.to_string(), "2026-03-14T23:00:00Z");
        assert_eq!((allowance.increment, allowance.priority, allowance.cap), (1, 0, None));
        assert!(allowance.every.unwrap().cycle().is_some());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Allowance>(&DATA.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check("pool_id", "team_id", "\"account_id\" is not the one of");
        check(":1000", ":-1", "cannot be read");
        check(":1000", ":1000,\"increment\":0", "\"increment\" is not 1 or more");
        check("Europe/Berlin", "Berlin", "allowance \"family\": field \"every\" is not a period");
        check(":15,", ":31,", "with a day from 1 to 28");
        check("2026-03-15T", "15.3.2026", "\"valid_from\"");
        check(":1000", ":1000,\"rollover\":{\"most\":5,\"periods\":0}", "\"rollover\"");
    }
}
