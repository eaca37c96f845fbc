//! What cannot be read, and what is said of it.

use super::*;

fn check(text: &str, expected: &str) {
    let reject = one(text).map_or_else(|reject| reject, |event| panic!("{text}: {event:?}"));
    let said = format!("{}: {}", reject.reason, reject.detail);
    assert!(said.starts_with(expected), "{text}: {said}");
}

#[test]
fn payloads() {
    for (text, expected) in [
        ("", "not_json: the payload is empty"),
        ("{\"event\":", "not_json: the JSON ends too early, at line 1 column 9"),
        ("<event/>", "not_json: no JSON from line 1 column 1 on"),
        ("[]", "not_object: the JSON is no object"),
        ("{}", "missing_field: field \"event\" is missing"),
        ("{\"event\":null}", "missing_field: field \"event\" is missing"),
        ("{\"event\":[]}", "bad_value: field \"event\" is not an object"),
        ("{\"eventList\":{}}", "bad_value: field \"eventList\" is not a list"),
        ("{\"eventList\":[]}", "missing_field: field \"eventList[0]\" is missing"),
        ("{\"eventList\":[7]}", "bad_value: field \"eventList[0]\" is not an object"),
        ("{\"event\":{},\"eventList\":[]}", "bad_value: field \"event\" is not alone"),
        ("{\"event\":{}}", "missing_field: field \"event.commonEventHeader\" is missing"),
        ("{\"event\":{},\"event\":{}}", "repeated_field: field \"event\" is there more than once"),
        (
            "{\"event\":{\"a\":1,\"a\":2}}",
            "repeated_field: in \"event\", field \"a\" is there more",
        ),
    ] {
        check(text, expected);
    }
    let reject = events(b"{\"event\":\xFF}").remove(0).unwrap_err();
    assert_eq!((reject.reason, &*reject.detail), ("not_utf8", "byte 9 is not UTF-8"));
    let reject = events(&vec![b' '; (1 << 20) + 1]).remove(0).unwrap_err();
    assert_eq!(reject.reason, "too_long");
}

/// What is put for a part of a sound fault, and what is said then.
const FAULTS: &str = r#"
"7.2"  =>  "5.4"  =>  unknown_version: field "event.commonEventHeader.vesEventListenerVersion"
"vesEventL  =>  "vesL  =>  missing_field: field "event.commonEventHeader.vesEventListenerVersion"
"domain":"fault"  =>  "domain":"syslog"  =>  unknown_domain: field "event.commonEventHeader.domain"
"sourceName":"s"  =>  "sourceName":""  =>  missing_field: field "event.commonEventHeader.sourceName"
"eventId":"e1"  =>  "eventId":1  =>  bad_value: field "event.commonEventHeader.eventId" is not a text
1413378472000000  =>  1413378171999999  =>  bad_value: field "event.commonEventHeader.lastEpochMicrosec"
1413378472000000  =>  1413378472000000.5  =>  bad_value: field "event.commonEventHeader.lastEpochMicrosec"
1413378472000000  =>  9e30  =>  bad_value: field "event.commonEventHeader.lastEpochMicrosec"
"lastEpoch  =>  "last  =>  missing_field: field "event.commonEventHeader.lastEpochMicrosec"
"sequence":3  =>  "sequence":-3  =>  bad_value: field "event.commonEventHeader.sequence"
faultFields  =>  fields  =>  missing_field: field "event.faultFields" is missing
MAJOR  =>  BAD  =>  bad_value: field "event.faultFields.eventSeverity" is not CRITICAL
alarmCondition  =>  condition  =>  missing_field: field "event.faultFields.alarmCondition"
"p"  =>  ["p"]  =>  bad_value: field "event.faultFields.specificProblem" is not a text or a number
"#;

#[test]
fn headers_and_faults() {
    let good = event("fault", FAULT);
    for line in FAULTS.trim().lines() {
        let parts: Vec<_> = line.split("  =>  ").collect();
        assert!(good.contains(parts[0]), "{line}");
        check(&good.replace(parts[0], parts[1]), parts[2]);
    }
    let long = good.replace("\"loss\"", &format!("\"{}\"", "x".repeat(4_097)));
    check(&long, "too_long: field \"event.faultFields.alarmCondition\" has more than 4096 bytes");
}

/// The fields of a domain, and what is said of the part that is wrong.
const FIELDS: &str = r#"
stateChange  =>  {"stateInterface":"i","oldState":"up"}  =>  bad_value: field "event.stateChangeFields.oldState" is not one of inService
heartbeat  =>  {"heartbeatInterval":-1}  =>  bad_value: field "event.heartbeatFields.heartbeatInterval"
notification  =>  {}  =>  missing_field: field "event.notificationFields.changeIdentifier"
thresholdCrossingAlert  =>  {"alertAction":"OFF"}  =>  bad_value: field "event.thresholdCrossingAlertFields.alertAction" is not one of SET
measurement  =>  {"requestRate":"many"}  =>  bad_value: field "event.measurementFields.requestRate" is not a number
measurement  =>  {"cpuUsageArray":[{}]}  =>  missing_field: field "event.measurementFields.cpuUsageArray[0].cpuIdentifier"
measurement  =>  {"cpuUsageArray":{}}  =>  bad_value: field "event.measurementFields.cpuUsageArray" is not a list
stndDefined  =>  {}  =>  missing_field: field "event.stndDefinedFields.data"
stndDefined  =>  {"data":{}}  =>  missing_field: field "event.stndDefinedFields.data.notificationType"
"#;

#[test]
fn fields_of_the_other_domains() {
    for line in FIELDS.trim().lines() {
        let parts: Vec<_> = line.split("  =>  ").collect();
        let fields = format!("\"{}Fields\":{}", parts[0], parts[1]);
        check(&event(parts[0], &fields), parts[2]);
    }
}

#[test]
fn notifications_of_3gpp() {
    let new = notification("notifyNewAlarm", "");
    for (fields, reason, field) in [
        (notification("notifyMOICreation", ""), "unknown_notification", "notificationType"),
        (notification("notifyAckStateChanged", ""), "missing_field", "ackState"),
        (notification("notifyComments", ""), "missing_field", "comments"),
        (new.replace("alarmType", "type"), "missing_field", "alarmType"),
        (new.replace("MINOR", "LOW"), "bad_value", "perceivedSeverity"),
    ] {
        let expected = format!("{reason}: field \"event.stndDefinedFields.data.{field}\"");
        check(&event("stndDefined", &fields), &expected);
    }
}

/// One event that is wrong costs the batch nothing else.
#[test]
fn a_batch_loses_only_what_is_wrong() {
    let text = event("fault", FAULT);
    let one = text.strip_prefix("{\"event\":").unwrap().strip_suffix('}').unwrap();
    let batch = format!("{{\"eventList\":[{one},{},{one},4]}}", one.replace("MAJOR", "?"));
    let found = events(batch.as_bytes());
    let said: Vec<_> =
        found.iter().map(|item| item.as_ref().err().map(|reject| &*reject.detail)).collect();
    assert_eq!((said[0], said[2]), (None, None));
    assert!(said[1].unwrap().starts_with("field \"eventList[1].faultFields.eventSeverity\""));
    assert_eq!(said[3], Some("field \"eventList[3]\" is not an object"));
}
