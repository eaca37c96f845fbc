//! Ratios are sums over sums, intervals only shrink, and levels add up.

use super::super::levels::{Levels, busy_hour};
use super::*;

const RATE: &str = "Succ / Att [1]";
const KNOWN: &str = "Succ 0; Att 0";

fn random_samples(rng: &mut fastrand::Rng) -> Vec<Sample> {
    let mut samples = Vec::new();
    for object in 0..6 {
        for period in 0..4 {
            let attempts = rng.u32(1..100);
            let successes = rng.u32(0..=attempts);
            let text = format!("Succ {successes}; Att {attempts}");
            let mut sample = sample(object, span(period * 900, period * 900 + 900), &text);
            sample.is_suspect = rng.u8(0..8) == 0;
            samples.push(sample);
        }
    }
    samples
}

#[test]
fn a_late_sample_never_widens_the_interval() {
    for seed in 0..100 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut samples = random_samples(&mut rng);
        let formula = checked(&kpi(RATE), KNOWN).unwrap();
        rng.shuffle(&mut samples);
        let objects = (0..6).collect();
        let window = span(0, 3_600);
        let mut before = (Fraction::ZERO, Fraction::ONE);
        for known in 1..=samples.len() {
            let collected =
                collect(&samples[..known], &formula, (&objects, window), |_| Aggregation::Sum);
            let measured = measure(&kpi(RATE), &formula, &collected.unwrap());
            let (low, high) = measured.interval.unwrap();
            let width = high.minus(low).unwrap();
            assert!(width <= before.1.minus(before.0).unwrap(), "seed {seed}");
            assert_eq!(width, Fraction::ONE.minus(measured.completeness).unwrap());
            before = (low, high);
        }
    }
}

#[test]
fn order_does_not_matter_and_levels_are_sums() {
    for seed in 0..100 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut samples = random_samples(&mut rng);
        // Cells 0 to 5, sites 10 and 11, a region 20.
        let levels =
            Levels::of((0..6).map(|cell| (cell, 10 + cell % 2)).chain([(10, 20), (11, 20)]));
        let members = levels.unwrap().members(&(0..6).collect());
        assert_eq!(members[&10], [0, 2, 4].into());
        assert_eq!((members[&20].len(), members[&3].len()), (6, 1));
        let formula = checked(&kpi(RATE), KNOWN).unwrap();
        let collected = |samples: &[Sample], object: u64| {
            let asked = (&members[&object], span(0, 3_600));
            collect(samples, &formula, asked, |_| Aggregation::Sum).unwrap()
        };
        let expected = collected(&samples, 20);
        let sum = |name: &str| {
            let of = |site| collected(&samples, site).values.counters[name];
            of(10).plus(of(11))
        };
        assert_eq!(Some(expected.values.counters["Succ"]), sum("Succ"), "seed {seed}");
        assert_eq!(Some(expected.values.counters["Att"]), sum("Att"), "seed {seed}");
        rng.shuffle(&mut samples);
        assert_eq!(collected(&samples, 20), expected, "seed {seed}");
    }
}

#[test]
fn a_level_is_no_part_of_itself() {
    assert!(Levels::of([(1, 2), (2, 3), (3, 2)]).is_err());
    assert_eq!(Levels::of([(1, 2)]).unwrap().wholes(1), [1, 2]);
}

#[test]
fn greatest_and_least_count_once() {
    let samples = [
        sample(1, span(0, 900), "Users 7"),
        sample(1, span(900, 1_800), "Users 9"),
        sample(2, span(0, 900), "Users 4"),
    ];
    let formula = checked(&kpi("Users [1]"), "Users 0").unwrap();
    let users = |aggregation| {
        let asked = (&[1, 2].into(), span(0, 1_800));
        collect(&samples, &formula, asked, |_| aggregation).unwrap().values.counters["Users"]
    };
    assert_eq!(users(Aggregation::Max), fraction("9"));
    assert_eq!(users(Aggregation::Min), fraction("4"));
    assert_eq!(users(Aggregation::Sum), fraction("20"));
}

#[test]
fn the_first_of_the_busiest_hours_counts() {
    let hours =
        [(span(0, 1), fraction("3")), (span(1, 2), fraction("5")), (span(2, 3), fraction("5"))];
    assert_eq!(busy_hour(&hours), Some(&hours[1]));
    assert_eq!(busy_hour(&[]), None);
}
