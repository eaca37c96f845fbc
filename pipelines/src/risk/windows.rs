//! Which activities a rule looks at, and when one of them leaves its window.

use chrono_tz::Tz;
use datasets::assurance::fraud::Over;
use datasets::cycle::Cycle;
use datasets::reference::{TimeZone, Validity};
use datasets::units::EventTime;

/// The span whose activities count at an instant, that instant included.
///
/// The last 24 hours begin just after the same instant of the day before, so a day later an activity no longer counts.
#[must_use]
pub fn span(over: Over, at: EventTime) -> Option<Validity> {
    let to = EventTime(at.0.checked_add(1)?);
    let from = match over {
        Over::Seconds(seconds) => EventTime(at.plus_seconds(-i64::from(seconds)).0.checked_add(1)?),
        Over::Day(TimeZone(zone)) => Cycle::Day(zone).period(at)?.from,
        Over::Month(TimeZone(zone)) => month(zone, at)?.from,
    };
    Some(Validity { from, to })
}

/// When an activity no longer counts.
#[must_use]
pub fn leaves_at(over: Over, at: EventTime) -> Option<EventTime> {
    match over {
        Over::Seconds(seconds) => Some(at.plus_seconds(seconds.into())),
        Over::Day(TimeZone(zone)) => Some(Cycle::Day(zone).period(at)?.to),
        Over::Month(TimeZone(zone)) => Some(month(zone, at)?.to),
    }
}

fn month(zone: Tz, at: EventTime) -> Option<Validity> {
    Cycle::Month(1, zone).period(at)
}
