//! Documents of `ref.fraud_rules`: what of a subscription, measured over a window, is a signal.

use serde::{Deserialize, Serialize};

use super::objective::Window;
use super::policy::Comparison;
use crate::reference::TimeZone;
use crate::reference::dated::{Checked, Fault};
use crate::units::Fraction;

/// What is measured of a subscription over a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Calls made.
    Calls,
    /// Calls received.
    CallsReceived,
    /// Calls made that were shorter than so many seconds.
    CallsShorterThan(u32),
    /// Messages sent.
    SmsSent,
    /// Messages received.
    SmsReceived,
    /// Different numbers called.
    CalledNumbers,
    /// Different numbers called for each call, from 0 to 1.
    CalledShare,
    /// Different cells used.
    Cells,
    /// Minutes of calls made.
    Minutes,
    /// Minutes of international calls made.
    InternationalMinutes,
    /// Minutes of calls made to premium and high-risk numbers.
    RiskyMinutes,
    /// Bytes of data.
    Bytes,
    /// Money charged, in units of its currency.
    Charged,
}

/// A condition on one measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    /// What is measured.
    pub measure: Measure,
    /// How it compares.
    pub is: Comparison,
    /// With what.
    pub value: Fraction,
}

/// Over which time usage is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The last seconds.
    Seconds(u32),
    /// The calendar day of a time zone.
    Day(TimeZone),
    /// The calendar month of a time zone.
    Month(TimeZone),
}

/// A rule: a signal while all conditions hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FraudRule {
    /// The operator's id.
    pub rule_id: String,
    /// Over which time.
    pub over: Over,
    /// What must hold.
    pub all: Vec<Condition>,
    /// The hours of the day whose usage counts; none counts all of it.
    #[serde(default)]
    pub hours: Option<Window>,
    /// Where those hours are told.
    #[serde(default = "utc")]
    pub time_zone: TimeZone,
    /// For how many seconds of a subscription's life it holds; none for all of it.
    #[serde(default)]
    pub new_for_s: Option<u32>,
}

const fn utc() -> TimeZone {
    TimeZone::UTC
}

impl Checked for FraudRule {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("fraud rule \"{}\"", self.rule_id);
        let fault = |field, wanted| Err(Fault::value(&of, field, wanted));
        if self.over == Over::Seconds(0) {
            return fault("over", "1 second or more");
        }
        if self.hours.as_ref().is_some_and(|hours| hours.seconds().is_none()) {
            return fault("hours", "two times such as 20:00 and 06:00");
        }
        if self.new_for_s == Some(0) {
            return fault("new_for_s", "1 second or more");
        }
        if self.all.is_empty() {
            return fault("all", "one condition or more");
        }
        // A rule that holds for someone who does nothing at all would flag everybody.
        let of_nobody =
            |condition: &Condition| condition.is.holds(&Fraction::ZERO, &condition.value);
        if self.all.iter().all(of_nobody) {
            return fault("all", "false for a subscription that is not used");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::dated::read;

    const BOX: &str = r#"{"rule_id":"box","over":{"seconds":86400},"all":[
        {"measure":"calls","is":"GREATER","value":50},{"measure":{"calls_shorter_than":5},"is":"EQUAL","value":0}]}"#;

    #[test]
    fn what_is_wrong_is_said() {
        let (_, rule) = read::<FraudRule>(BOX).unwrap();
        assert_eq!(rule.all[1].measure, Measure::CallsShorterThan(5));
        let month = BOX.replace("{\"seconds\":86400}", "{\"month\":\"Europe/Berlin\"}");
        assert!(matches!(read::<FraudRule>(&month).unwrap().1.over, Over::Month(_)));
        let check = |old: &str, new: &str, expected: &str| {
            let fault = read::<FraudRule>(&BOX.replace(old, new)).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        };
        check("86400", "0", "fraud rule \"box\": field \"over\" is not 1 second or more");
        check("GREATER", "LESS", "\"all\" is not false for a subscription that is not used");
        check(
            "\"all\"",
            "\"hours\":{\"from\":\"8\",\"to\":\"9\"},\"all\"",
            "\"hours\" is not two times",
        );
        check("\"all\"", "\"new_for_s\":0,\"all\"", "\"new_for_s\" is not 1 second");
        check("\"calls\"", "\"cals\"", "cannot be read");
    }
}
