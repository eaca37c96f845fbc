//! A KPI as it is published: its value, how complete it is, and between which values the whole can lie.
//!
//! While time is missing, a KPI with a range is an interval: the part that is missing may have been all bad or all good.
//! **Law:** a late sample never widens the interval.

use datasets::assurance::kpi::Kpi;
use datasets::units::Fraction;

use super::evaluate::{Undefined, evaluate};
use super::formula::Formula;
use super::samples::Collected;

/// A KPI of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What the samples that are there come to.
    pub value: Result<Fraction, Undefined>,
    /// The share of objects and time that is covered.
    pub completeness: Fraction,
    /// Between which values it lies for all of the window; none where it can be anything.
    pub interval: Option<(Fraction, Fraction)>,
}

/// What a KPI comes to.
#[must_use]
pub fn measure(kpi: &Kpi, formula: &Formula, collected: &Collected) -> Measured {
    let value = evaluate(formula, &collected.values);
    let completeness = collected.completeness;
    let interval = match (&value, kpi.range) {
        (Ok(value), _) if completeness == Fraction::ONE => Some((*value, *value)),
        (Ok(value), Some(range)) => interval(*value, completeness, range),
        (Err(_), Some(range)) if completeness < Fraction::ONE => Some(range),
        _ => None,
    };
    Measured { value, completeness, interval }
}

/// The value for the share that is there, and the least and the greatest for the rest.
fn interval(
    value: Fraction,
    completeness: Fraction,
    (least, greatest): (Fraction, Fraction),
) -> Option<(Fraction, Fraction)> {
    let rest = Fraction::ONE.minus(completeness)?;
    let there = value.times(completeness)?;
    Some((there.plus(least.times(rest)?)?, there.plus(greatest.times(rest)?)?))
}
