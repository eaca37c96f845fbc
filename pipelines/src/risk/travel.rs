//! Has a subscriber been seen at two places between which nobody travels so fast?

use datasets::units::{EventTime, MICROS_PER_SECOND};
use serde::{Deserialize, Serialize};

use super::earth::{Place, distance};

/// How fast anybody travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Kilometres in an hour.
    pub kilometres_per_hour: u32,
    /// Metres by which a cell may be wrong about where someone is.
    pub slack: u64,
}

impl Limits {
    /// The speed of an airliner, and cells of up to 50 km.
    pub const USUAL: Self = Self { kilometres_per_hour: 1_000, slack: 50_000 };
}

/// Where and when a subscriber was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sighting {
    /// When.
    pub at: EventTime,
    /// Where.
    pub place: Place,
}

/// A journey that nobody makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Impossible {
    /// Where it began.
    pub from: Sighting,
    /// Where it ended.
    pub to: Sighting,
    /// The way in metres.
    pub metres: u64,
}

/// Whether a journey is impossible.
#[must_use]
pub fn journey(limits: &Limits, from: Sighting, to: Sighting) -> Option<Impossible> {
    let metres = distance(from.place, to.place);
    let micros = i128::from(to.at.0) - i128::from(from.at.0);
    let reach = micros.abs() * i128::from(limits.kilometres_per_hour) * 1_000;
    let hour = 3_600 * i128::from(MICROS_PER_SECOND);
    let way = i128::from(metres.saturating_sub(limits.slack));
    (way * hour > reach).then_some(Impossible { from, to, metres })
}

/// What the fold of a subscriber remembers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Journey {
    last: Option<Sighting>,
}

impl Journey {
    /// Folds a sighting.
    pub fn step(&mut self, limits: &Limits, sighting: Sighting) -> Option<Impossible> {
        let last = self.last.replace(sighting)?;
        journey(limits, last, sighting)
    }
}
