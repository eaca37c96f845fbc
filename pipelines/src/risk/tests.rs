//! Fraud by the cases of `assurance.md` §13 (F) and by laws.

mod windows;

use datasets::assurance::fraud::FraudRule;
use datasets::reference::Validity;
use datasets::reference::dated::read;
use datasets::units::{EventTime, Money};

use super::activity::{Activity, Call, What};
use super::earth::Place;
use super::overlap::{self, Calls, Collision};
use super::rules::{Asked, Evidence};
use super::sim_swap::{Refusal, was_swapped};
use super::travel::{Journey, Limits, Sighting};
use crate::rating::clock::Clock;

const HOUR: i64 = 3_600;
const SIM_BOX: &str = r#"{"rule_id":"sim box","over":{"seconds":86400},"all":[
    {"measure":"calls","is":"GREATER","value":50},
    {"measure":"sms_received","is":"EQUAL","value":0},
    {"measure":"called_share","is":"GREATER_OR_EQUAL","value":0.8}]}"#;
const INTERNATIONAL: &str = r#"{"rule_id":"abroad","over":{"month":"UTC"},"all":[
    {"measure":"international_minutes","is":"GREATER","value":500}]}"#;

fn rule(json: &str) -> FraudRule {
    read::<FraudRule>(json).unwrap().1
}

/// Whether a rule holds for a subscription that began at the beginning.
fn holds(rule: &FraudRule, activities: &[Activity], at: EventTime) -> Option<Evidence> {
    let clock = Clock::of(rule.time_zone);
    Asked { rule, clock: &clock, began_at: Some(EventTime(0)) }.holds(activities, at)
}

fn second(second: i64) -> EventTime {
    EventTime(0).plus_seconds(second)
}

fn activity(id: u64, at: i64, what: What) -> Activity {
    Activity { at: second(at), id, what, cell: Some(id % 3), charged: 0 }
}

/// A call to a number of its own, if `called` is its id.
fn call(id: u64, at: i64, called: u64) -> Activity {
    let call = Call { called, duration: 60_000, international: false, risky: false };
    activity(id, at, What::CallMade(call))
}

fn calls(count: u64) -> Vec<Activity> {
    (0..count).map(|id| call(id, i64::try_from(id).unwrap() * 60, id)).collect()
}

#[test]
fn rules_over_windows() {
    let at = second(20 * HOUR);
    let flagged = |activities: &[Activity]| holds(&rule(SIM_BOX), activities, at).is_some();
    assert!(flagged(&calls(51)), "F02");
    assert!(!flagged(&calls(50)), "F02");
    let mut with_sms = calls(51);
    with_sms.push(activity(99, 60, What::SmsReceived));
    assert!(!flagged(&with_sms), "F02: it gets messages");
    let friends: Vec<Activity> = (0..60).map(|id| call(id, 60, id % 47)).collect();
    assert!(!flagged(&friends), "F02: 47 numbers of 60");
    assert!(
        holds(&rule(SIM_BOX), &calls(51), second(24 * HOUR)).is_none(),
        "F02: one call is a day old"
    );

    let abroad = |minutes: u64| {
        let call =
            Call { called: 1, duration: minutes * 60_000, international: true, risky: false };
        let inland = Call { international: false, ..call };
        let activities =
            [activity(1, 5, What::CallMade(call)), activity(2, 6, What::CallMade(inland))];
        holds(&rule(INTERNATIONAL), &activities, at).is_some()
    };
    assert_eq!([abroad(501), abroad(500), abroad(0)], [true, false, false], "F06");
}

