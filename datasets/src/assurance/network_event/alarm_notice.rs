//! Something about an alarm, in one form for VES faults and for the notifications of 3GPP.

use serde::{Deserialize, Serialize};

use super::Texts;
use crate::assurance::severity::Severity;
use crate::units::EventTime;

/// Something about an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmNotice {
    /// When it happened.
    pub at: EventTime,
    /// The object that has the alarm.
    pub object: String,
    /// The alarm's own id, where it has one.
    pub alarm_id: Option<String>,
    /// The alarm type: of a fault its event category, or else the kind of its source.
    pub alarm_type: String,
    /// The probable cause: of a fault its condition.
    pub cause: String,
    /// The specific problem, where one is named.
    pub problem: Option<String>,
    /// What is told of it.
    pub notice: Notice,
    /// More about it, by name.
    pub more: Texts,
}

/// What is told of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// How bad it is; `Cleared` says that it is over.
    Severity(Severity),
    /// Someone has taken it on.
    Acknowledged(String),
    /// Someone has given it back.
    Unacknowledged(String),
    /// Someone says something: who, and what.
    Commented(Vec<(String, String)>),
}
