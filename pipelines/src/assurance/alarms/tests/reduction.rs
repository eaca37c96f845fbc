//! Reduction and life cycle (A).

use super::super::situation;
use super::*;

fn cases() -> Object {
    Object::of_the_cases()
}

/// The second at which a kind is forgotten; none while it is kept.
fn forgotten_at(object: &Object, text: &str) -> Option<i64> {
    let is_it = |change: &&Change| change.what == What::Forgotten && change.kind == kind(text);
    let found = object.changes.iter().find(is_it);
    found.map(|change| change.at.0 / 1_000_000)
}

#[test]
fn problems_and_resolutions() {
    let mut object = cases();
    object.take("10 nodeDown MAJOR; 20 nodeUp NORMAL");
    assert_eq!(object.get("nodeDown").unwrap().cleared_at, Some(second_at(20)), "A01");
    object.wait_until(20 + 5 * MINUTE - 1);
    assert_eq!(object.counts(), (0, 2), "A01");
    object.wait_until(20 + 10 * MINUTE);
    assert_eq!(object.counts(), (0, 0), "A01");
    assert_eq!(forgotten_at(&object, "nodeDown"), Some(20 + 5 * MINUTE), "A01");

    let mut object = cases();
    object.take(
        "1 nodeDown MAJOR; 2 nodeUp NORMAL; 3 nodeDown MAJOR; 4 nodeUp NORMAL; 5 nodeDown MAJOR",
    );
    assert_eq!(object.counts(), (1, 1), "A02: one problem, one resolution");
    assert_eq!(object.get("nodeDown").unwrap().reports, 3, "A02");
    assert_eq!(object.get("nodeUp").unwrap().reports, 2, "A02");
}

#[test]
fn reports_are_counted_by_key() {
    let mut object = cases();
    object.take("1 nodeDown MAJOR; 2 interfaceDown MINOR");
    assert_eq!(object.counts(), (2, 0), "A11");

    let mut object = cases();
    object.take("1 nodeUp NORMAL; 2 nodeUp NORMAL");
    assert_eq!((object.counts(), object.get("nodeUp").unwrap().reports), ((0, 1), 2), "A12");
    let mut object = cases();
    object.take("1 loss CLEARED; 2 loss CLEARED");
    assert_eq!(
        (object.counts(), object.get("loss").unwrap().reports),
        ((0, 1), 2),
        "A12: of one key"
    );

    let mut object = cases();
    object.take("20 nodeUp NORMAL; 10 nodeDown MAJOR");
    assert!(!object.get("nodeDown").unwrap().is_active(), "A13");
    assert_eq!(object.counts(), (0, 2), "A13");

    let mut object = cases();
    object.take(&["7 nodeDown MAJOR"; 10].join(";"));
    assert_eq!((object.counts(), object.get("nodeDown").unwrap().reports), ((1, 0), 10), "A14");
}

#[test]
fn life_times() {
    let check = |id: &str, script: &str, expected: Option<i64>| {
        let mut object = cases();
        object.take(script).wait_until(30 * DAY);
        assert_eq!(forgotten_at(&object, "nodeDown"), expected, "{id}");
    };
    let (down, up) = ("0 nodeDown MAJOR", "60 nodeUp NORMAL");
    check("A03", &format!("{down}; 30 ack nodeDown; {up}"), Some(60 + DAY));
    check("A04", &format!("{down}; 30 ack nodeDown"), Some(30 + 8 * DAY));
    check("A05: cleared", &format!("{down}; {up}"), Some(60 + 5 * MINUTE));
    check(
        "A05: cleared, then acknowledged",
        &format!("{down}; {up}; 90 ack nodeDown"),
        Some(90 + DAY),
    );
    check("A05: active", down, Some(3 * DAY));
    check(
        "A05: active, reported again",
        &format!("{down}; 100 nodeDown MAJOR"),
        Some(100 + 3 * DAY),
    );
    check("A05: given back", &format!("{down}; 9 ack nodeDown; 10 unack nodeDown"), Some(3 * DAY));
}

#[test]
fn what_is_forgotten_begins_anew() {
    let mut object = cases();
    object.take("0 nodeDown MAJOR; 1 nodeUp NORMAL; 301 nodeDown MAJOR");
    assert_eq!(object.get("nodeDown").unwrap().reports, 2, "events go before timers");
    object.take("302 nodeUp NORMAL; 603 nodeDown MAJOR");
    assert_eq!(object.get("nodeDown").unwrap().reports, 1);
}

#[test]
fn situations() {
    use Severity::{Cleared, Critical, Indeterminate, Major, Minor, Warning};
    let severity = |members: &[Severity]| situation::severity(members.iter().copied());
    assert_eq!(severity(&[Major, Major]), Critical, "A06");
    assert_eq!(severity(&[Major, Cleared]), Critical, "A06: one is cleared");
    assert_eq!(severity(&[Cleared, Cleared]), Cleared, "A06: every one is cleared");
    assert_eq!(severity(&[Major, Minor]), Critical, "A07");
    assert_eq!(severity(&[Cleared, Minor]), Major, "A07");
    assert_eq!(severity(&[Critical]), Critical);
    assert_eq!(severity(&[Warning]), Minor);
    assert_eq!((severity(&[Indeterminate]), severity(&[])), (Warning, Cleared));
}

#[test]
fn flapping_begins_and_ends() {
    let mut object = cases();
    object.take("0 nodeDown MAJOR; 10 nodeUp NORMAL; 200 nodeDown MAJOR; 210 nodeUp NORMAL");
    assert!(!object.get("nodeDown").unwrap().flapping);
    object.take("300 nodeDown MAJOR");
    assert!(object.get("nodeDown").unwrap().flapping);
    assert_eq!(object.told().last(), Some(&What::Flapping));
    assert_eq!(alarm(&object.state), Some(second_at(510)), "the resolution is forgotten first");
    object.wait_until(899);
    assert!(object.get("nodeDown").unwrap().flapping);
    object.wait_until(900);
    assert!(!object.get("nodeDown").unwrap().flapping);
    assert_eq!(object.told().last(), Some(&What::Steady));
    object.take("901 nodeDown MAJOR; 902 nodeDown MAJOR; 903 nodeDown MAJOR");
    assert!(!object.get("nodeDown").unwrap().flapping, "repeated reports are no raises");
}
