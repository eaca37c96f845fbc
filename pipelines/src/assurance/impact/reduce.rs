//! How the severities of parts become that of the whole.

use datasets::assurance::Severity;
use datasets::assurance::service::{Map, Reduce};
use datasets::units::Fraction;

/// A part's severity as its edge passes it on, and the edge's weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weighed {
    /// How bad the part is.
    pub severity: Severity,
    /// How much it counts.
    pub weight: u32,
}

/// What an edge passes on; `None` where the part does not count.
#[must_use]
pub fn mapped(map: Map, severity: Severity) -> Option<Severity> {
    let degree = severity.degree();
    match map {
        Map::Ignore => None,
        _ if degree == 0 => Some(severity),
        Map::Identity => Some(severity),
        Map::Increase => Some(Severity::of_degree(degree + 1)),
        Map::Decrease => Some(Severity::of_degree(degree - 1)),
        Map::SetTo(other) => Some(other),
    }
}

/// The severity of the whole; a whole without parts is well.
#[must_use]
pub fn reduced(reduce: Reduce, parts: &[Weighed]) -> Severity {
    match reduce {
        Reduce::Highest => worst(parts),
        Reduce::Threshold(share) => threshold(share, parts),
        Reduce::Exponential(base) => exponential(base, parts),
        Reduce::Needs(count) => needs(count, parts),
    }
}

fn worst(parts: &[Weighed]) -> Severity {
    parts.iter().map(|part| part.severity).max().unwrap_or_default()
}

fn weight_of<'a>(parts: impl Iterator<Item = &'a Weighed>) -> i128 {
    parts.map(|part| i128::from(part.weight)).sum()
}

/// The worst severity that parts with a share of all weight reach.
fn threshold(share: Fraction, parts: &[Weighed]) -> Severity {
    let all = weight_of(parts.iter());
    let reaches = |severity: &Severity| {
        let those = weight_of(parts.iter().filter(|part| part.severity >= *severity));
        Fraction::of(those, all).is_some_and(|found| found >= share)
    };
    Severity::ALL.into_iter().rev().find(reaches).unwrap_or_default()
}

/// A warning is 1, and each degree more the base times that; the sum is as bad as the greatest degree that it reaches.
fn exponential(base: Fraction, parts: &[Weighed]) -> Severity {
    let power = |degree: u32| (0..degree).try_fold(Fraction::ONE, |power, _| power.times(base));
    let Some(powers) = (0..4).map(power).collect::<Option<Vec<_>>>() else { return worst(parts) };
    let worth = |part: &Weighed| {
        let place = usize::try_from(part.severity.degree().checked_sub(1)?).ok()?;
        powers.get(place)?.times(Fraction::whole(part.weight.into()))
    };
    let wrong = parts.iter().filter(|part| part.severity.degree() > 0);
    let sum = wrong.map(worth).try_fold(Fraction::ZERO, |sum, worth| sum.plus(worth?));
    // A sum that 128 bits do not hold is greater than any power.
    let reached = powers.iter().filter(|power| sum.is_none_or(|sum| sum >= **power)).count();
    Severity::of_degree(u32::try_from(reached).expect("there are four powers"))
}

/// The severity of the part that is the last one needed, the best first; each counts as often as it weighs.
fn needs(count: u32, parts: &[Weighed]) -> Severity {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    let mut working = 0;
    let is_last = |part: &&Weighed| {
        working += u64::from(part.weight);
        working >= u64::from(count)
    };
    let last = parts.iter().find(is_last);
    last.map_or_else(|| worst(&parts), |part| part.severity)
}
