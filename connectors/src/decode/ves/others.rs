//! Heartbeats, changes of state, threshold crossings and notifications.

use std::collections::BTreeMap;

use datasets::assurance::Severity;
use datasets::assurance::network_event::{
    Body, Crossed, CrossingAction, Notification, ServiceState, StateChange, ThresholdCrossing,
};

use super::alarm::severity;
use super::object::{Object, number};
use crate::decode::fields::scalar;
use crate::decode::reject::Reject;

/// Reads a heartbeat; its fields need not be there.
pub(super) fn heartbeat(event: &Object<'_>) -> Result<Body, Reject> {
    let Some(fields) = event.object("heartbeatFields")? else { return Ok(Body::Heartbeat(None)) };
    let path = fields.path("heartbeatInterval");
    let most = u32::MAX.into();
    let interval = fields.scalar("heartbeatInterval").optional_whole(&path, most)?;
    Ok(Body::Heartbeat(interval.and_then(|seconds| u32::try_from(seconds).ok())))
}

/// Reads a change of state.
pub(super) fn state_change(fields: &Object<'_>) -> Result<Body, Reject> {
    let words = [
        ("inService", ServiceState::InService),
        ("maintenance", ServiceState::Maintenance),
        ("outOfService", ServiceState::OutOfService),
    ];
    Ok(Body::StateChange(StateChange {
        interface: fields.text("stateInterface")?,
        old: fields.one_of("oldState", &words)?,
        now: fields.one_of("newState", &words)?,
    }))
}

/// Reads a threshold crossing; where it ends it is cleared, however bad it was.
pub(super) fn threshold_crossing(fields: &Object<'_>) -> Result<Body, Reject> {
    let words = [
        ("SET", CrossingAction::Set),
        ("CONT", CrossingAction::Continue),
        ("CLEAR", CrossingAction::Clear),
    ];
    let action = fields.one_of("alertAction", &words)?;
    let severity = severity(fields, "eventSeverity")?;
    let mut crossed = BTreeMap::new();
    for parameter in fields.objects("additionalParameters")? {
        let threshold = parameter.required_word("thresholdCrossed")?;
        for (name, value) in parameter.required("hashMap")?.all() {
            let value = number(&scalar(value));
            crossed.insert(name.to_owned(), Crossed { threshold: threshold.clone(), value });
        }
    }
    Ok(Body::ThresholdCrossing(ThresholdCrossing {
        action,
        severity: if action == CrossingAction::Clear { Severity::Cleared } else { severity },
        alert_type: fields.text("alertType")?,
        description: fields.required_word("alertDescription")?,
        interface: fields.optional_text("interfaceName")?,
        crossed,
    }))
}

/// Reads a notification.
pub(super) fn notification(fields: &Object<'_>) -> Result<Body, Reject> {
    let mut more = BTreeMap::new();
    for entry in fields.objects("arrayOfNamedHashMap")? {
        more.insert(entry.required_word("name")?, entry.texts("hashMap")?);
    }
    Ok(Body::Notification(Notification {
        change_id: fields.required_word("changeIdentifier")?,
        change_type: fields.required_word("changeType")?,
        old: fields.word("oldState")?,
        now: fields.word("newState")?,
        more,
    }))
}
