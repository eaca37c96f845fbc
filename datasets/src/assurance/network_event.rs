//! What elements of the network tell by themselves: the events of ONAP VES 7, read and typed.

pub mod alarm_notice;

pub mod reading;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::severity::Severity;
use crate::units::{EventTime, Fraction};

pub use alarm_notice::{AlarmNotice, Notice};
pub use reading::Reading;

/// Named texts that an event carries beside its own fields.
pub type Texts = BTreeMap<String, String>;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkEvent {
    /// Who tells it, and when.
    pub header: Header,
    /// What is told.
    pub body: Body,
}

/// Who tells an event, and when it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The event's own id, unique for its source.
    pub event_id: String,
    /// The kind of event.
    pub event_name: String,
    /// What it is about.
    pub source_name: String,
    /// The same by its id, where it has one.
    pub source_id: Option<String>,
    /// Who reports it.
    pub reporter: Option<String>,
    /// Its number among the events of one id.
    pub sequence: u64,
    /// When it began: of a measurement, its interval.
    pub began_at: EventTime,
    /// When it was last so: of a measurement, the end of its interval.
    pub last_at: EventTime,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Something about an alarm: `fault`, or an alarm notification of 3GPP (TS 28.532).
    Alarm(AlarmNotice),
    /// The source is alive, and says every how many seconds it will say so, if it does.
    Heartbeat(Option<u32>),
    /// The source, or a part of it, changes its state.
    StateChange(StateChange),
    /// A measured value crosses a threshold, or is back.
    ThresholdCrossing(ThresholdCrossing),
    /// Something has changed: a configuration, a file that is ready.
    Notification(Notification),
    /// What was measured in an interval.
    Measurement(Vec<Reading>),
}

/// Whether something serves, by its own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ServiceState {
    /// It serves.
    InService,
    /// It is being worked on.
    Maintenance,
    /// It does not serve.
    OutOfService,
}

/// A change of state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The card, port or interface.
    pub interface: String,
    /// How it was.
    pub old: ServiceState,
    /// How it is.
    pub now: ServiceState,
}

/// Whether a crossing begins, goes on or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CrossingAction {
    /// It begins.
    Set,
    /// It goes on.
    Continue,
    /// It ends.
    Clear,
}

/// A threshold that is crossed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdCrossing {
    /// Whether it begins, goes on or ends.
    pub action: CrossingAction,
    /// How bad it is; `Cleared` where it ends.
    pub severity: Severity,
    /// The kind of alert, such as `INTERFACE-ANOMALY`.
    pub alert_type: String,
    /// What it says.
    pub description: String,
    /// The interface, where one is named.
    pub interface: Option<String>,
    /// The values that crossed, by name, with the threshold as it is written.
    pub crossed: BTreeMap<String, Crossed>,
}

/// A value that crossed a threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossed {
    /// The threshold, as it is written.
    pub threshold: String,
    /// The value; none where it is no number.
    pub value: Option<Fraction>,
}

/// A change that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What has changed.
    pub change_id: String,
    /// What kind of change it is, such as `FileReady`.
    pub change_type: String,
    /// How it was.
    pub old: Option<String>,
    /// How it is.
    pub now: Option<String>,
    /// More about it, by name.
    pub more: BTreeMap<String, Texts>,
}
