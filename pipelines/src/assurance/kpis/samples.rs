//! Samples of counters, put together over objects and periods, and how much of the time they cover.

use std::collections::{BTreeMap, BTreeSet};

use datasets::assurance::kpi::Aggregation;
use datasets::reference::Validity;
use datasets::units::{Fraction, MICROS_PER_SECOND};

use super::evaluate::Values;
use super::formula::Formula;
use crate::assurance::spans::length;

/// What an object counted in a granularity period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The object.
    pub object: u64,
    /// The period.
    pub period: Validity,
    /// Whether the element itself does not trust it.
    pub is_suspect: bool,
    /// What was counted.
    pub counters: BTreeMap<String, Fraction>,
}

impl Sample {
    /// Whether it counts for a formula: it is trusted, and nothing is missing that the formula names.
    #[must_use]
    pub fn is_good(&self, formula: &Formula) -> bool {
        let has = |name: &&str| self.counters.contains_key(*name);
        !self.is_suspect && formula.counters().iter().all(has)
    }

    fn lies_in(&self, window: Validity) -> bool {
        window.from <= self.period.from && self.period.to <= window.to
    }
}

/// Samples put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// One value for each counter.
    pub values: Values,
    /// The share of objects and time that is covered.
    pub completeness: Fraction,
}

/// Puts together the good samples of some objects that lie in a window; `None` where the sums are too large.
///
/// An object has one sample for a period: of several the last one counts, as of files that are delivered again.
#[must_use]
pub fn collect(
    samples: &[Sample],
    formula: &Formula,
    (objects, window): (&BTreeSet<u64>, Validity),
    aggregation: impl Fn(&str) -> Aggregation,
) -> Option<Collected> {
    let mut counters: BTreeMap<String, Fraction> = BTreeMap::new();
    let mut covered: BTreeMap<u64, Vec<Validity>> = BTreeMap::new();
    let asked_for =
        samples.iter().filter(|sample| objects.contains(&sample.object) && sample.lies_in(window));
    let last: BTreeMap<_, &Sample> =
        asked_for.map(|sample| ((sample.object, sample.period), sample)).collect();
    let good = last.into_values().filter(|sample| sample.is_good(formula));
    for sample in good {
        covered.entry(sample.object).or_default().push(sample.period);
        for (name, value) in &sample.counters {
            let sum = match (counters.get(name), aggregation(name)) {
                (None, _) => *value,
                (Some(sum), Aggregation::Sum) => sum.plus(*value)?,
                (Some(sum), Aggregation::Max) => *sum.max(value),
                (Some(sum), Aggregation::Min) => *sum.min(value),
            };
            counters.insert(name.clone(), sum);
        }
    }
    let covered: i128 = covered.into_values().map(length).sum();
    let asked = i128::try_from(objects.len()).ok()?.checked_mul(length(vec![window]))?;
    let period = Fraction::of(covered, MICROS_PER_SECOND.into())?;
    let completeness = Fraction::of(covered, asked).unwrap_or(Fraction::ONE);
    Some(Collected { values: Values { counters, period }, completeness })
}
