//! KPIs by the cases of `assurance.md` §8 (Q) and by laws.

mod cases;

mod formulas;

mod laws;

use std::collections::{BTreeMap, BTreeSet};

use datasets::assurance::kpi::{Aggregation, Counter, Kpi};
use datasets::reference::Validity;
use datasets::units::{EventTime, Fraction, Rounding};

use super::check::{Known, read};
use super::formula::Formula;
use super::measured::{Measured, measure};
use super::samples::{Sample, collect};

fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

fn span(from: i64, to: i64) -> Validity {
    let second = |second| EventTime(0).plus_seconds(second);
    Validity { from: second(from), to: second(to) }
}

/// `RRC.Att 7 1; RRC.Time 5 s`: counters with values and units.
fn counters(text: &str) -> Vec<(Counter, Fraction)> {
    let counter = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let unit = words.get(2).copied().unwrap_or("1").to_owned();
        let aggregation = Aggregation::default();
        (Counter { counter: words[0].to_owned(), unit, aggregation }, fraction(words[1]))
    };
    text.split(';').map(counter).collect()
}

fn sample(object: u64, period: Validity, text: &str) -> Sample {
    let values = counters(text).into_iter().map(|(counter, value)| (counter.counter, value));
    Sample { object, period, is_suspect: false, counters: values.collect() }
}

/// A KPI `formula [unit]`, a share with `%` between 0 and 100 and one with `1` between 0 and 1.
fn kpi(text: &str) -> Kpi {
    let (formula, unit) = text.split_once('[').unwrap();
    let unit = unit.trim_end_matches(']').to_owned();
    let greatest = match unit.as_str() {
        "%" => Some("100"),
        "1" => Some("1"),
        _ => None,
    };
    let range = greatest.map(|greatest| (Fraction::ZERO, fraction(greatest)));
    Kpi { kpi_id: text.to_owned(), formula: formula.to_owned(), unit, range }
}

fn checked(kpi: &Kpi, known: &str) -> Result<Formula, String> {
    let counters = counters(known);
    let known = Known::of(counters.iter().map(|(counter, _)| counter)).unwrap();
    read(kpi, &known).map_err(|fault| fault.to_string())
}

/// What a KPI comes to over samples of objects.
fn measured(text: &str, known: &str, samples: &[Sample], window: Validity) -> Measured {
    let kpi = kpi(text);
    let formula = checked(&kpi, known).unwrap();
    let objects: BTreeSet<u64> = samples.iter().map(|sample| sample.object).collect();
    let collected = collect(samples, &formula, (&objects, window), |_| Aggregation::Sum).unwrap();
    measure(&kpi, &formula, &collected)
}

/// With so many decimals.
fn rounded(value: Fraction, decimals: u32) -> String {
    let scaled = value.scaled(10_i128.pow(decimals), Rounding::HalfUp).unwrap();
    let unit = 10_i128.pow(decimals);
    let places = usize::try_from(decimals).unwrap();
    format!("{}.{:0places$}", scaled / unit, scaled % unit)
}

fn values(text: &str) -> BTreeMap<String, Fraction> {
    sample(1, span(0, 1), text).counters
}
