//! Any order of arrival gives what event time gives, and timers change nothing but when it is seen.

use super::*;

const KINDS: [&str; 6] = ["nodeDown", "nodeUp", "loss/1", "loss/2", "loss", "interfaceDown"];

fn random_input(rng: &mut fastrand::Rng) -> Input {
    let kind_of = rng.choice(KINDS).unwrap();
    match rng.u8(0..10) {
        0 => Input::Acknowledge(kind(kind_of), rng.u64(0..3)),
        1 => Input::Unacknowledge(kind(kind_of)),
        2 => Input::Comment(kind(kind_of), rng.u64(0..3)),
        _ => report(kind_of, rng.choice(Severity::ALL).unwrap()),
    }
}

/// Inputs at few instants, some at the same one and some far apart.
pub(super) fn history(rng: &mut fastrand::Rng) -> Vec<(EventTime, Input)> {
    let mut second = 0;
    let mut next = |rng: &mut fastrand::Rng| {
        second += rng.choice([0, 1, 5, 60, 299, 300, 301, 4_000, 90_000, 300_000]).unwrap();
        (second_at(second), random_input(rng))
    };
    (0..40).map(|_| next(rng)).collect()
}

/// The fold of the sorted history; `eager` runs every timer as soon as it may.
fn fold(inputs: &[(EventTime, Input)], eager: bool) -> (Alarms, Vec<Change>) {
    let mut object = Object::of_the_cases();
    let mut inputs = inputs.to_vec();
    inputs.sort_by_key(|(at, input)| (*at, input.rank(), *input));
    for (at, input) in &inputs {
        while eager && alarm(&object.state).is_some_and(|due| due < *at) {
            let due = alarm(&object.state).unwrap();
            run_timers(&mut object.state, due, &mut object.changes);
            assert!(alarm(&object.state).is_none_or(|next| next > due), "a timer moves on");
        }
        step(&mut object.state, &object.rules, (*at, input), &mut object.changes);
    }
    (object.state, object.changes)
}

#[test]
fn any_order_of_arrival_gives_the_same() {
    for seed in 0..200 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut inputs = history(&mut rng);
        let expected = fold(&inputs, false);
        rng.shuffle(&mut inputs);
        assert!(fold(&inputs, false) == expected, "seed {seed}");
        assert!(fold(&inputs, true) == expected, "seed {seed}, with timers");
    }
}

/// What the changes tell adds up to what the state says.
#[test]
fn changes_lead_to_the_state() {
    for seed in 0..200 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (state, changes) = fold(&history(&mut rng), false);
        let mut seen = std::collections::BTreeMap::new();
        for change in changes {
            match (change.what, change.alarm) {
                (What::Forgotten, _) => drop(seen.remove(&change.kind)),
                (_, Some(alarm)) => drop(seen.insert(change.kind, alarm)),
                (_, None) => assert_eq!(change.what, What::Unmatched),
            }
        }
        assert!(state.all().eq(seen.values()), "seed {seed}");
    }
}

/// Told without reduction: a kind is active if its last raise is after its last clear, as long as nothing is forgotten.
#[test]
fn active_is_what_was_raised_and_not_cleared_since() {
    for seed in 0..200 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut object = Object::with(&AlarmRules { cleared_s: None, ..AlarmRules::usual() });
        let mut inputs = history(&mut rng);
        inputs.sort_by_key(|(at, input)| (*at, input.rank(), *input));
        for (at, input) in &inputs {
            step(&mut object.state, &object.rules, (*at, input), &mut object.changes);
        }
        let reports: Vec<Report> = inputs
            .iter()
            .filter_map(|(_, input)| match input {
                Input::Report(report) => Some(*report),
                _ => None,
            })
            .collect();
        for text in KINDS {
            let last = reports.iter().rfind(|report| {
                if report.severity.is_active() {
                    report.kind == kind(text)
                } else {
                    report.kind.covers(&kind(text))
                }
            });
            let expected = last.is_some_and(|report| report.severity.is_active());
            let found = object.get(text).is_some_and(Alarm::is_active);
            assert_eq!(found, expected, "seed {seed}, {text}");
        }
    }
}
