//! The common header of an event.

use datasets::assurance::network_event::Header;
use datasets::units::EventTime;

use super::object::{Object, number};
use crate::decode::instant;
use crate::decode::reject::Reject;

/// Reads the header; only events of version 7 are known, whose fields others name otherwise.
pub(super) fn read(header: &Object<'_>) -> Result<Header, Reject> {
    let version = header.required_word("vesEventListenerVersion")?;
    if version != "7" && !version.starts_with("7.") {
        let bad = header.bad("vesEventListenerVersion", "7 or 7.x");
        return Err(Reject { reason: "unknown_version", ..bad });
    }
    let sequence = header.path("sequence");
    let read = Header {
        event_id: header.text("eventId")?,
        event_name: header.text("eventName")?,
        source_name: header.text("sourceName")?,
        source_id: header.optional_text("sourceId")?,
        reporter: header.optional_text("reportingEntityName")?,
        sequence: header.scalar("sequence").optional_whole(&sequence, u64::MAX)?.unwrap_or(0),
        began_at: epoch(header, "startEpochMicrosec")?,
        last_at: epoch(header, "lastEpochMicrosec")?,
    };
    if read.last_at < read.began_at {
        return Err(header.bad("lastEpochMicrosec", "at or after \"startEpochMicrosec\""));
    }
    Ok(read)
}

/// An instant in microseconds since 1970.
fn epoch(header: &Object<'_>, name: &'static str) -> Result<EventTime, Reject> {
    let value = header.scalar(name);
    if value.is_absent() {
        return Err(Reject::missing(&header.path(name)));
    }
    let whole = number(&value).map(|number| number.parts()).filter(|(_, below)| *below == 1);
    let micros = whole.and_then(|(micros, _)| i64::try_from(micros).ok());
    let at = micros.and_then(instant::recordable);
    at.ok_or_else(|| header.bad(name, "microseconds since 1970"))
}
