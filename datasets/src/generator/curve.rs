//! When records are made: the curve of a day, and instants that follow it.

use fastrand::Rng;

use super::config::Config;
use crate::units::{EventTime, MICROS_PER_SECOND};

/// How busy each hour of a day is, in UTC.
const BUSY: [u64; 24] =
    [12, 8, 5, 4, 4, 6, 14, 30, 45, 52, 55, 58, 60, 58, 56, 57, 60, 66, 72, 75, 70, 55, 38, 22];
const HOUR_MICROS: i64 = 3_600 * MICROS_PER_SECOND;

/// Ascending instants, as many as the operator has records, spread over its days.
#[derive(Debug)]
pub(super) struct Curve {
    started_at: EventTime,
    days: u64,
    records: u64,
    hour: u64,
    /// How many instants of the hour are still to come, and the span between two.
    left: u64,
    gap: i64,
    at: EventTime,
    rng: Rng,
}

impl Curve {
    /// Begins with the first day.
    pub(super) fn new(config: &Config, rng: Rng) -> Self {
        Self {
            started_at: config.started_at,
            days: u64::from(config.days),
            records: config.records,
            hour: 0,
            left: 0,
            gap: 0,
            at: config.started_at,
            rng,
        }
    }

    /// How many records are made before an hour.
    fn records_before(&self, hour: u64) -> u64 {
        let of_day = usize::try_from(hour % 24).expect("an hour of a day");
        let day: u64 = BUSY.iter().sum();
        let busy = hour / 24 * day + BUSY[..of_day].iter().sum::<u64>();
        let share = u128::from(self.records) * u128::from(busy) / u128::from(day * self.days);
        u64::try_from(share).expect("a share of the records")
    }

    fn enter_hour(&mut self) {
        self.left = self.records_before(self.hour + 1) - self.records_before(self.hour);
        let hour = i64::try_from(self.hour).expect("an hour of the watched days");
        self.at = EventTime(self.started_at.0 + hour * HOUR_MICROS);
        let count = i64::try_from(self.left.max(1)).expect("records of one hour");
        self.gap = (HOUR_MICROS / count).max(1);
        self.hour += 1;
    }
}

impl Iterator for Curve {
    type Item = EventTime;

    fn next(&mut self) -> Option<EventTime> {
        while self.left == 0 {
            if self.hour == self.days * 24 {
                return None;
            }
            self.enter_hour();
        }
        self.left -= 1;
        let at = EventTime(self.at.0 + self.rng.i64(0..self.gap));
        self.at.0 += self.gap;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_ascend_fill_the_days_and_peak_in_the_evening() {
        let config = Config { days: 2, records: 10_000, ..Config::small(1) };
        let instants: Vec<_> = Curve::new(&config, Rng::with_seed(1)).collect();
        assert_eq!(instants.len(), 10_000);
        assert!(instants.is_sorted());
        let hour = |at: &EventTime| (at.0 - config.started_at.0) / HOUR_MICROS;
        assert!(instants.iter().all(|at| (0..48).contains(&hour(at))));
        let in_hour = |wanted| instants.iter().filter(|at| hour(at) == wanted).count();
        assert!(in_hour(19) > 10 * in_hour(3));
    }
}
