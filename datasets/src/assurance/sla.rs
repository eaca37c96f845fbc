//! Documents of `ref.slas` (TMF623): what a service promises, and what is due where it does not hold.

use serde::{Deserialize, Serialize};

use crate::reference::dated::{Checked, Fault};
use crate::units::{Fraction, Rounding};

/// What is promised about the availability of a service in a period; shares are in per cent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sla {
    /// The operator's id.
    pub sla_id: String,
    /// The least availability.
    pub target: Fraction,
    /// How many minutes a period counts as; none counts those that it has.
    #[serde(default)]
    pub base_min: Option<u32>,
    /// It is at risk from such a share of the tolerated downtime on.
    #[serde(default = "most_of_it")]
    pub at_risk: Fraction,
    /// What is due; where several ways are agreed on, the one that gives most, as a downtime is credited once.
    #[serde(default)]
    pub credits: Vec<Credit>,
    /// The most that is due.
    #[serde(default)]
    pub cap: Option<Fraction>,
    /// Decimals that a credit keeps.
    #[serde(default = "cents")]
    pub decimals: u32,
    /// How a credit gets to so many decimals.
    #[serde(default)]
    pub rounding: Rounding,
}

fn most_of_it() -> Fraction {
    Fraction::whole(80)
}

const fn cents() -> u32 {
    2
}

/// A way to credit downtime, as a share of the period's recurring charge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credit {
    /// By the availability of the period: the last row counts that it is below of.
    Table(Vec<Row>),
    /// For each hour, or other span, beyond the tolerated downtime.
    Each {
        /// For one of them.
        percent: Fraction,
        /// How many minutes it has.
        #[serde(default = "an_hour")]
        minutes: u32,
        /// Whether one that is not full counts.
        #[serde(default)]
        begun: bool,
    },
    /// For each downtime, by how long it lasts: the last row counts that it is longer than.
    PerEvent(Vec<EventRow>),
}

const fn an_hour() -> u32 {
    60
}

/// What is due for a downtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventRow {
    /// It counts for a downtime of more minutes.
    pub longer_than_min: u32,
    /// What is due.
    pub percent: Fraction,
}

/// A row of a table of credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// It counts for an availability below this.
    pub below: Fraction,
    /// What is due.
    pub percent: Fraction,
}

impl Checked for Sla {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("SLA \"{}\"", self.sla_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if !is_share(self.target) {
            return fault("target", "from 0 to 100 per cent");
        }
        if !is_share(self.at_risk) {
            return fault("at_risk", "from 0 to 100 per cent");
        }
        if self.cap.is_some_and(|cap| !is_share(cap)) {
            return fault("cap", "from 0 to 100 per cent");
        }
        if self.base_min == Some(0) {
            return fault("base_min", "1 or more");
        }
        if self.decimals > crate::units::Money::DECIMALS {
            return fault("decimals", "9 or fewer");
        }
        self.credits.iter().try_for_each(|credit| check_credit(&of, credit))
    }
}

fn is_share(share: Fraction) -> bool {
    share >= Fraction::ZERO && share <= Fraction::whole(100)
}

fn check_credit(of: &str, credit: &Credit) -> Result<(), Fault> {
    let falls = |rows: &[Row]| {
        let falls = |pair: &[Row]| pair[0].below > pair[1].below;
        !rows.is_empty() && rows.windows(2).all(falls)
    };
    let rises = |rows: &[EventRow]| {
        let rises = |pair: &[EventRow]| pair[0].longer_than_min < pair[1].longer_than_min;
        !rows.is_empty() && rows.windows(2).all(rises)
    };
    let fault = |field, wanted| Err(Fault::value(of, field, wanted));
    let shares = match credit {
        Credit::Table(rows) if !falls(rows) => {
            return fault("table", "one row or more, from the best availability to the worst");
        }
        Credit::PerEvent(rows) if !rises(rows) => {
            return fault("per_event", "one row or more, from the shortest to the longest");
        }
        Credit::Each { minutes: 0, .. } => return fault("minutes", "1 or more"),
        Credit::Table(rows) => rows.iter().all(|row| is_share(row.percent)),
        Credit::PerEvent(rows) => rows.iter().all(|row| is_share(row.percent)),
        Credit::Each { percent, .. } => is_share(*percent),
    };
    if shares { Ok(()) } else { fault("percent", "from 0 to 100 per cent") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const LINE: &str = r#"{"sla_id":"line","target":99.95,"base_min":43200,"cap":25,"credits":[
        {"table":[{"below":99.95,"percent":10},{"below":99.0,"percent":30}]},{"each":{"percent":3}},
        {"per_event":[{"longer_than_min":240,"percent":10}]}]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, sla) = read::<Sla>(LINE).unwrap();
        assert_eq!((sla.decimals, sla.at_risk), (2, Fraction::whole(80)));
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Sla>(&LINE.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check(
            "\"target\":99.95",
            "\"target\":101",
            "SLA \"line\": field \"target\" is not from 0 to",
        );
        check("99.0", "99.99", "\"table\" is not one row or more, from the best");
        check(":30}", ":130}", "\"percent\" is not from 0 to 100");
        check(":25", ":-1", "\"cap\" is not from 0");
        check("99.95,\"percent\":10}", "99.95,\"percent\":-1}", "\"percent\" is not from 0");
        check("{\"percent\":3}", "{\"percent\":3,\"minutes\":0}", "\"minutes\" is not 1 or more");
        check("[{\"longer_than_min\":240,\"percent\":10}]", "[]", "\"per_event\" is not one row");
        check("43200", "0", "\"base_min\" is not 1 or more");
    }
}
