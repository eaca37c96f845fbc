//! Thresholds by the cases of `assurance.md` §3 (H) and by laws.

use super::Status::{NoChange, ReArmed, Triggered};
use super::*;

fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

/// `high 99 rearm 0.5 trigger 2`, with one band that is major.
fn rule(text: &str) -> Threshold {
    let words: Vec<&str> = text.split(' ').collect();
    let after =
        |name: &str| words.iter().position(|word| *word == name).map(|place| words[place + 1]);
    let crossing = match words[0] {
        "high" => Crossing::High,
        "low" => Crossing::Low,
        "absolute" => Crossing::AbsoluteChange,
        _ => Crossing::RelativeChange,
    };
    let rearm = after("rearm").map(fraction);
    Threshold {
        threshold_id: text.to_owned(),
        measure: "value".to_owned(),
        crossing,
        bands: vec![Band { value: fraction(words[1]), rearm, severity: Severity::Major }],
        trigger: after("trigger").map_or(1, |trigger| trigger.parse().unwrap()),
    }
}

fn check(id: &str, rule_text: &str, values: &str, expected: &[Status]) {
    let rule = rule(rule_text);
    let mut watched = Watched::default();
    let found: Vec<Status> =
        values.split(' ').map(|value| watched.step(&rule, fraction(value))[0]).collect();
    assert_eq!(found, expected, "{id}: {rule_text}: {values}");
}

#[test]
fn thresholds_cross_and_come_back() {
    check("H01", "high 99 rearm 0.5", "100", &[Triggered]);
    check("H02", "high 101 rearm 0.5", "100", &[NoChange]);
    let expected = [NoChange, Triggered, NoChange, NoChange];
    check("H03", "high 99 rearm 0.5 trigger 2", "100 100 100 100", &expected);
    check("H04", "high 99 rearm 0.5", "100 0 100", &[Triggered, ReArmed, Triggered]);
    check("H05", "high 99 rearm 0.5", "99", &[Triggered]);
    check("H05", "high 99 rearm 0.5", "98", &[NoChange]);
    check("H06", "low 99 rearm 100", "98", &[Triggered]);
    check("H06", "low 99 rearm 100", "99", &[Triggered]);
    check("H06", "low 99 rearm 100", "100", &[NoChange]);
    check("H07", "relative 0.9", "10 8", &[NoChange, Triggered]);
    check("H07", "relative 0.9", "10 9", &[NoChange, Triggered]);
    check("H07", "relative 0.9", "10 9.5", &[NoChange, NoChange]);
}

#[test]
fn between_bound_and_rearm_nothing_happens() {
    let rule = "high 99 rearm 0.5";
    check(
        "held",
        rule,
        "100 50 0.6 100 0.5 98 99",
        &[Triggered, NoChange, NoChange, NoChange, ReArmed, NoChange, Triggered],
    );
    let expected = [NoChange, NoChange, NoChange, Triggered];
    check("in a row", "high 99 rearm 0.5 trigger 2", "100 50 100 100", &expected);
    check("low", "low 5 rearm 10", "5 7 10 4", &[Triggered, NoChange, ReArmed, Triggered]);
    check("no rearm", "high 10", "10 9 10", &[Triggered, ReArmed, Triggered]);
}

#[test]
fn changes_are_seen_from_the_value_before() {
    let expected = [NoChange, Triggered, NoChange, Triggered, Triggered];
    check("up", "relative 1.5", "10 15 22 33 50", &expected);
    check("from nothing", "relative 1.5", "0 10 15", &[NoChange, NoChange, Triggered]);
    check("absolute up", "absolute 5", "10 14 19 25", &[NoChange, NoChange, Triggered, Triggered]);
    let expected = [NoChange, Triggered, NoChange, Triggered];
    check("absolute down", "absolute -5", "10 5 5 0", &expected);
    check("below zero", "relative 0.9", "-10 -10 -9", &[NoChange, NoChange, Triggered]);
    let expected = [NoChange, NoChange, Triggered, Triggered, NoChange];
    check("in a row", "relative 2 trigger 2", "1 2 4 8 8", &expected);
}

#[test]
fn the_worst_band_counts() {
    let mut rule = rule("high 80 rearm 70");
    rule.bands.push(Band { value: fraction("95"), rearm: None, severity: Severity::Critical });
    let mut watched = Watched::default();
    let mut after = |value: &str| {
        watched.shift(&rule, fraction(value)).map(|shift| (shift.before, shift.after))
    };
    assert_eq!(after("50"), None);
    assert_eq!(after("80"), Some((Severity::Cleared, Severity::Major)));
    assert_eq!(after("96"), Some((Severity::Major, Severity::Critical)));
    assert_eq!(after("94"), Some((Severity::Critical, Severity::Major)));
    assert_eq!(after("75"), None);
    assert_eq!(after("99"), Some((Severity::Major, Severity::Critical)));
    assert_eq!(after("10"), Some((Severity::Critical, Severity::Cleared)));
}

/// Triggers and re-arms alternate, and a low threshold is a high one seen from below.
#[test]
fn low_mirrors_high() {
    for seed in 0..100 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let trigger = rng.u32(1..4);
        let (high, low) = (
            format!("high 5 rearm 2 trigger {trigger}"),
            format!("low -5 rearm -2 trigger {trigger}"),
        );
        let (high, low) = (rule(&high), rule(&low));
        let (mut one, mut other) = (Watched::default(), Watched::default());
        let mut told = Vec::new();
        for _ in 0..60 {
            let value = Fraction::whole(rng.i32(0..8).into());
            let mirrored = Fraction::ZERO.minus(value).unwrap();
            let status = one.step(&high, value)[0];
            assert_eq!(status, other.step(&low, mirrored)[0], "seed {seed}");
            told.extend((status != NoChange).then_some(status));
        }
        let expected = [Triggered, ReArmed].into_iter().cycle();
        assert!(told.iter().copied().eq(expected.take(told.len())), "seed {seed}: {told:?}");
    }
}
