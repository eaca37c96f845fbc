//! SLAs by the cases of `assurance.md` §12 (V) and by laws.

mod objectives;

mod times;

use datasets::assurance::sla::Sla;
use datasets::reference::Validity;
use datasets::reference::dated::read;
use datasets::units::{EventTime, Fraction, Money, Rounding};

use super::assessment::{Assessment, Status, assess};
use super::credit::note;
use super::downtime::Outage;

const DAY: i64 = 1_440;

fn minute(minute: i64) -> EventTime {
    EventTime(0).plus_seconds(60 * minute)
}

fn span(from: i64, to: i64) -> Validity {
    Validity { from: minute(from), to: minute(to) }
}

fn sla(terms: &str) -> Sla {
    let json = format!(r#"{{"sla_id":"line","target":99.99,"base_min":43200,{terms}}}"#);
    read::<Sla>(&json).unwrap().1
}

fn outage(event: u64, from: i64, to: i64) -> Outage {
    Outage { event, span: span(from, to) }
}

/// A month of 30 days for 1,000.
fn assessed(sla: &Sla, outages: &[Outage], excluded: &[Validity]) -> Assessment {
    let month = (span(0, 30 * DAY), "1000".parse().unwrap());
    assess(sla, month, outages, excluded).unwrap()
}

fn four_decimals(share: Fraction) -> String {
    let scaled = share.scaled(10_000, Rounding::HalfUp).unwrap();
    format!("{}.{:04}", scaled / 10_000, scaled % 10_000)
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

#[test]
fn availability() {
    let found = assessed(&sla(r#""credits":[]"#), &[outage(1, 100, 610)], &[]);
    assert_eq!(four_decimals(found.availability), "98.8194", "V01");
    assert_eq!((found.status, found.credit), (Status::Violated, Money::ZERO), "V01");
}

#[test]
fn credits_by_table() {
    let table =
        r#""credits":[{"table":[{"below":99.95,"percent":10},{"below":99.0,"percent":30}]}]"#;
    let check = |id: &str, availability: &str, expected: &str| {
        // The downtime that leaves just this availability, of 2,592,000 seconds.
        let down = Fraction::whole(100).minus(availability.parse().unwrap()).unwrap();
        let down =
            down.times(Fraction::whole(25_920_000_000)).unwrap().scaled(1, Rounding::Down).unwrap();
        let to = EventTime(i64::try_from(down).unwrap());
        let found = assessed(
            &sla(table),
            &[Outage { event: 1, span: Validity { from: EventTime(0), to } }],
            &[],
        );
        assert_eq!(found.availability, availability.parse().unwrap(), "{id}");
        assert_eq!(found.percent, expected.parse().unwrap(), "{id}: {availability}");
    };
    check("V04", "99.95", "0");
    check("V04", "99.94", "10");
    check("V04", "99.0", "10");
    check("V04", "98.99", "30");
    check("V04", "0", "30");
    check("V04", "100", "0");
}

#[test]
fn credits_by_the_hour() {
    let per_hour = r#""credits":[{"each":{"percent":3}}],"cap":50"#;
    // 99.99 % of 43,200 minutes leaves 259.2 s, which are tolerated.
    let check = |id: &str, terms: &str, minutes: i64, expected: &str| {
        let to = EventTime(minute(minutes).0 + 259_200_000);
        let outage = Outage { event: 1, span: Validity { from: EventTime(0), to } };
        let found = assessed(&sla(terms), &[outage], &[]);
        assert_eq!(found.percent, expected.parse().unwrap(), "{id}: {minutes}");
    };
    check("V05", per_hour, 60, "3");
    check("V05", per_hour, 20 * 60, "50");
    check("V05", per_hour, 16 * 60, "48");
    check("not full", per_hour, 119, "3");
    check("tolerated", per_hour, 0, "0");
    let begun = per_hour.replace(":3}", ":3,\"begun\":true}");
    check("begun", &begun, 61, "6");
    check("begun", &begun, 60, "3");
    let quarters = per_hour.replace(":3}", ":0.5,\"minutes\":15}");
    check("quarters of an hour", &quarters, 50, "1.5");
}

#[test]
fn one_credit_for_each_downtime() {
    let terms = r#""cap":25,"credits":[{"per_event":[{"percent":10,"longer_than_min":30}]}]"#;
    let down = |outages: &[Outage], excluded: &[Validity]| {
        let found = assessed(&sla(terms), outages, excluded);
        let minutes: i128 = found.evidence.iter().map(|downtime| downtime.counted).sum();
        (minutes / 60_000_000, found.percent, found.credit)
    };
    let percent = |percent| Fraction::whole(percent);
    let works = [span(60, 200)];
    assert_eq!(down(&[outage(1, 0, 100)], &[span(20, 80)]), (40, percent(10), money("100")), "V07");
    let twice = [outage(1, 0, 40), outage(1, 50, 60)];
    assert_eq!(
        down(&twice, &works),
        (50, percent(10), money("100")),
        "V07: one event in two parts"
    );
    let overlapping = [outage(1, 0, 50), outage(2, 10, 60)];
    assert_eq!(down(&overlapping, &[]), (60, percent(10), money("100")), "V07: the second adds 10");
    let three = [outage(1, 0, 40), outage(2, 100, 140), outage(3, 200, 240)];
    assert_eq!(down(&three, &[]), (120, percent(25), money("250")), "V07: the cap");
    let in_works = [outage(1, 70, 190), outage(2, 60, 91)];
    assert_eq!(down(&in_works, &works), (0, percent(0), money("0")));

    let both = r#""credits":[{"per_event":[{"percent":10,"longer_than_min":0}]},{"table":[{"below":99.99,"percent":15}]}]"#;
    let found = assessed(&sla(both), &[outage(1, 0, 100)], &[]);
    assert_eq!(found.percent, percent(15), "V07: of two ways the one that gives most");
}

#[test]
fn a_correction_is_a_note_of_the_difference() {
    let terms =
        r#""credits":[{"table":[{"below":99.95,"percent":10},{"below":99.0,"percent":30}]}]"#;
    let before = assessed(&sla(terms), &[outage(1, 100, 610)], &[]);
    let after = assessed(&sla(terms), &[outage(1, 100, 120)], &[]);
    assert_eq!(four_decimals(after.availability), "99.9537", "V10");
    assert_eq!((before.credit, after.credit), (money("300"), money("0")), "V10");
    assert_eq!(note(before.credit, after.credit), Some(money("-300")), "V10");
    assert_eq!((before.status, after.status), (Status::Violated, Status::Violated), "of 99.99 %");

    let mut rng = fastrand::Rng::with_seed(9);
    let (mut credited, mut notes) = (Money::ZERO, Money::ZERO);
    for _ in 0..200 {
        let due = assessed(&sla(terms), &[outage(1, 0, rng.i64(0..900))], &[]).credit;
        notes += note(credited, due).unwrap_or_default();
        credited = due;
        assert_eq!(notes, due);
    }
}

#[test]
fn a_promise_is_at_risk_before_it_is_broken() {
    // 0.01 % of a month are 4.32 minutes.
    let status = |seconds: i64| {
        let span = Validity { from: EventTime(0), to: EventTime(0).plus_seconds(seconds) };
        assessed(&sla(r#""credits":[]"#), &[Outage { event: 1, span }], &[]).status
    };
    assert_eq!([status(0), status(207), status(208)], [Status::Met, Status::Met, Status::AtRisk]);
    assert_eq!([status(259), status(260)], [Status::AtRisk, Status::Violated]);
}
