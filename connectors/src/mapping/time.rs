//! Instants as foreign records write them: counts since 1970, or local times with a pattern and a zone.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use datasets::units::{EventTime, Rounding};

use crate::decode::instant;
use crate::decode::quantity::Decimal;

/// How an instant is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TimeFormat {
    /// With its offset.
    Rfc3339,
    /// So many of these microseconds since 1970, decimals cut off after the sixth.
    Epoch(u64),
    /// By a pattern that has the offset in it.
    WithOffset(String),
    /// By a pattern of a local time in this zone.
    Local(String, Tz),
}

impl TimeFormat {
    /// Checks a format and its zone; the error says what is wrong.
    pub(super) fn of(time: Option<&str>, zone: Option<&str>) -> Result<Self, String> {
        let counted = match time.unwrap_or("rfc3339") {
            "rfc3339" => Some(Self::Rfc3339),
            "epoch_s" => Some(Self::Epoch(1_000_000)),
            "epoch_ms" => Some(Self::Epoch(1_000)),
            "epoch_us" => Some(Self::Epoch(1)),
            _ => None,
        };
        match (counted, zone) {
            (Some(format), None) => Ok(format),
            (Some(_), Some(_)) => Err("has a zone, which only a pattern can have".to_owned()),
            (None, zone) => Self::pattern(time.unwrap_or_default(), zone),
        }
    }

    fn pattern(pattern: &str, zone: Option<&str>) -> Result<Self, String> {
        let is_bad = StrftimeItems::new(pattern).any(|item| item == Item::Error);
        if is_bad || !pattern.contains('%') {
            let known =
                "rfc3339, epoch_s, epoch_ms, epoch_us or a pattern such as %Y-%m-%d %H:%M:%S";
            return Err(format!("has time \"{pattern}\", which is not {known}"));
        }
        match (zone, pattern.contains("%z") || pattern.contains("%:z")) {
            (None, true) => Ok(Self::WithOffset(pattern.to_owned())),
            (Some(_), true) => Err("has both an offset in its pattern and a zone".to_owned()),
            (None, false) => Err("needs a zone, such as Europe/Berlin or UTC".to_owned()),
            (Some(zone), false) => zone
                .parse()
                .map(|zone| Self::Local(pattern.to_owned(), zone))
                .map_err(|_| format!("has zone \"{zone}\", which the time zone database lacks")),
        }
    }

    /// Reads an instant.
    pub(super) fn read(&self, text: &str) -> Option<EventTime> {
        match self {
            Self::Rfc3339 => instant::parse(text),
            Self::Epoch(factor) => {
                let micros = Decimal::parse(text)?.times(*factor, Some(Rounding::Down))?;
                instant::recordable(i64::try_from(micros).ok()?)
            }
            Self::WithOffset(pattern) => {
                let at = DateTime::parse_from_str(text, pattern).ok()?;
                instant::recordable(at.timestamp_micros())
            }
            Self::Local(pattern, zone) => {
                instant::recordable(in_zone(local(text, pattern)?, *zone)?)
            }
        }
    }
}

/// A local time; midnight where the pattern has a date only.
fn local(text: &str, pattern: &str) -> Option<NaiveDateTime> {
    let midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0);
    let date = || NaiveDate::parse_from_str(text, pattern).ok().and_then(midnight);
    NaiveDateTime::parse_from_str(text, pattern).ok().or_else(date)
}

/// The instant of a local time: the first of two where clocks go back, none where they skip it.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<i64> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.timestamp_micros()),
        LocalResult::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(time: &str, zone: Option<&str>, text: &str) -> Option<String> {
        let format = TimeFormat::of(Some(time), zone).unwrap();
        format.read(text).map(|at| at.to_string())
    }

    #[test]
    fn each_format_reads_its_own() {
        let berlin = Some("Europe/Berlin");
        let pattern = "%d.%m.%Y %H:%M:%S";
        let cases = [
            ("rfc3339", None, "2026-11-24T09:30:00+01:00", "2026-11-24T08:30:00Z"),
            ("epoch_s", None, "1336101842", "2012-05-04T03:24:02Z"),
            ("epoch_s", None, "1336101842.1234567", "2012-05-04T03:24:02.123456Z"),
            ("epoch_ms", None, "1336101842500", "2012-05-04T03:24:02.500Z"),
            (pattern, berlin, "24.07.2026 09:30:00", "2026-07-24T07:30:00Z"),
            (pattern, berlin, "25.10.2026 02:30:00", "2026-10-25T00:30:00Z"),
            ("%Y%m%d", berlin, "20261124", "2026-11-23T23:00:00Z"),
            ("%Y%m%d%H%M%S%z", None, "20261124093000+0530", "2026-11-24T04:00:00Z"),
        ];
        for (time, zone, text, expected) in cases {
            assert_eq!(read(time, zone, text).as_deref(), Some(expected), "{time} {text}");
        }
        assert_eq!(read(pattern, berlin, "29.03.2026 02:30:00"), None, "clocks skip it");
        assert_eq!(read("epoch_s", None, "-1"), None);
    }

    #[test]
    fn formats_that_cannot_be_read_are_refused() {
        let cases = [
            (Some("%Q"), Some("UTC")),
            (Some("iso"), None),
            (Some("%Y"), None),
            (Some("%Y"), Some("Europe/Entenhausen")),
            (Some("%Y %z"), Some("UTC")),
            (None, Some("UTC")),
        ];
        for (time, zone) in cases {
            assert!(TimeFormat::of(time, zone).is_err(), "{time:?} {zone:?}");
        }
    }
}