#[test]
fn velocity() {
    let london = Place { latitude: 51_507_400, longitude: -127_800 };
    let istanbul = Place { latitude: 41_008_200, longitude: 28_978_400 };
    let seen = |place, minute: i64| Sighting { at: second(10 * HOUR + 60 * minute), place };
    let flagged = |to: Sighting| {
        let mut journey = Journey::default();
        assert_eq!(journey.step(&Limits::USUAL, seen(london, 0)), None);
        journey.step(&Limits::USUAL, to)
    };
    let found = flagged(seen(istanbul, 5)).unwrap();
    assert_eq!(found.metres / 1_000, 2_500, "F03");
    assert!(flagged(seen(istanbul, 240)).is_none(), "by aeroplane");
    // 2,500.6 km without 50 km of slack are 147.0 minutes at 1,000 km/h.
    assert!(flagged(seen(istanbul, 147)).is_some() && flagged(seen(istanbul, 148)).is_none());
    let near = Place { latitude: 51_600_000, ..london };
    assert!(flagged(seen(near, 0)).is_none(), "two cells at once, 10 km from each other");
    assert!(flagged(seen(istanbul, 0)).is_some(), "no time at all");
}

fn spoken(id: u64, from: i64, to: i64) -> overlap::Call {
    overlap::Call { span: Validity { from: second(from), to: second(to) }, id }
}

fn collisions(calls: &[overlap::Call], tolerance: i64) -> Vec<Collision> {
    let mut state = Calls::default();
    calls.iter().flat_map(|call| state.step(tolerance, *call)).collect()
}

#[test]
fn collision() {
    let found = collisions(&[spoken(1, 0, 100), spoken(2, 60, 200)], 0);
    assert_eq!(found, [Collision { first: 1, second: 2, overlap: 40_000_000 }], "F04");
    assert_eq!(
        collisions(&[spoken(1, 0, 100), spoken(2, 100, 200)], 0),
        [],
        "F04: one after the other"
    );
    assert_eq!(
        collisions(&[spoken(1, 0, 100), spoken(2, 98, 200)], 2_000_000),
        [],
        "clocks differ"
    );
    let three = [spoken(1, 0, 100), spoken(2, 10, 20), spoken(3, 15, 120)];
    let pairs: Vec<_> =
        collisions(&three, 0).iter().map(|found| (found.first, found.second)).collect();
    assert_eq!(pairs, [(1, 2), (1, 3), (2, 3)]);
}

/// The fold finds the pairs that comparing every call with every other finds.
#[test]
fn collisions_are_those_of_all_pairs() {
    for seed in 0..200 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut calls: Vec<overlap::Call> = (0..15)
            .map(|id| {
                let from = rng.i64(0..100);
                spoken(id, from, from + rng.i64(0..20))
            })
            .collect();
        calls.sort_unstable();
        let mut expected = Vec::new();
        for (place, one) in calls.iter().enumerate() {
            for other in &calls[place + 1..] {
                let overlap = one.span.to.min(other.span.to).0 - other.span.from.0;
                if overlap > 0 {
                    expected.push(Collision { first: one.id, second: other.id, overlap });
                }
            }
        }
        let mut found = collisions(&calls, 0);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "seed {seed}");
    }
}

#[test]
fn sim_swap_check() {
    let now = second(10_000 * HOUR);
    let swapped = |hours: i64| Some(second((10_000 - hours) * HOUR));
    assert_eq!(was_swapped(swapped(239), now, None), Ok(true), "F07");
    assert_eq!(was_swapped(swapped(241), now, None), Ok(false), "F07");
    assert_eq!(was_swapped(swapped(100), now, Some(99)), Ok(false), "F07: one hour fewer");
    assert_eq!(was_swapped(swapped(100), now, Some(100)), Ok(true));
    let refusal = was_swapped(swapped(100), now, Some(100_000)).unwrap_err();
    assert_eq!((refusal, refusal.status()), (Refusal::OutOfRange(100_000), 400), "F07");
    assert!(refusal.to_string().starts_with("OUT_OF_RANGE"), "F07");
    for (hours, expected) in [(0, false), (1, true), (2_400, true), (2_401, false), (-5, false)] {
        assert_eq!(was_swapped(None, now, Some(hours)).is_ok(), expected, "{hours}");
    }
    assert_eq!(was_swapped(None, now, None), Ok(false), "never");
    assert_eq!(was_swapped(Some(second(10_001 * HOUR)), now, None), Ok(false), "not yet");
}
