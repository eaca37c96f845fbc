//! Faults: something about an alarm.

use datasets::assurance::Severity;
use datasets::assurance::network_event::{AlarmNotice, Header, Notice};

use super::object::Object;
use crate::decode::reject::Reject;

/// Reads the fields of a fault. It happened when it was last so: a clear keeps the instant at which the alarm began.
pub(super) fn read(fields: &Object<'_>, header: &Header) -> Result<AlarmNotice, Reject> {
    let severity = severity(fields, "eventSeverity")?;
    let source_type = fields.text("eventSourceType")?;
    let mut more = fields.texts("alarmAdditionalInformation")?;
    for name in ["alarmInterfaceA", "vfStatus"] {
        more.extend(fields.word(name)?.map(|text| (name.to_owned(), text)));
    }
    let alarm_type = fields.optional_text("eventCategory")?.unwrap_or_else(|| source_type.clone());
    more.insert("eventSourceType".to_owned(), source_type);
    Ok(AlarmNotice {
        at: header.last_at,
        object: header.source_name.clone(),
        alarm_id: None,
        alarm_type,
        cause: fields.required_word("alarmCondition")?,
        problem: fields.word("specificProblem")?,
        notice: Notice::Severity(severity),
        more,
    })
}

/// A severity of X.733, or `NORMAL`, which is cleared.
pub(super) fn severity(fields: &Object<'_>, name: &'static str) -> Result<Severity, Reject> {
    let wanted = "CRITICAL, MAJOR, MINOR, WARNING, INDETERMINATE, CLEARED or NORMAL";
    fields.text(name)?.parse().map_err(|_| fields.bad(name, wanted))
}
