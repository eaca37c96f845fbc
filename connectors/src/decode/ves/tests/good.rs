//! What can be read, and as what.

use datasets::assurance::Severity;
use datasets::assurance::network_event::{
    AlarmNotice, CrossingAction, Notice, ServiceState, StateChange,
};
use datasets::units::{EventTime, Fraction};

use super::*;

fn alarm(domain: &str, fields: &str) -> AlarmNotice {
    match body(domain, fields) {
        Body::Alarm(notice) => notice,
        other => panic!("{other:?} is no alarm"),
    }
}

#[test]
fn the_header_says_who_and_when() {
    let read = one(&event("fault", FAULT)).unwrap().header;
    assert_eq!((&*read.event_id, &*read.event_name, &*read.source_name), ("e1", "n", "s"));
    assert_eq!((read.reporter.as_deref(), read.sequence, read.source_id), (Some("r"), 3, None));
    assert_eq!(read.began_at, EventTime(1_413_378_172_000_000));
    assert_eq!(read.last_at, EventTime(1_413_378_472_000_000));
    let exponent = event("fault", FAULT).replace("1413378472000000", "1.413378472e15");
    assert_eq!(one(&exponent).unwrap().header.last_at, read.last_at);
}

#[test]
fn faults_are_raised_and_cleared() {
    for (word, severity) in [
        ("MAJOR", Severity::Major),
        ("NORMAL", Severity::Cleared),
        ("CLEARED", Severity::Cleared),
        ("warning", Severity::Warning),
    ] {
        let notice = alarm("fault", &FAULT.replace("MAJOR", word));
        assert_eq!(notice.notice, Notice::Severity(severity), "{word}");
    }
    let more = r#","eventCategory":"link","alarmInterfaceA":"1/0","alarmAdditionalInformation":{"a":"b","n":1.50,"l":[]}}"#;
    let notice = alarm("fault", &FAULT.replace('}', more));
    assert_eq!(
        (&*notice.alarm_type, &*notice.cause, notice.problem.as_deref()),
        ("link", "loss", Some("p"))
    );
    assert_eq!(notice.at, EventTime(1_413_378_472_000_000));
    let more: Vec<_> = notice.more.iter().map(|(name, text)| format!("{name}={text}")).collect();
    assert_eq!(more, ["a=b", "alarmInterfaceA=1/0", "eventSourceType=port", "n=1.50"]);
    assert_eq!(alarm("fault", FAULT).alarm_type, "port", "without a category");
}

#[test]
fn notifications_of_3gpp() {
    let acknowledged = r#","ackState":"ACKNOWLEDGED","ackUserId":"u""#;
    let unacknowledged = r#","ackState":"UNACKNOWLEDGED","ackUserId":"u""#;
    let comments = r#","comments":{"1":{"commentUserId":"u","commentText":"t"}}"#;
    for (kind, more, expected) in [
        ("notifyNewAlarm", "", Notice::Severity(Severity::Minor)),
        ("notifyChangedAlarm", "", Notice::Severity(Severity::Minor)),
        ("notifyChangedAlarmGeneral", "", Notice::Severity(Severity::Minor)),
        ("notifyClearedAlarm", "", Notice::Severity(Severity::Cleared)),
        ("notifyAckStateChanged", acknowledged, Notice::Acknowledged("u".to_owned())),
        ("notifyAckStateChanged", unacknowledged, Notice::Unacknowledged("u".to_owned())),
        ("notifyComments", comments, Notice::Commented(vec![("u".to_owned(), "t".to_owned())])),
    ] {
        let notice = alarm("stndDefined", &notification(kind, more));
        assert_eq!(notice.notice, expected, "{kind}");
        assert_eq!(
            (&*notice.object, notice.alarm_id.as_deref(), &*notice.cause),
            ("o", Some("7"), "12")
        );
        assert_eq!(notice.at, EventTime::parse_rfc3339("2026-11-24T10:00:00Z").unwrap());
    }
    let no_instant = notification("notifyNewAlarm", "").replace("2026-11-24T10:00:00Z", "xyz");
    assert_eq!(alarm("stndDefined", &no_instant).at, EventTime(1_413_378_472_000_000));
    let heartbeat = r#""stndDefinedFields":{"data":{"notificationType":"notifyHeartbeat","heartbeatNtfPeriod":5}}"#;
    assert_eq!(body("stndDefined", heartbeat), Body::Heartbeat(Some(300)));
}

