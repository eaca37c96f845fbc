//! How near an account is to its limit: a state with hysteresis, so that it does not flap.

use datasets::units::Money;
use serde::{Deserialize, Serialize};

/// How near an account is to its limit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Nearness {
    /// Below the warning.
    #[default]
    Normal,
    /// From the warning on.
    Warning,
    /// From the limit on.
    Exceeded,
    /// Not served, until it is well below the limit again.
    Barred,
}

/// At what share of the limit states begin and end, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Where the warning begins.
    pub warning: u32,
    /// Where the bar begins; none never bars.
    pub bar: Option<u32>,
    /// Below which a bar ends.
    pub unbar: u32,
}

impl Thresholds {
    /// A warning at 80 %, a bar at the limit, and free again below 90 %.
    pub const USUAL: Self = Self { warning: 80, bar: Some(100), unbar: 90 };
}

impl Nearness {
    /// The state after an exposure, which depends on the one before only where it was barred.
    #[must_use]
    pub fn after(self, exposure: i128, limit: Money, thresholds: &Thresholds) -> Self {
        let reaches = |percent| reaches(exposure, limit, percent);
        let bar = match self {
            Self::Barred => thresholds.bar.map(|_| thresholds.unbar),
            _ => thresholds.bar,
        };
        if exposure <= 0 {
            Self::Normal
        } else if bar.is_some_and(reaches) {
            Self::Barred
        } else if reaches(100) {
            Self::Exceeded
        } else if reaches(thresholds.warning) {
            Self::Warning
        } else {
            Self::Normal
        }
    }
}

/// Whether an exposure is at least so many per cent of a limit; nothing is compared to be too large.
fn reaches(exposure: i128, limit: Money, percent: u32) -> bool {
    exposure.saturating_mul(100) >= limit.0.saturating_mul(i128::from(percent))
}

#[cfg(test)]
mod tests {
    use super::Nearness::{Barred, Exceeded, Normal, Warning};
    use super::*;

    #[test]
    fn a_bar_ends_later_than_it_began() {
        let follow = |thresholds: Thresholds, exposures: &[i128]| -> Vec<Nearness> {
            let mut state = Normal;
            let after = |exposure: &i128| {
                state = state.after(*exposure, Money(1_000), &thresholds);
                state
            };
            exposures.iter().map(after).collect()
        };
        let exposures = [0, 799, 800, 999, 1_000, 950, 900, 899, 950, -5];
        assert_eq!(
            follow(Thresholds::USUAL, &exposures),
            [Normal, Normal, Warning, Warning, Barred, Barred, Barred, Warning, Warning, Normal]
        );
        let never = Thresholds { bar: None, ..Thresholds::USUAL };
        assert_eq!(follow(never, &[1_000, 999]), [Exceeded, Warning]);
        let late = Thresholds { bar: Some(120), ..Thresholds::USUAL };
        assert_eq!(follow(late, &[1_000, 1_200, 950, 100]), [Exceeded, Barred, Barred, Normal]);
    }

    #[test]
    fn without_a_limit_everything_owed_is_too_much() {
        let after = |exposure| Normal.after(exposure, Money::ZERO, &Thresholds::USUAL);
        assert_eq!([after(-1), after(0), after(1)], [Normal, Normal, Barred]);
    }
}
