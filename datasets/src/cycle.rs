//! Recurring periods of a calendar: months from a bill-cycle day and days, in a time zone.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::reference::Validity;
use crate::units::EventTime;

/// How time is cut into periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    /// Months that begin on a day from 1 to 28, at local midnight.
    Month(u8, Tz),
    /// Local days.
    Day(Tz),
}

impl Cycle {
    /// The period that an instant falls into; `None` outside of the calendar.
    #[must_use]
    pub fn period(self, at: EventTime) -> Option<Validity> {
        let zone = self.zone();
        let date = DateTime::<Utc>::from_timestamp_micros(at.0)?.with_timezone(&zone).date_naive();
        let begin = self.begin(date)?;
        Some(Validity { from: midnight(begin, zone)?, to: midnight(self.after(begin)?, zone)? })
    }

    fn zone(self) -> Tz {
        let (Self::Month(_, zone) | Self::Day(zone)) = self;
        zone
    }

    /// The first day of the period that holds a date.
    fn begin(self, date: NaiveDate) -> Option<NaiveDate> {
        use chrono::Datelike;
        match self {
            Self::Day(_) => Some(date),
            Self::Month(day, _) => {
                let this = date.with_day(u32::from(day))?;
                if this <= date { Some(this) } else { this.checked_sub_months(Months::new(1)) }
            }
        }
    }

    fn after(self, begin: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day(_) => begin.checked_add_days(Days::new(1)),
            Self::Month(..) => begin.checked_add_months(Months::new(1)),
        }
    }
}

/// The first instant of a date; where the clocks skip midnight, the first one after.
fn midnight(date: NaiveDate, zone: Tz) -> Option<EventTime> {
    let local = |hour| -> Option<NaiveDateTime> { date.and_hms_opt(hour, 0, 0) };
    let instant = |hour| zone.from_local_datetime(&local(hour)?).earliest();
    let instant = (0..4).find_map(instant)?;
    Some(EventTime(instant.timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_the_local_calendar() {
        let check = |cycle: Cycle, at: &str, from: &str, to: &str| {
            let instant = |text| EventTime::parse_rfc3339(text).unwrap();
            let expected = Validity { from: instant(from), to: instant(to) };
            assert_eq!(cycle.period(instant(at)), Some(expected), "{at}");
        };
        let berlin = chrono_tz::Europe::Berlin;
        let (begin, end) = ("2026-03-15T00:00:00+01:00", "2026-04-15T00:00:00+02:00");
        check(Cycle::Month(15, berlin), "2026-04-14T23:59:59+02:00", begin, end);
        check(Cycle::Month(15, berlin), begin, begin, end);
        let (begin, end) = ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00");
        check(Cycle::Day(berlin), "2026-10-25T12:00:00+01:00", begin, end);
    }
}
