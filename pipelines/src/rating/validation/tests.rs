//! Sets with one thing wrong each, and what is said about it.

use connectors::decode::document::read_canonical;
use datasets::ids::id64;
use datasets::reference::RefTopic::{self, Destinations, Holidays, Tariffs, TimeBands};

use super::{Document, Problem, validate};
use crate::rating::Plans;

/// Documents, whose lines are their places and whose keys are their topic's first letter and line.
fn problems(documents: &[(RefTopic, &str)]) -> Vec<Problem> {
    let mut read = Vec::new();
    let mut plans = Plans::default();
    for (line, (topic, text)) in (1..).zip(documents) {
        let (validity, entity) = read_canonical(*topic, text)
            .unwrap_or_else(|reject| panic!("{}: {text}", reject.detail));
        let file = format!("{}.csv", topic.as_str().trim_start_matches("ref."));
        let key = format!("{}{line}", &file[..1]);
        plans.hold(id64(&key), validity, &entity);
        read.push(Document { file, line, topic: *topic, key, validity, entity });
    }
    validate(&read, &plans)
}

/// What is said, of which line, by which rule, and with which words.
fn check(documents: &[(RefTopic, &str)], expected: &[(u64, &str, &str)]) {
    let found = problems(documents);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (problem, (line, rule, words)) in found.iter().zip(expected) {
        assert_eq!((problem.line, problem.rule), (*line, *rule), "{problem}");
        assert!(problem.detail.contains(words), "{problem}");
    }
}

/// A row for calls: which, and what else it says.
fn row(more: &str) -> String {
    format!(
        r#"{{"tariff_id":"t","service":"voice","unit":"s","price":"1","currency":"EUR"{more}}}"#
    )
}

const PEAK: (RefTopic, &str) =
    (TimeBands, r#"{"band":"peak","weekdays":"mon-fri","from":"08:00","to":"19:00"}"#);
const OFF: (RefTopic, &str) = (TimeBands, r#"{"band":"off","from":"19:00","to":"08:00"}"#);
const WEEKEND: (RefTopic, &str) =
    (TimeBands, r#"{"band":"off","weekdays":"sat-sun","from":"08:00","to":"19:00"}"#);

#[test]
fn a_sound_set_is_sound() {
    let (peak, off) = (row(r#","band":"peak""#), row(r#","band":"off""#));
    check(&[PEAK, OFF, WEEKEND, (Tariffs, &peak), (Tariffs, &off)], &[]);
}

#[test]
fn what_is_named_must_be_there() {
    let row = row(r#","band":"peek","zone":"mars""#);
    check(
        &[(Tariffs, &row), (TimeBands, r#"{"band":"feast","calendar":"de"}"#)],
        &[
            (1, "unknown_band", "\"peek\""),
            (2, "unknown_calendar", "\"de\""),
            (1, "gap", "originating voice"),
            (1, "unknown_zone", "\"mars\""),
        ][..],
    );
}

#[test]
fn fallbacks_must_end_somewhere() {
    let plan = |text| (RefTopic::Plans, text);
    check(&[plan(r#"{"tariff_id":"a","fallback":"b"}"#)], &[(1, "unknown_tariff", "\"b\"")]);
    check(
        &[
            plan(r#"{"tariff_id":"a","fallback":"b"}"#),
            plan(r#"{"tariff_id":"b","fallback":"c"}"#),
            plan(r#"{"tariff_id":"c","fallback":"b","valid_from":"2026-01-01T00:00:00Z"}"#),
        ],
        &[(2, "fallback_cycle", "b → c → b"), (3, "fallback_cycle", "c → b → c")],
    );
    check(
        &[
            plan(r#"{"tariff_id":"a","fallback":"b","valid_to":"2026-01-01T00:00:00Z"}"#),
            plan(r#"{"tariff_id":"b","fallback":"a","valid_from":"2026-01-01T00:00:00Z"}"#),
        ],
        &[],
    );
}

#[test]
fn rows_of_equal_rank_must_not_hold_together() {
    let (peak, off) = (row(r#","band":"peak""#), row(r#","band":"off""#));
    let all_day = row("");
    check(
        &[(Tariffs, &all_day), (Tariffs, &all_day)],
        &[(2, "overlap", "together with \"t1\" (line 1 of \"tariffs.csv\")")],
    );
    let early = (TimeBands, r#"{"band":"off","weekdays":"tue","from":"07:00","to":"09:00"}"#);
    check(
        &[PEAK, OFF, WEEKEND, early, (Tariffs, &peak), (Tariffs, &off)],
        &[(6, "overlap", "on Tue 2026-01-06 at 08:00:00, both with weight 0")],
    );
    let heavier = row(r#","band":"off","weight":1"#);
    check(&[PEAK, OFF, WEEKEND, early, (Tariffs, &peak), (Tariffs, &heavier)], &[]);
    let later = row(r#","valid_from":"2026-06-01T00:00:00Z""#);
    check(&[(Tariffs, &all_day), (Tariffs, &later)], &[]);
}

#[test]
fn every_hour_must_have_a_row() {
    let (peak, off) = (row(r#","band":"peak""#), row(r#","band":"off""#));
    check(
        &[PEAK, OFF, (Tariffs, &peak), (Tariffs, &off)],
        &[(3, "gap", "on Sat 2026-01-03 at 08:00:00")],
    );
    let zoned = row(r#","band":"peak","zone":"de""#);
    let german = (Destinations, r#"{"prefix":"49","zone":"de"}"#);
    let gap = [(3, "gap", "Thu 2026-01-01 at 00:00:00")];
    check(&[PEAK, german, (Tariffs, &zoned)], &gap);
    check(&[PEAK, german, (Tariffs, &zoned), (Tariffs, &row(""))], &[]);
}

#[test]
fn a_feast_that_is_nowhere_else_is_a_gap_once_a_year() {
    let feast = (TimeBands, r#"{"band":"feast","calendar":"de"}"#);
    let day = (Holidays, r#"{"calendar":"de","date":"12-25"}"#);
    let (on, usual) = (row(r#","band":"feast""#), row(r#","band":"usual""#));
    let but_christmas = [
        (TimeBands, r#"{"band":"usual","months":"1-11"}"#),
        (TimeBands, r#"{"band":"usual","months":"12","days":"1-24,27-31"}"#),
    ];
    check(
        &[feast, day, but_christmas[0], but_christmas[1], (Tariffs, &on), (Tariffs, &usual)],
        &[(5, "gap", "on Sat 2026-12-26 at 00:00:00")],
    );
}

#[test]
fn limits_and_steps_must_fit() {
    check(
        &[(Tariffs, &row(r#","minimum":2,"maximum":1"#))],
        &[(1, "limits", "minimum 2 is more than maximum 1")],
    );
    check(
        &[(Tariffs, &row(r#","connect_fee":2,"maximum":1,"maximum_then":"disconnect""#))],
        &[(1, "limits", "connect fee alone")],
    );
    check(
        &[(Tariffs, &row(r#","increment":7,"from_2":60,"price_2":1"#))],
        &[(1, "uneven_slots", "no whole number of steps")],
    );
}

#[test]
fn a_problem_names_severity_line_file_and_rule() {
    let said = problems(&[(Tariffs, &row(r#","band":"peek""#))])[0].to_string();
    let expected = "error: line 1 of \"tariffs.csv\": unknown_band: no time band is named \"peek\"";
    assert_eq!(said, expected);
}
