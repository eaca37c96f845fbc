//! When prices hold: time zones, time bands and holidays.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A time zone by its IANA name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(pub Tz);

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);
}

impl PartialOrd for TimeZone {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TimeZone {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.name().cmp(other.0.name())
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for TimeZone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("\"{text}\" is no time zone of the IANA"))
    }
}

impl TryFrom<String> for TimeZone {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.0.name().to_owned()
    }
}

/// A choice among small numbers (weekdays, months, days of a month), one bit each; 0 leaves all in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Picks(pub u32);

impl Picks {
    /// Whether a number is chosen.
    #[must_use]
    pub const fn has(self, number: u32) -> bool {
        self.0 == 0 || self.0 & (1 << number) != 0
    }

    /// The choice with one number more.
    #[must_use]
    pub const fn with(self, number: u32) -> Self {
        Self(self.0 | (1 << number))
    }

    /// The numbers that are named.
    pub fn named(self) -> impl Iterator<Item = u32> {
        (0..32).filter(move |number| self.0 & (1 << number) != 0)
    }
}

/// One row of a time band, in the time of the tariff that names it; a band is the union of its rows.
///
/// A row whose end is not after its beginning goes on past midnight, and belongs to the day on which it began.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeBand {
    /// The band.
    pub band: String,
    /// On which days of the week, Monday is 0.
    pub weekdays: Picks,
    /// In which months, from 1.
    pub months: Picks,
    /// On which days of the month, from 1.
    pub days: Picks,
    /// On which date alone, in days since 1970-01-01.
    pub date: Option<i32>,
    /// On the holidays of which calendar alone.
    pub calendar: Option<String>,
    /// The second of the day at which it begins, by the clock on the wall.
    pub from: u32,
    /// The second of the day before which it ends; 86,400 is midnight.
    pub to: u32,
}

/// When a holiday is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HolidayDate {
    /// On one day, in days since 1970-01-01.
    Once(i32),
    /// Every year.
    Yearly {
        /// The month, from 1.
        month: u32,
        /// The day of the month, from 1.
        day: u32,
    },
}

/// A day of a calendar of holidays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Holiday {
    /// The calendar.
    pub calendar: String,
    /// When.
    pub date: HolidayDate,
}

/// Dates as numbers of days since 1970-01-01.
pub mod civil {
    use super::{Datelike, NaiveDate};

    /// The number of a date; `None` where there is no such day.
    #[must_use]
    pub fn day_number(year: i32, month: u32, day: u32) -> Option<i32> {
        Some(NaiveDate::from_ymd_opt(year, month, day)?.to_epoch_days())
    }

    /// The date of a number.
    #[must_use]
    pub fn date(day_number: i32) -> Option<NaiveDate> {
        NaiveDate::from_epoch_days(day_number)
    }

    /// Month and day of the month of a number.
    #[must_use]
    pub fn month_and_day(day_number: i32) -> (u32, u32) {
        date(day_number).map_or((0, 0), |date| (date.month(), date.day()))
    }
}
