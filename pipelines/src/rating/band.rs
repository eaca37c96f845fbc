//! Time bands: when by the clock on the wall a row holds, and when that may change next.

use std::collections::BTreeMap;

use datasets::reference::{Holiday, HolidayDate, TimeBand, Validity, civil};
use datasets::units::EventTime;
use hashbrown::HashMap;

use super::clock::{DAY, Local};
use super::versions::Versions;
use crate::names::Names;

/// One row of a band, with the validity and the key of its document.
#[derive(Debug)]
struct Part {
    key: u64,
    validity: Validity,
    band: TimeBand,
    calendar: Option<u64>,
}

/// A band: the union of its rows.
#[derive(Debug, Default)]
struct Band {
    parts: Vec<Part>,
    /// The seconds of the day at which a row begins or ends, in order.
    bounds: Vec<u32>,
}

/// All bands, each at a place of its own for ever, and the calendars that they name.
#[derive(Debug, Default)]
pub struct Bands {
    bands: Vec<Band>,
    places: HashMap<u64, usize>,
    names: Vec<u64>,
    calendars: HashMap<u64, BTreeMap<HolidayDate, Versions<()>>>,
}

impl Bands {
    /// The place of a band, whether a row tells of it already or not.
    pub fn place(&mut self, band: u64) -> usize {
        let next = self.bands.len();
        let place = *self.places.entry(band).or_insert(next);
        if place == next {
            self.bands.push(Band::default());
            self.names.push(band);
        }
        place
    }

    /// The content id of the band at a place.
    #[must_use]
    pub fn name(&self, place: usize) -> u64 {
        self.names[place]
    }

    /// Whether the band at a place asks for the days of a calendar.
    #[must_use]
    pub fn is_by(&self, place: usize, calendar: u64) -> bool {
        self.bands[place].parts.iter().any(|part| part.calendar == Some(calendar))
    }

    /// Whether a band of the versions that hold at `begin` covers what a clock shows.
    #[must_use]
    pub fn covers(&self, place: usize, local: &Local, begin: EventTime) -> bool {
        let holds = |part: &&Part| part.validity.covers(begin);
        self.bands[place]
            .parts
            .iter()
            .filter(holds)
            .any(|part| self.part_covers(part, local, begin))
    }

    /// The next instant at which a band may begin or end.
    #[must_use]
    pub fn changes(&self, place: usize, local: &Local) -> i64 {
        let bounds = &self.bands[place].bounds;
        let next = bounds.partition_point(|bound| *bound <= local.second);
        local.reaches(bounds.get(next).copied().unwrap_or(DAY))
    }

    /// The next instant at which any band may begin or end.
    #[must_use]
    pub fn changes_of_all(&self, local: &Local) -> i64 {
        let changes = (0..self.bands.len()).map(|place| self.changes(place, local));
        changes.min().unwrap_or_else(|| local.reaches(DAY))
    }

    /// Whether a band asks for more than the day of the week and the hour.
    #[must_use]
    pub fn are_by_date(&self) -> bool {
        self.bands.iter().flat_map(|band| &band.parts).any(|part| {
            let band = &part.band;
            band.months.0 != 0 || band.days.0 != 0 || band.date.is_some() || part.calendar.is_some()
        })
    }

    /// Takes a row of a band in.
    pub fn hold(&mut self, (validity, key): (Validity, u64), band: &TimeBand, names: &Names) {
        let place = self.place(names.intern(&band.band));
        let calendar = band.calendar.as_deref().map(|calendar| names.intern(calendar));
        self.bands[place].parts.push(Part { key, validity, band: band.clone(), calendar });
        self.bands[place].bound();
    }

    /// Takes a row of a band out.
    pub fn withdraw(&mut self, key: u64, band: &TimeBand, names: &Names) {
        let place = self.place(names.intern(&band.band));
        self.bands[place].parts.retain(|part| part.key != key);
        self.bands[place].bound();
    }

    /// Takes a holiday in.
    pub fn celebrate(
        &mut self,
        (validity, key): (Validity, u64),
        holiday: &Holiday,
        names: &Names,
    ) {
        let days = self.calendars.entry(names.intern(&holiday.calendar)).or_default();
        days.entry(holiday.date).or_default().insert(validity, key, ());
    }

    /// Takes a holiday out.
    pub fn abolish(&mut self, key: u64, holiday: &Holiday, names: &Names) {
        if let Some(days) = self.calendars.get_mut(&names.intern(&holiday.calendar))
            && let Some(versions) = days.get_mut(&holiday.date)
        {
            versions.remove(key);
        }
    }

    fn part_covers(&self, part: &Part, local: &Local, begin: EventTime) -> bool {
        let band = &part.band;
        let is_on = |day: i32| self.is_on(part, day, begin);
        if band.from < band.to {
            return (band.from..band.to).contains(&local.second) && is_on(local.day);
        }
        // Past midnight it belongs to the day on which it began.
        (local.second >= band.from && is_on(local.day))
            || (local.second < band.to && is_on(local.day - 1))
    }

    fn is_on(&self, part: &Part, day: i32, begin: EventTime) -> bool {
        let band = &part.band;
        // 1970-01-01 was a Thursday.
        let weekday = u32::try_from((day + 3).rem_euclid(7)).expect("a week has seven days");
        if !band.weekdays.has(weekday) || band.date.is_some_and(|date| date != day) {
            return false;
        }
        if band.months.0 == 0 && band.days.0 == 0 && part.calendar.is_none() {
            return true;
        }
        let (month, day_of_month) = civil::month_and_day(day);
        let is_holiday = |calendar: u64| {
            let yearly = HolidayDate::Yearly { month, day: day_of_month };
            let days = self.calendars.get(&calendar);
            let on = |date| days.and_then(|days| days.get(&date)?.at(begin)).is_some();
            on(HolidayDate::Once(day)) || on(yearly)
        };
        band.months.has(month)
            && band.days.has(day_of_month)
            && part.calendar.is_none_or(is_holiday)
    }
}

impl Band {
    fn bound(&mut self) {
        self.bounds = self.parts.iter().flat_map(|part| [part.band.from, part.band.to]).collect();
        self.bounds.sort_unstable();
        self.bounds.dedup();
    }
}