#[test]
fn heartbeats_and_changes_of_state() {
    let fields = r#""heartbeatFields":{"heartbeatInterval":20}"#;
    assert_eq!(body("heartbeat", fields), Body::Heartbeat(Some(20)));
    assert_eq!(body("heartbeat", r#""other":{}"#), Body::Heartbeat(None));
    let fields = r#""stateChangeFields":{"oldState":"inService","newState":"outOfService","stateInterface":"card"}"#;
    let (old, now) = (ServiceState::InService, ServiceState::OutOfService);
    let expected = Body::StateChange(StateChange { interface: "card".to_owned(), old, now });
    assert_eq!(body("stateChange", fields), expected);
}

#[test]
fn thresholds_are_crossed_and_left() {
    let fields = r#""thresholdCrossingAlertFields":{"alertAction":"SET","alertDescription":"d","alertType":"CARD-ANOMALY",
        "eventSeverity":"CRITICAL","interfaceName":"i","additionalParameters":[{"criticality":"MAJ","thresholdCrossed":"> 0.9",
        "hashMap":{"load":"0.95","x":"?"}}]}"#;
    let Body::ThresholdCrossing(crossing) = body("thresholdCrossingAlert", fields) else {
        panic!("it is a crossing")
    };
    assert_eq!((crossing.action, crossing.severity), (CrossingAction::Set, Severity::Critical));
    assert_eq!(crossing.crossed["load"].value, Fraction::of(19, 20));
    assert_eq!((&*crossing.crossed["x"].threshold, crossing.crossed["x"].value), ("> 0.9", None));
    let cleared = body("thresholdCrossingAlert", &fields.replace("SET", "CLEAR"));
    assert!(
        matches!(cleared, Body::ThresholdCrossing(crossing) if crossing.severity == Severity::Cleared)
    );
}

#[test]
fn notifications_of_changes() {
    let fields = r#""notificationFields":{"changeIdentifier":"PM","changeType":"FileReady",
        "arrayOfNamedHashMap":[{"name":"f.xml","hashMap":{"location":"sftp://x"}}]}"#;
    let Body::Notification(notification) = body("notification", fields) else {
        panic!("it is a notification")
    };
    assert_eq!((&*notification.change_id, &*notification.change_type), ("PM", "FileReady"));
    assert_eq!(notification.more["f.xml"]["location"], "sftp://x");
}

#[test]
fn measurements_are_exact() {
    let fields = r#""measurementFields":{"measurementInterval":300,"requestRate":1.10,
        "cpuUsageArray":[{"cpuIdentifier":"cpu0","percentUsage":0.39}],
        "vNicPerformanceArray":[{"vNicIdentifier":"e0","valuesAreSuspect":"true","receivedOctetsDelta":1.215192543E9}],
        "memoryUsageArray":[{"vmIdentifier":"RAM","memoryUsed":353492}],
        "additionalMeasurements":[{"name":"queue","hashMap":{"depth":"17.5","state":"ok"}}]}"#;
    let Body::Measurement(readings) = body("measurement", fields) else {
        panic!("it is a measurement")
    };
    let said = readings.iter().map(|reading| {
        let value = reading.value.map_or("?".to_owned(), |value| value.to_string());
        let suspect = if reading.suspect { " suspect" } else { "" };
        format!("{}/{}/{}={value}{suspect}", reading.group, reading.instance, reading.name)
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            "//measurementInterval=300",
            "//requestRate=11/10",
            "cpuUsage/cpu0/percentUsage=39/100",
            "memoryUsage/RAM/memoryUsed=353492",
            "nicPerformance/e0/receivedOctetsDelta=1215192543 suspect",
            "queue//depth=35/2",
            "queue//state=?",
        ]
    );
}
