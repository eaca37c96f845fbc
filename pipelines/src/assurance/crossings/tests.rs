//! Closed loops by the cases of `assurance.md` §4 (C).

use datasets::reference::dated::read;

use super::*;

const RAN: &str = r#"{"policy_id":"ControlLoop-RAN","event_name":"Measurement_RAN","field":"load","thresholds":[
    {"direction":"LESS_OR_EQUAL","value":4000,"severity":"MAJOR","status":"ONSET"},
    {"direction":"GREATER_OR_EQUAL","value":20000,"severity":"CRITICAL","status":"ONSET"},
    {"direction":"EQUAL","value":0,"severity":"CRITICAL","status":"ABATED"}]}"#;

const KEY: Key<'_> = Key {
    event_name: "Measurement_RAN",
    source: "cell-7",
    reporter: "du-1",
    policy: "ControlLoop-RAN",
    field: "load",
};

/// The signals of values that come second by second.
fn signals(json: &str, values: &[i128]) -> Vec<Option<Signal>> {
    let (_, policy) = read::<Policy>(json).unwrap();
    let mut state = Loop::default();
    let step = |(second, value): (i64, &i128)| {
        state.step(&policy, &KEY, (EventTime(0).plus_seconds(second), Fraction::whole(*value)))
    };
    (0..).zip(values).map(step).collect()
}

/// Status and severity of each signal.
fn told(values: &[i128]) -> Vec<Option<(EventStatus, Severity)>> {
    let signals = signals(RAN, values);
    signals
        .into_iter()
        .map(|signal| signal.map(|signal| (signal.status, signal.severity)))
        .collect()
}

const ONSET: Option<(EventStatus, Severity)> = Some((EventStatus::Onset, Severity::Critical));
const ABATED: Option<(EventStatus, Severity)> = Some((EventStatus::Abated, Severity::Critical));

#[test]
fn onset_and_abatement() {
    assert_eq!(told(&[5_000]), [None], "C01");
    assert_eq!(told(&[21_000]), [ONSET], "C02");
    assert_eq!(told(&[21_000, 0]), [ONSET, ABATED], "C03");
    let told_once = signals(RAN, &[21_000, 0]);
    assert_eq!(told_once[0].unwrap().request, told_once[1].unwrap().request, "C03");
    assert_eq!(told(&[21_000, 0, 0]), [ONSET, ABATED, None], "C04");
}

#[test]
fn one_onset_for_each_episode() {
    let major = Some((EventStatus::Onset, Severity::Major));
    assert_eq!(told(&[20_000, 19_999, 25_000, 4_000, 0]), [ONSET, None, None, None, ABATED]);
    assert_eq!(told(&[0, 4_000, 4_001, 1]), [None, major, None, None], "nothing was open");
    let twice = signals(RAN, &[20_000, 0, 20_000, 0]);
    let requests: Vec<Id128> = twice.iter().map(|signal| signal.unwrap().request).collect();
    assert!(requests[0] == requests[1] && requests[2] == requests[3] && requests[0] != requests[2]);
}

#[test]
fn a_request_is_named_by_its_key_and_onset() {
    let at = EventTime(7);
    assert_eq!(KEY.request(at), KEY.request(at));
    assert_ne!(KEY.request(at), KEY.request(EventTime(8)));
    let others = [
        Key { event_name: "x", ..KEY },
        Key { source: "cell-8", ..KEY },
        Key { reporter: "du-1|", ..KEY },
        Key { policy: "y", ..KEY },
        Key { field: "z", ..KEY },
    ];
    assert!(others.iter().all(|other| other.request(at) != KEY.request(at)));
}

#[test]
fn a_loop_cools_down() {
    let rested = RAN.replace("\"field\"", "\"cool_down_s\":3,\"field\"");
    let told = signals(&rested, &[20_000, 0, 20_000, 20_000, 20_000]);
    let told: Vec<bool> = told.iter().map(Option::is_some).collect();
    assert_eq!(told, [true, true, false, false, true]);
}
