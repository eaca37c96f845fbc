//! VES events that are good, malformed and real.

mod good;

mod malformed;

mod recorded;

use datasets::assurance::network_event::{Body, NetworkEvent};

use super::events;
use crate::decode::reject::Reject;

/// An event of a domain, around its fields.
fn event(domain: &str, fields: &str) -> String {
    let header = format!(
        r#""domain":"{domain}","eventId":"e1","eventName":"n","sourceName":"s","reportingEntityName":"r","sequence":3,
        "vesEventListenerVersion":"7.2","startEpochMicrosec":1413378172000000,"lastEpochMicrosec":1413378472000000"#
    );
    format!(r#"{{"event":{{"commonEventHeader":{{{header}}},{fields}}}}}"#)
}

fn one(text: &str) -> Result<NetworkEvent, Reject> {
    let mut events = events(text.as_bytes());
    assert_eq!(events.len(), 1, "{text}");
    events.remove(0)
}

fn body(domain: &str, fields: &str) -> Body {
    let text = event(domain, fields);
    one(&text).unwrap_or_else(|reject| panic!("{text}: {reject:?}")).body
}

/// The fields of a fault.
const FAULT: &str = r#""faultFields":{"alarmCondition":"loss","eventSourceType":"port","specificProblem":"p","eventSeverity":"MAJOR"}"#;

/// A notification of 3GPP.
fn notification(kind: &str, more: &str) -> String {
    format!(
        r#""stndDefinedFields":{{"data":{{"notificationType":"{kind}","href":"o","eventTime":"2026-11-24T10:00:00Z",
        "alarmId":7,"alarmType":"COMMUNICATIONS_ALARM","probableCause":12,"perceivedSeverity":"MINOR"{more}}}}}"#
    )
}
