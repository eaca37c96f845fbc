//! ONAP VES 7 events, alone or in a batch: each is an event or a reject that names its place.
//!
//! ```text
//! bytes ─ JSON ─ event, or each of eventList ─ header ─ the fields of its domain ─▶ events and rejects, in their order
//! ```

mod alarm;

mod header;

mod measurement;

mod object;

mod others;

mod standard;

use datasets::assurance::network_event::{Body, NetworkEvent};

use super::RECORD_BYTES;
use super::fields::Members;
use super::reject::Reject;
use object::Object;

/// Reads a payload; there is at least one event or reject in it.
#[must_use]
pub fn events(payload: &[u8]) -> Vec<Result<NetworkEvent, Reject>> {
    match objects(payload) {
        Ok(events) => {
            events.into_iter().map(|event| event.and_then(|event| read(&event))).collect()
        }
        Err(reject) => vec![Err(reject)],
    }
}

/// The events of a payload, each with its path.
fn objects(payload: &[u8]) -> Result<Vec<Result<Object<'_>, Reject>>, Reject> {
    if payload.len() > RECORD_BYTES {
        return Err(Reject::too_long("payload", RECORD_BYTES));
    }
    let text =
        std::str::from_utf8(payload).map_err(|error| Reject::not_utf8(error.valid_up_to()))?;
    if text.trim_ascii_start().starts_with('[') {
        return Err(Reject::of_no_object(text));
    }
    let payload = Object::root(Members::of_json(text)?);
    match (payload.object("event")?, payload.list("eventList")?) {
        (Some(event), None) => Ok(vec![Ok(event)]),
        (None, Some(events)) if events.is_empty() => Err(Reject::missing("eventList[0]")),
        (None, Some(events)) => {
            let path = |number: usize| format!("eventList[{number}]");
            let events = events.into_iter().enumerate();
            Ok(events.map(|(number, event)| Object::of(path(number), event)).collect())
        }
        (None, None) => Err(Reject::missing("event")),
        (Some(_), Some(_)) => Err(Reject::bad("event", "alone: there is an \"eventList\" too")),
    }
}

/// Reads one event.
fn read(event: &Object<'_>) -> Result<NetworkEvent, Reject> {
    let common = event.required("commonEventHeader")?;
    let header = header::read(&common)?;
    let domain = common.text("domain")?;
    let body = match domain.as_str() {
        "fault" => alarm::read(&event.required("faultFields")?, &header).map(Body::Alarm),
        "heartbeat" => others::heartbeat(event),
        "stateChange" => others::state_change(&event.required("stateChangeFields")?),
        "thresholdCrossingAlert" => {
            others::threshold_crossing(&event.required("thresholdCrossingAlertFields")?)
        }
        "notification" => others::notification(&event.required("notificationFields")?),
        "measurement" => measurement::read(&event.required("measurementFields")?),
        "stndDefined" => standard::read(&event.required("stndDefinedFields")?, &header),
        _ => {
            let wanted = "fault, heartbeat, stateChange, thresholdCrossingAlert, notification, measurement or stndDefined";
            Err(Reject { reason: "unknown_domain", ..common.bad("domain", wanted) })
        }
    };
    body.map(|body| NetworkEvent { header, body })
}

#[cfg(test)]
mod tests;
