//! Signals come and go with what lies in the window, whatever order it came in.

use super::super::rules::{Recent, Signal};
use super::*;

const HIGH_USAGE: &str = r#"{"rule_id":"high","over":{"seconds":3600},"all":[
    {"measure":"minutes","is":"GREATER_OR_EQUAL","value":3},{"measure":"cells","is":"LESS_OR_EQUAL","value":2}]}"#;

/// Folds activities in the order of their time, and timers where they are due.
fn fold(rule: &FraudRule, activities: &[Activity], until: i64) -> Vec<(i64, bool)> {
    let mut sorted = activities.to_vec();
    sorted.sort_unstable();
    let clock = Clock::of(rule.time_zone);
    let asked = Asked { rule, clock: &clock, began_at: None };
    let (mut state, mut told) = (Recent::default(), Vec::new());
    let mut tell = |at: EventTime, signal: Option<Signal>| {
        told.extend(signal.map(|signal| (at.0 / 1_000_000, matches!(signal, Signal::Raised(_)))));
    };
    let ends = sorted.iter().map(|one| (one.at, Some(*one))).chain([(second(until), None)]);
    for (at, activity) in ends {
        while let Some(due) = state.alarm().filter(|due| *due < at) {
            tell(due, state.step(&asked, due, None));
            assert!(state.alarm().is_none_or(|next| next > due), "a timer moves on");
        }
        if activity.is_some() {
            tell(at, state.step(&asked, at, activity));
        }
    }
    told
}

#[test]
fn a_signal_ends_when_its_evidence_leaves_the_window() {
    let rule = rule(HIGH_USAGE);
    let three = [call(0, 0, 1), call(1, 600, 1), call(3, 1_200, 1)];
    assert_eq!(fold(&rule, &three, 9_000), [(1_200, true), (3_600, false)]);
    assert_eq!(fold(&rule, &three[1..], 9_000), [], "corrected evidence gives no signal");
    let more = [three[0], three[1], three[2], call(4, 3_000, 1)];
    assert_eq!(fold(&rule, &more, 9_000), [(1_200, true), (4_200, false)]);
}

#[test]
fn signals_are_those_of_looking_at_every_second() {
    let rule = rule(HIGH_USAGE);
    for seed in 0..20 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut activities: Vec<Activity> =
            (0..20).map(|id| call(id, 60 * rng.i64(0..400), rng.u64(0..4))).collect();
        let told = fold(&rule, &activities, 100_000);
        let mut expected = Vec::new();
        let mut held = false;
        for minute in 0..1_600 {
            // As the fold sees it: without what happens later in the same instant it differs by pulses only.
            let holds = holds(&rule, &activities, second(60 * minute)).is_some();
            if holds != held {
                expected.push((60 * minute, holds));
                held = holds;
            }
        }
        let settled = |told: &[(i64, bool)]| {
            let mut last: std::collections::BTreeMap<i64, Vec<bool>> =
                std::collections::BTreeMap::new();
            told.iter().for_each(|(at, raised)| last.entry(*at).or_default().push(*raised));
            let odd = last.into_iter().filter(|(_, raised)| raised.len() % 2 == 1);
            odd.map(|(at, raised)| (at, *raised.last().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(settled(&told), expected, "seed {seed}");
        rng.shuffle(&mut activities);
        assert_eq!(fold(&rule, &activities, 100_000), told, "seed {seed}");
    }
}

#[test]
fn calendar_windows_follow_the_zone() {
    let json = INTERNATIONAL.replace("UTC", "Europe/Berlin");
    let at = |text: &str| EventTime::parse_rfc3339(text).unwrap();
    let long = Call { called: 1, duration: 501 * 60_000, international: true, risky: false };
    let of = |text: &str| Activity { at: at(text), ..activity(1, 0, What::CallMade(long)) };
    let flagged = |began: &str, seen: &str| holds(&rule(&json), &[of(began)], at(seen)).is_some();
    assert!(flagged("2026-07-01T00:00:00+02:00", "2026-07-31T23:59:59+02:00"));
    assert!(!flagged("2026-06-30T23:59:59+02:00", "2026-07-01T00:00:00+02:00"));
    assert!(!flagged("2026-07-31T00:00:00+02:00", "2026-08-01T00:00:00+02:00"));
    assert!(!flagged("2026-07-02T00:00:00+02:00", "2026-07-01T00:00:00+02:00"), "not yet");
}

#[test]
fn rules_may_look_at_some_hours_and_at_the_new() {
    let night =
        HIGH_USAGE.replace("\"all\"", "\"hours\":{\"from\":\"20:00\",\"to\":\"06:00\"},\"all\"");
    let three = |hour: i64| [0, 60, 120].map(|more| call(1, hour * HOUR + more, 1));
    let flagged = |json: &str, hour| holds(&rule(json), &three(hour), second(hour * HOUR + 120));
    assert!(flagged(&night, 3).is_some() && flagged(&night, 12).is_none(), "a PBX at night");
    let new = HIGH_USAGE.replace("\"all\"", "\"new_for_s\":86400,\"all\"");
    assert!(flagged(&new, 23).is_some() && flagged(&new, 24).is_none(), "a burst of the first day");
    let charged = three(1).map(|one| Activity { charged: 2_000_000_000, ..one });
    let evidence = holds(&rule(HIGH_USAGE), &charged, second(HOUR + 120)).unwrap();
    assert_eq!(evidence.at_stake, Money(6_000_000_000));
}

#[test]
fn measures_count_what_they_say() {
    use datasets::assurance::fraud::Measure;
    let risky = Call { called: 9, duration: 4_999, international: true, risky: true };
    let all = [
        call(0, 0, 1),
        call(1, 0, 1),
        activity(2, 0, What::CallMade(risky)),
        activity(3, 0, What::CallReceived),
        activity(4, 0, What::SmsSent),
        activity(5, 0, What::Data(7)),
        Activity { charged: 2_500_000_000, cell: None, ..activity(6, 0, What::Data(5)) },
    ];
    for (measure, expected) in [
        (Measure::Calls, "3"),
        (Measure::CallsReceived, "1"),
        (Measure::CallsShorterThan(5), "1"),
        (Measure::CallsShorterThan(4), "0"),
        (Measure::SmsSent, "1"),
        (Measure::SmsReceived, "0"),
        (Measure::CalledNumbers, "2"),
        (Measure::CalledShare, "2/3"),
        (Measure::Cells, "3"),
        (Measure::Minutes, "124999/60000"),
        (Measure::RiskyMinutes, "4999/60000"),
        (Measure::Bytes, "12"),
        (Measure::Charged, "2.5"),
    ] {
        let found = super::super::measures::measure(measure, &all);
        assert_eq!(found, expected.parse().unwrap(), "{measure:?}");
    }
}
