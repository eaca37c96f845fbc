//! Events in the forms of other standards: the alarm notifications and the heartbeat of 3GPP TS 28.532.

use datasets::assurance::Severity;
use datasets::assurance::network_event::{AlarmNotice, Body, Header, Notice};
use datasets::units::EventTime;

use super::alarm::severity;
use super::object::{Object, number};
use crate::decode::reject::Reject;

/// Reads a notification by its own type, whatever name space the header names.
pub(super) fn read(fields: &Object<'_>, header: &Header) -> Result<Body, Reject> {
    let data = fields.required("data")?;
    let notice = match data.text("notificationType")?.as_str() {
        "notifyHeartbeat" => return heartbeat(&data),
        "notifyNewAlarm" | "notifyChangedAlarm" | "notifyChangedAlarmGeneral" => {
            Notice::Severity(severity(&data, "perceivedSeverity")?)
        }
        "notifyClearedAlarm" => Notice::Severity(Severity::Cleared),
        "notifyAckStateChanged" => {
            let words = [("ACKNOWLEDGED", true), ("UNACKNOWLEDGED", false)];
            let is_acknowledged = data.one_of("ackState", &words)?;
            let by = data.required_word("ackUserId")?;
            if is_acknowledged { Notice::Acknowledged(by) } else { Notice::Unacknowledged(by) }
        }
        "notifyComments" => Notice::Commented(comments(&data)?),
        _ => {
            let wanted = "notifyNewAlarm, notifyChangedAlarm, notifyChangedAlarmGeneral, notifyClearedAlarm, notifyAckStateChanged, notifyComments or notifyHeartbeat";
            let bad = data.bad("notificationType", wanted);
            return Err(Reject { reason: "unknown_notification", ..bad });
        }
    };
    alarm(&data, header, notice).map(Body::Alarm)
}

/// What all notifications of an alarm have.
fn alarm(data: &Object<'_>, header: &Header, notice: Notice) -> Result<AlarmNotice, Reject> {
    let mut object = None;
    for name in ["objectInstance", "href", "systemDN"] {
        object = object.or(data.word(name)?);
    }
    let mut more = data.texts("additionalInformation")?;
    for name in ["additionalText", "proposedRepairActions", "clearUserId", "rootCauseIndicator"] {
        more.extend(data.word(name)?.map(|text| (name.to_owned(), text)));
    }
    // Elements are known that write no instant there; the header has one for sure.
    let at = data.word("eventTime")?.and_then(|text| EventTime::parse_rfc3339(&text).ok());
    Ok(AlarmNotice {
        at: at.unwrap_or(header.last_at),
        object: object.unwrap_or_else(|| header.source_name.clone()),
        alarm_id: Some(data.required_word("alarmId")?),
        alarm_type: data.text("alarmType")?,
        cause: data.required_word("probableCause")?,
        problem: data.word("specificProblem")?,
        notice,
        more,
    })
}

/// The comments, in the order of their ids: an object of objects, or a list of them.
fn comments(data: &Object<'_>) -> Result<Vec<(String, String)>, Reject> {
    let comments = match data.list("comments") {
        Ok(_) => data.objects("comments")?,
        Err(_) => {
            let comments = data.required("comments")?;
            let of = |(name, value)| Object::of(comments.path(name), value);
            comments.all().map(of).collect::<Result<_, _>>()?
        }
    };
    if comments.is_empty() {
        return Err(Reject::missing(&data.path("comments")));
    }
    let said = |comment: &Object<'_>| {
        let by = comment.word("commentUserId")?.unwrap_or_default();
        Ok((by, comment.required_word("commentText")?))
    };
    comments.iter().map(said).collect()
}

fn heartbeat(data: &Object<'_>) -> Result<Body, Reject> {
    let interval = number(&data.scalar("heartbeatNtfPeriod")).map(|number| number.parts());
    // The period is in minutes.
    let minutes =
        interval.filter(|(_, below)| *below == 1).and_then(|(whole, _)| whole.checked_mul(60));
    Ok(Body::Heartbeat(minutes.and_then(|seconds| u32::try_from(seconds).ok())))
}
