//! Documents of `ref.thresholds` (TMF649): when a measured value is an alarm, and when it no longer is.

use serde::{Deserialize, Serialize};

use super::Severity;
use crate::reference::dated::{Checked, Fault};
use crate::units::Fraction;

/// How a value crosses a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// It is the bound or more.
    High,
    /// It is the bound or less.
    Low,
    /// It is so far from the value before it, up where the bound is positive, down where it is negative.
    AbsoluteChange,
    /// It is so many times the value before it: or more where the bound is more than one, or less where it is less.
    RelativeChange,
}

/// A threshold of one measured value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Threshold {
    /// The operator's id.
    pub threshold_id: String,
    /// The KPI or counter.
    pub measure: String,
    /// How it crosses.
    pub crossing: Crossing,
    /// The bounds, the mildest first.
    pub bands: Vec<Band>,
    /// How many values in a row must cross.
    #[serde(default = "one")]
    pub trigger: u32,
}

/// A bound and what crossing it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Band {
    /// The bound.
    pub value: Fraction,
    /// Where a value must come back to; none is the bound itself. Changes have none.
    #[serde(default)]
    pub rearm: Option<Fraction>,
    /// How bad it is beyond the bound.
    pub severity: Severity,
}

const fn one() -> u32 {
    1
}

impl Checked for Threshold {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("threshold \"{}\"", self.threshold_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if self.trigger == 0 {
            return fault("trigger", "1 or more");
        }
        if self.measure.is_empty() {
            return fault("measure", "the name of a KPI or counter");
        }
        if self.bands.is_empty() || self.bands.iter().any(|band| band.severity.degree() == 0) {
            return fault(
                "bands",
                "one band or more, each with a severity from WARNING to CRITICAL",
            );
        }
        if !self.bands.windows(2).all(|pair| self.is_milder(&pair[0], &pair[1])) {
            return fault("bands", "from the mildest to the worst, and one alone for changes");
        }
        if self.bands.iter().any(|band| self.rearms_beyond(band)) {
            return fault("rearm", "on the good side of its value, and left out for changes");
        }
        let value = self.bands[0].value;
        match self.crossing {
            Crossing::AbsoluteChange if value == Fraction::ZERO => fault("value", "other than 0"),
            Crossing::RelativeChange if value == Fraction::ONE || value < Fraction::ZERO => {
                fault("value", "0 or more, and other than 1")
            }
            _ => Ok(()),
        }
    }
}

impl Threshold {
    fn is_milder(&self, one: &Band, two: &Band) -> bool {
        let farther = match self.crossing {
            Crossing::High => one.value < two.value,
            Crossing::Low => one.value > two.value,
            Crossing::AbsoluteChange | Crossing::RelativeChange => false,
        };
        farther && one.severity < two.severity
    }

    fn rearms_beyond(&self, band: &Band) -> bool {
        band.rearm.is_some_and(|rearm| match self.crossing {
            Crossing::High => rearm > band.value,
            Crossing::Low => rearm < band.value,
            Crossing::AbsoluteChange | Crossing::RelativeChange => true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const HIGH: &str = r#"{"threshold_id":"load","measure":"cpu","crossing":"high",
        "bands":[{"value":80,"rearm":70,"severity":"MINOR"},{"value":95.5,"severity":"CRITICAL"}]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, threshold) = read::<Threshold>(HIGH).unwrap();
        assert_eq!((threshold.trigger, threshold.bands[1].value), (1, "95.5".parse().unwrap()));
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<Threshold>(&HIGH.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check(":70", ":81", "threshold \"load\": field \"rearm\" is not on the good side");
        check("\"high\"", "\"low\"", "\"bands\" is not from the mildest");
        check("95.5", "70", "\"bands\" is not from the mildest");
        check("CRITICAL", "WARNING", "\"bands\" is not from the mildest");
        check("MINOR", "NORMAL", "\"bands\" is not one band or more");
        check("MINOR", "LOUD", "no severity");
        check("\"high\",", "\"high\",\"trigger\":0,", "\"trigger\" is not 1 or more");
        check("\"high\"", "\"relative_change\"", "one alone for changes");
    }

    #[test]
    fn a_change_of_nothing_is_none() {
        let check = |crossing: &str, value: &str, expected: &str| {
            let json = format!(
                r#"{{"threshold_id":"c","measure":"m","crossing":"{crossing}","bands":[{{"value":{value},"severity":"MAJOR"}}]}}"#
            );
            let found = read::<Threshold>(&json).map_err(|fault| fault.to_string());
            assert_eq!(found.is_err(), !expected.is_empty());
            assert!(found.is_ok() || found.unwrap_err().contains(expected));
        };
        check("relative_change", "1", "\"value\" is not 0 or more, and other than 1");
        check("absolute_change", "0", "\"value\" is not other than 0");
        check("relative_change", "0.9", "");
    }
}
