//! The semantics of X.733 (X).

use datasets::assurance::alarm_rules::AlarmRules;

use super::super::alarm::Trend;
use super::*;

fn usual() -> Object {
    Object::with(&AlarmRules::usual())
}

#[test]
fn alarm_semantics() {
    let mut object = usual();
    object.take("10 loss/1 MAJOR; 20 loss/1 CLEARED");
    assert_eq!(object.counts(), (0, 1), "X01");
    let alarm = object.get("loss/1").unwrap();
    assert_eq!((alarm.raised_at, alarm.cleared_at), (second_at(10), Some(second_at(20))), "X01");
    assert_eq!(object.told(), [What::Raised, What::Cleared], "X01");

    let mut object = usual();
    object.take("1 loss/1 MAJOR; 2 loss/2 MAJOR; 3 loss/1 CLEARED");
    assert!(object.get("loss/2").unwrap().is_active(), "X02");
    assert_eq!(object.counts(), (1, 1), "X02");

    let mut object = usual();
    object.take("1 loss/1 MAJOR; 2 loss/2 MAJOR; 2 other/1 MAJOR; 3 loss CLEARED");
    assert_eq!(object.counts(), (1, 2), "X03: both, and no other cause");
}

#[test]
fn alarms_of_one_object_and_key() {
    let (mut parent, mut child) = (usual(), usual());
    child.take("1 loss/1 MAJOR");
    parent.take("2 loss/1 CLEARED");
    assert_eq!(child.counts(), (1, 0), "X04: objects are folded apart");
    assert_eq!(parent.counts(), (0, 1), "X04");

    let mut object = usual();
    object.take("1 loss/1 MINOR; 5 loss/1 CRITICAL");
    let alarm = object.get("loss/1").unwrap();
    assert_eq!(object.counts(), (1, 0), "X05");
    assert_eq!(
        (alarm.perceived(), alarm.trend),
        (Severity::Critical, Some(Trend::MoreSevere)),
        "X05"
    );
    assert_eq!((alarm.raised_at, alarm.changed_at), (second_at(1), Some(second_at(5))), "X05");

    let mut object = usual();
    object.take("1 loss/1 MAJOR").wait_until(400 * DAY);
    assert_eq!(object.counts(), (1, 0), "X08");

    let mut object = usual();
    object.take("1 loss/1 MAJOR; 2 loss/1 NORMAL");
    assert_eq!(object.counts(), (0, 1), "X09");
}

#[test]
fn a_severity_has_a_trend() {
    let mut object = usual();
    object.take("1 loss MAJOR");
    let mut then = |text: &str| {
        object.take(text);
        let alarm = object.get("loss").unwrap();
        (alarm.trend.unwrap(), alarm.severity, alarm.reports)
    };
    assert_eq!(then("2 loss MAJOR"), (Trend::NoChange, Severity::Major, 2));
    assert_eq!(then("3 loss WARNING"), (Trend::LessSevere, Severity::Warning, 3));
    assert_eq!(then("4 loss CRITICAL"), (Trend::MoreSevere, Severity::Critical, 4));
    object.take("5 loss CLEARED; 6 loss MINOR");
    let alarm = object.get("loss").unwrap();
    assert_eq!((alarm.trend, alarm.reports, alarm.clears), (None, 5, 1));
    assert_eq!((alarm.first_at, alarm.raised_at), (second_at(1), second_at(6)));
}

#[test]
fn acknowledgement_is_orthogonal() {
    let mut object = usual();
    object.take("1 loss/1 MAJOR; 1 loss/2 MAJOR; 2 ack loss; 3 comment loss/1; 4 unack loss/2");
    let alarm = object.get("loss/1").unwrap();
    assert_eq!(alarm.acknowledged, Some((second_at(2), id64("operator"))));
    assert_eq!((alarm.comments, alarm.is_active()), (1, true));
    assert_eq!(object.get("loss/2").unwrap().acknowledged, None);
    object.take("5 loss/1 MAJOR; 6 loss/1 CLEARED");
    assert!(object.get("loss/1").unwrap().acknowledged.is_some(), "a clear keeps it");
    object.take("7 loss/1 MAJOR");
    assert!(object.get("loss/1").unwrap().acknowledged.is_none(), "a new raise does not");
    object.take("8 ack loss/1; 9 loss/1 CRITICAL");
    assert!(object.get("loss/1").unwrap().acknowledged.is_none(), "nor does another severity");
    object.take("10 ack none");
    assert_eq!(object.told().last(), Some(&What::Unmatched));
}

#[test]
fn at_one_instant_what_raises_goes_first() {
    let mut object = usual();
    object.take("1 ack loss; 1 loss CLEARED; 1 loss MAJOR");
    assert_eq!(object.told(), [What::Raised, What::Cleared, What::Acknowledged]);
    assert_eq!(object.counts(), (0, 1));
}
