//! Documents of `ref.kpis`: counters with their units, and KPIs as formulas over them (3GPP TS 32.404, TS 28.554).

use serde::{Deserialize, Serialize};

use crate::reference::dated::{Checked, Fault};
use crate::units::Fraction;

/// How the values of a counter become one, over objects and over periods.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// They are added.
    #[default]
    Sum,
    /// The greatest counts.
    Max,
    /// The least counts.
    Min,
}

/// A counter that elements report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Counter {
    /// Its name, such as `RRC.ConnEstabAtt`.
    pub counter: String,
    /// Its unit, such as `1`, `s` or `bit/s`.
    pub unit: String,
    /// How its values become one.
    #[serde(default)]
    pub aggregation: Aggregation,
}

/// A KPI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kpi {
    /// Its name.
    pub kpi_id: String,
    /// How it is computed, from sums of counters.
    pub formula: String,
    /// Its unit; `%` for a share times 100.
    pub unit: String,
    /// The least and the greatest value that it can have; with it, what is missing makes an interval.
    #[serde(default)]
    pub range: Option<(Fraction, Fraction)>,
}

impl Checked for Counter {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("counter \"{}\"", self.counter);
        if self.counter.is_empty() {
            return Err(Fault::value(&of, "counter", "a name"));
        }
        if self.unit.is_empty() {
            return Err(Fault::value(&of, "unit", "a unit, such as 1, s or bit/s"));
        }
        Ok(())
    }
}

impl Checked for Kpi {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("KPI \"{}\"", self.kpi_id);
        if self.kpi_id.is_empty() {
            return Err(Fault::value(&of, "kpi_id", "a name"));
        }
        if self.unit.is_empty() {
            return Err(Fault::value(&of, "unit", "a unit, such as %, s or bit/s"));
        }
        if self.range.is_some_and(|(least, greatest)| least >= greatest) {
            return Err(Fault::value(&of, "range", "the least value and a greater one"));
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
        let json = r#"{"kpi_id":"sr","formula":"a / b * 100","unit":"%","range":[0,100]}"#;
        assert_eq!(read::<Kpi>(json).unwrap().1.range.unwrap().1, Fraction::whole(100));
        let fault =
            |old: &str, new: &str| read::<Kpi>(&json.replace(old, new)).unwrap_err().to_string();
        assert!(fault("[0,100]", "[1,1]").contains("KPI \"sr\": field \"range\" is not the least"));
        assert!(fault("\"%\"", "\"\"").contains("\"unit\" is not a unit"));
        assert!(read::<Counter>(r#"{"counter":"","unit":"1"}"#).is_err());
    }
}
