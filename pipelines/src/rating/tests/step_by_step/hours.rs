//! Whether a row holds at an instant, by the dates and times of the zones' library.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use datasets::reference::{Holiday, HolidayDate, Rate, Relation, TimeBand, civil};
use datasets::units::EventTime;

use super::Oracle;

impl Oracle<'_> {
    pub(super) fn matches(&self, rate: &Rate, zone: Tz, at: EventTime) -> bool {
        let facets = self.call.facets;
        let related = match rate.relation {
            Relation::Any => true,
            Relation::OnNet => facets.on_net,
            Relation::OffNet => !facets.on_net,
            Relation::Friend => facets.friend,
        };
        let directed = rate.direction.is_none_or(|direction| direction == facets.direction);
        rate.service == self.call.service
            && related
            && directed
            && rate.band.as_deref().is_none_or(|band| self.covers(band, zone, at))
    }

    fn covers(&self, band: &str, zone: Tz, at: EventTime) -> bool {
        let local = DateTime::<Utc>::from_timestamp_micros(at.0).unwrap().with_timezone(&zone);
        let (day, second) = (local.date_naive(), local.num_seconds_from_midnight());
        self.parts.iter().filter(|part| part.band == band).any(|part| {
            if part.from < part.to {
                part.from <= second && second < part.to && self.on(part, day)
            } else {
                (part.from <= second && self.on(part, day))
                    || (second < part.to && self.on(part, day.pred_opt().unwrap()))
            }
        })
    }

    fn on(&self, part: &TimeBand, day: NaiveDate) -> bool {
        let number = civil::day_number(day.year(), day.month(), day.day());
        let is_holiday = |calendar: &str| {
            self.holidays.iter().any(|holiday| holiday.calendar == calendar && falls(holiday, day))
        };
        part.weekdays.has(day.weekday().num_days_from_monday())
            && part.months.has(day.month())
            && part.days.has(day.day())
            && (part.date.is_none() || part.date == number)
            && part.calendar.as_deref().is_none_or(is_holiday)
    }
}

fn falls(holiday: &Holiday, date: NaiveDate) -> bool {
    match holiday.date {
        HolidayDate::Once(number) => civil::date(number) == Some(date),
        HolidayDate::Yearly { month, day } => (date.month(), date.day()) == (month, day),
    }
}
