//! The clock on the wall of a time zone: day and second of an instant, and until when it runs evenly.

use chrono::{DateTime, Offset, TimeZone as _};
use chrono_tz::Tz;
use datasets::reference::TimeZone;
use datasets::units::MICROS_PER_SECOND;

/// Seconds in a day by the clock on the wall.
pub const DAY: u32 = 86_400;

/// A clock: from each instant on it is so many seconds ahead of UTC.
#[derive(Debug)]
pub struct Clock {
    /// In order, the first from ever.
    spans: Vec<(i64, i32)>,
}

/// What a clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The day, counted from 1970-01-01.
    pub day: i32,
    /// The second of the day, as it is shown.
    pub second: u32,
    /// The instant at which the clock showed that second.
    second_began: i64,
    /// The instant at which the clock is set.
    set_at: i64,
}

impl Local {
    /// The instant at which a later second of the same day begins, or at which the clock is set before that.
    #[must_use]
    pub fn reaches(&self, second: u32) -> i64 {
        let seconds = i64::from(second) - i64::from(self.second);
        self.second_began.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)).min(self.set_at)
    }
}

/// Days that are looked through for changes: 1970 to 2100. Before and after that the clock stays as it was.
const DAYS: i64 = 131 * 365;

impl Clock {
    /// The clock of a time zone.
    #[must_use]
    pub fn of(zone: TimeZone) -> Self {
        let (day, zone) = (i64::from(DAY), zone.0);
        let mut spans = vec![(i64::MIN, offset(zone, 0))];
        if zone == Tz::UTC {
            return Self { spans };
        }
        for number in 0..DAYS {
            let (begin, end) = (number * day, (number + 1) * day);
            let before = offset(zone, begin);
            if offset(zone, end) != before {
                // The clock is set at a whole second: the first one that has another offset.
                let (mut same, mut other) = (begin, end);
                while other - same > 1 {
                    let middle = same + (other - same) / 2;
                    let is_same = offset(zone, middle) == before;
                    if is_same { same = middle } else { other = middle }
                }
                spans.push((other * MICROS_PER_SECOND, offset(zone, other)));
            }
        }
        Self { spans }
    }

    /// What it shows at an instant.
    #[must_use]
    pub fn shows(&self, at: i64) -> Local {
        let next = self.spans.partition_point(|(from, _)| *from <= at);
        let (_, offset) = self.spans[next - 1];
        let seconds = at.div_euclid(MICROS_PER_SECOND);
        let shown = seconds + i64::from(offset);
        let (day, second) = (shown.div_euclid(i64::from(DAY)), shown.rem_euclid(i64::from(DAY)));
        Local {
            day: i32::try_from(day).expect("microseconds in 64 bits are less than 2^31 days"),
            second: u32::try_from(second).expect("a day has fewer seconds"),
            second_began: seconds.saturating_mul(MICROS_PER_SECOND),
            set_at: self.spans.get(next).map_or(i64::MAX, |(from, _)| *from),
        }
    }
}

/// How far a zone is ahead of UTC, in seconds.
fn offset(zone: Tz, seconds: i64) -> i32 {
    let instant = DateTime::from_timestamp(seconds, 0).expect("the years to 2100 are instants");
    zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Timelike};

    use super::*;

    #[test]
    fn it_shows_what_the_zones_library_shows() {
        let mut rng = fastrand::Rng::with_seed(1);
        for name in
            ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
        {
            let zone: TimeZone = name.parse().unwrap();
            let clock = Clock::of(zone);
            for _ in 0..2_000 {
                let seconds = rng.i64(0..4_000_000_000);
                let expected = DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&zone.0);
                let local = clock.shows(seconds * MICROS_PER_SECOND + 999_999);
                assert_eq!(local.second, expected.num_seconds_from_midnight(), "{name} {seconds}");
                assert_eq!(local.day, expected.date_naive().num_days_from_ce() - 719_163);
                let set = clock.shows(local.set_at.saturating_sub(1));
                assert_eq!(set.set_at, local.set_at);
            }
        }
    }
}
