//! Documents about when prices hold: time bands and holidays.

use datasets::reference::{Holiday, HolidayDate, TimeBand, civil};
use serde_json::{Map, Value, json};

use super::picks::{self, DAYS, MONTHS, WEEKDAYS, two_digits};
use super::{members, text};
use crate::decode::fields::Fields;
use crate::decode::reject::Reject;

/// Seconds in a day by the clock on the wall.
const DAY: u32 = 86_400;

pub(super) fn time_band(fields: &Fields<'_>) -> Result<TimeBand, Reject> {
    let from = clock(fields, "from")?.unwrap_or(0);
    let to = clock(fields, "to")?.filter(|to| *to > 0).unwrap_or(DAY);
    if from == DAY || from == to {
        return Err(Reject::bad("to", "another time than \"from\""));
    }
    let date = match fields.get("date").optional_text("date")? {
        None => None,
        Some(text) => Some(date(text).ok_or_else(|| Reject::bad("date", DATE))?),
    };
    Ok(TimeBand {
        band: text(fields, "band")?,
        weekdays: picks::read(fields, &WEEKDAYS)?,
        months: picks::read(fields, &MONTHS)?,
        days: picks::read(fields, &DAYS)?,
        date,
        calendar: fields.get("calendar").optional_text("calendar")?.map(str::to_owned),
        from,
        to,
    })
}

const DATE: &str = "a date such as 2026-12-24";

/// A time of day, `08:00` or `08:00:30`, in seconds; `24:00` is the end of the day.
fn clock(fields: &Fields<'_>, name: &str) -> Result<Option<u32>, Reject> {
    let Some(text) = fields.get(name).optional_text(name)? else { return Ok(None) };
    let parts: Option<Vec<u32>> = text.split(':').map(two_digits).collect();
    let seconds = match parts.as_deref() {
        Some([hour, minute]) if *minute < 60 => hour * 3_600 + minute * 60,
        Some([hour, minute, second]) if *minute < 60 && *second < 60 => {
            hour * 3_600 + minute * 60 + second
        }
        _ => DAY + 1,
    };
    if seconds > DAY { Err(Reject::bad(name, "a time such as 08:00")) } else { Ok(Some(seconds)) }
}

/// `2026-12-24`.
fn date(text: &str) -> Option<i32> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let plain = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let year = if plain { year.parse().ok()? } else { return None };
    civil::day_number(year, two_digits(month)?, two_digits(day)?)
}

pub(super) fn time_band_members(band: &TimeBand) -> Map<String, Value> {
    let mut members = members(json!({
        "band": band.band,
        "from": clock_text(band.from),
        "to": clock_text(band.to),
    }));
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    for (picked, picks) in [(&WEEKDAYS, band.weekdays), (&MONTHS, band.months), (&DAYS, band.days)]
    {
        if picks.0 != 0 {
            put(picked.field, json!(picked.text(picks)));
        }
    }
    if let Some(date) = band.date.and_then(civil::date) {
        put("date", json!(date.to_string()));
    }
    if let Some(calendar) = &band.calendar {
        put("calendar", json!(calendar));
    }
    members
}

fn clock_text(second: u32) -> String {
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

pub(super) fn holiday(fields: &Fields<'_>) -> Result<Holiday, Reject> {
    let text_of_date = fields.get("date").text("date")?;
    let yearly = |text: &str| {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (two_digits(month)?, two_digits(day)?);
        // A leap year knows every day that there is.
        civil::day_number(2024, month, day)?;
        Some(HolidayDate::Yearly { month, day })
    };
    let date = date(text_of_date).map(HolidayDate::Once).or_else(|| yearly(text_of_date));
    let wanted = "a date such as 2026-04-03, or 12-25 for every year";
    Ok(Holiday {
        calendar: text(fields, "calendar")?,
        date: date.ok_or_else(|| Reject::bad("date", wanted))?,
    })
}

pub(super) fn holiday_members(holiday: &Holiday) -> Map<String, Value> {
    let date = match holiday.date {
        HolidayDate::Once(day) => {
            civil::date(day).map_or_else(String::new, |date| date.to_string())
        }
        HolidayDate::Yearly { month, day } => format!("{month:02}-{day:02}"),
    };
    members(json!({ "calendar": holiday.calendar, "date": date }))
}
