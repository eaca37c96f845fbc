//! How large the generated operator is, how long it is watched, and how much goes wrong.

use crate::units::EventTime;

/// The first instant of the ready-made configurations: 2026-11-02T00:00:00Z, a Monday.
const MONDAY: EventTime = EventTime(1_793_577_600_000_000);

/// All that a generated operator depends on: equal configurations yield equal bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the randomness starts; also part of every `usage_id`, so that operators can share a lake.
    pub seed: u64,
    /// How many numbers are in use.
    pub subscribers: u32,
    /// The beginning of the first day.
    pub started_at: EventTime,
    /// Over how many days the usage spreads.
    pub days: u32,
    /// How many records `usage.cdr` gets in all: duplicates, corrections and broken ones included.
    pub records: u64,
    /// How many prefixes of called numbers there are; at least those that the zones are rooted in.
    pub prefixes: usize,
    /// Top-ups for every million usage records, beside one at the start for each account that pays before; none if 0.
    pub topups: u32,
    /// What goes wrong, and how often.
    pub trouble: Trouble,
    /// Whether the operator remembers what it sent, which `Operator::truth` needs: 40 bytes a record.
    pub audited: bool,
}

/// How often what goes wrong, out of a million usage records (of numbers, for `unsettled`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Records that arrive minutes to days after they began.
    pub late: u32,
    /// How late a record may be at most.
    pub lateness_s_max: u32,
    /// Records that are delivered a second time, byte for byte.
    pub duplicate: u32,
    /// Records that are followed by a revision with another quantity.
    pub corrected: u32,
    /// Records that are followed by a revision that takes them back.
    pub cancelled: u32,
    /// Records that are followed by a revision that charges another number.
    pub moved: u32,
    /// Records of numbers that nobody subscribed to.
    pub unknown_subscriber: u32,
    /// Calls and messages to numbers that no destination covers.
    pub unknown_destination: u32,
    /// Records whose clock is some hours ahead.
    pub ahead: u32,
    /// Records whose clock stands in 2099.
    pub far_ahead: u32,
    /// Records that cannot be decoded.
    pub broken: u32,
    /// Numbers whose reference documents change, come late, disappear or do not fit.
    pub unsettled: u32,
}

impl Trouble {
    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        late: 0,
        lateness_s_max: 86_400,
        duplicate: 0,
        corrected: 0,
        cancelled: 0,
        moved: 0,
        unknown_subscriber: 0,
        unknown_destination: 0,
        ahead: 0,
        far_ahead: 0,
        broken: 0,
        unsettled: 0,
    };
    /// What a mediation team sees on a usual day.
    pub const USUAL: Self = Self {
        late: 20_000,
        lateness_s_max: 2 * 86_400,
        duplicate: 10_000,
        corrected: 4_000,
        cancelled: 1_000,
        moved: 500,
        unknown_subscriber: 3_000,
        unknown_destination: 2_000,
        ahead: 200,
        far_ahead: 50,
        broken: 1_000,
        unsettled: 20_000,
    };
    /// So much that a few thousand records show everything.
    pub const HEAVY: Self = Self {
        late: 80_000,
        lateness_s_max: 2 * 86_400,
        duplicate: 50_000,
        corrected: 40_000,
        cancelled: 20_000,
        moved: 15_000,
        unknown_subscriber: 20_000,
        unknown_destination: 20_000,
        ahead: 5_000,
        far_ahead: 3_000,
        broken: 20_000,
        unsettled: 300_000,
    };
}

impl Config {
    /// An operator to look at: 2,000 numbers, three days, 100,000 usage records.
    #[must_use]
    pub fn demo(seed: u64) -> Self {
        Self {
            seed,
            subscribers: 2_000,
            started_at: MONDAY,
            days: 3,
            records: 100_000,
            prefixes: 1_000,
            topups: 20_000,
            trouble: Trouble::USUAL,
            audited: true,
        }
    }

    /// An operator for tests: 150 numbers, two days, 4,000 usage records, trouble everywhere.
    #[must_use]
    pub fn small(seed: u64) -> Self {
        Self {
            subscribers: 150,
            days: 2,
            records: 4_000,
            prefixes: 300,
            trouble: Trouble::HEAVY,
            ..Self::demo(seed)
        }
    }

    /// An operator for measurements: 200,000 numbers, 5,000 prefixes, one day, so many usage records.
    #[must_use]
    pub fn bench(records: u64) -> Self {
        Self {
            subscribers: 200_000,
            days: 1,
            records,
            prefixes: 5_000,
            topups: 10_000,
            ..Self::demo(1)
        }
    }

    /// The instant so many thousandths into the watched days.
    pub(super) fn at_permille(&self, permille: u32) -> EventTime {
        self.started_at.plus_seconds(i64::from(self.days) * 86_400 * i64::from(permille) / 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_is_a_monday_in_november() {
        assert_eq!(MONDAY.to_string(), "2026-11-02T00:00:00Z");
    }
}
