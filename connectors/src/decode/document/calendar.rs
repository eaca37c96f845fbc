//! Documents about when prices hold: time bands and holidays.

use datasets::reference::{Holiday, HolidayDate, Picks, TimeBand, civil};
use serde_json::{Map, Value, json};

use super::{members, text};
use crate::decode::fields::Fields;
use crate::decode::reject::Reject;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
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
        weekdays: picks(fields, &WEEKDAY_PICKS)?,
        months: picks(fields, &MONTH_PICKS)?,
        days: picks(fields, &DAY_PICKS)?,
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

fn two_digits(text: &str) -> Option<u32> {
    let plain = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A field of small numbers, some of which have names.
struct Picked {
    field: &'static str,
    wanted: &'static str,
    /// The names of the numbers from the first on, where they have names.
    names: &'static [&'static str],
    first: u32,
    last: u32,
}

const WEEKDAY_PICKS: Picked = Picked {
    field: "weekdays",
    wanted: "days of the week such as mon-fri,sun",
    names: &WEEKDAYS,
    first: 0,
    last: 6,
};
const MONTH_PICKS: Picked =
    Picked { field: "months", wanted: "months such as 6-8,12", names: &MONTHS, first: 1, last: 12 };
const DAY_PICKS: Picked = Picked {
    field: "days",
    wanted: "days of the month such as 1-7,24",
    names: &[],
    first: 1,
    last: 31,
};

impl Picked {
    fn number(&self, name: &str) -> Option<u32> {
        if let Some(place) = position(self.names, name) {
            return Some(place + self.first);
        }
        // Weekdays go by their names only: whether 1 is Monday would have to be guessed.
        let number = two_digits(name).filter(|_| self.first > 0)?;
        (self.first..=self.last).contains(&number).then_some(number)
    }

    fn next(&self, number: u32) -> u32 {
        if number == self.last { self.first } else { number + 1 }
    }
}

/// A list of numbers and ranges of numbers, `mon-fri,sun`; a range may go round the end.
fn picks(fields: &Fields<'_>, picked: &Picked) -> Result<Picks, Reject> {
    let value = fields.get(picked.field);
    let text = match value.optional_text(picked.field) {
        Ok(text) => text.map(str::to_owned),
        // A single number may stand in JSON without quotes.
        Err(_) => value.optional_whole(picked.field, 31)?.map(|number| number.to_string()),
    };
    let Some(text) = text else { return Ok(Picks::default()) };
    let refuse = || Reject::bad(picked.field, picked.wanted);
    let mut picks = Picks::default();
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let mut next = picked.number(first).ok_or_else(refuse)?;
        let last = picked.number(last).ok_or_else(refuse)?;
        picks = picks.with(next);
        while next != last {
            next = picked.next(next);
            picks = picks.with(next);
        }
    }
    if picks.0 == 0 { Err(refuse()) } else { Ok(picks) }
}

fn position(names: &[&str], name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let place = names.iter().position(|known| *known == name)?;
    u32::try_from(place).ok()
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
    let list = |picks: Picks, name: &dyn Fn(u32) -> String| {
        picks.named().map(name).collect::<Vec<_>>().join(",")
    };
    if band.weekdays != Picks::default() {
        let name = |day: u32| {
            usize::try_from(day)
                .map_or("", |day| WEEKDAYS.get(day).copied().unwrap_or_default())
                .to_owned()
        };
        put("weekdays", json!(list(band.weekdays, &name)));
    }
    if band.months != Picks::default() {
        put("months", json!(list(band.months, &|month| month.to_string())));
    }
    if band.days != Picks::default() {
        put("days", json!(list(band.days, &|day| day.to_string())));
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
