//! Usage records as they come, good and bad.

mod documents;
mod malformed;
mod noise;

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use datasets::ids::{Pseudonyms, id64};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::units::EventTime;
use datasets::usage::Service;

use super::{Counting, Decoder, Format, Identity, Record};
use crate::source::{Batch, Role};

const SECRET: &[u8] = b"test secret";

fn decoder(role: Role, format: &Format, counting: Counting) -> Decoder {
    let identity = Identity { number: 3, source_id: "c/t/0".into(), topic: "t".into() };
    let pseudonyms = Pseudonyms::new(SECRET);
    let mut decoder = Decoder::new(identity, (role, format), counting, pseudonyms).unwrap();
    if !decoder.has_header() {
        decoder.begin(None).unwrap();
    }
    decoder
}

fn json(role: Role, payloads: &[&str]) -> Batch {
    let mut decoder = decoder(role, &Format::Json, Counting::Records);
    for (offset, payload) in (10..).zip(payloads) {
        let payload = Some(payload.as_bytes());
        decoder.push(Record { partition: 2, offset, key: None, payload });
    }
    decoder.finish(Vec::new())
}

#[test]
fn a_usage_record_becomes_an_event_and_a_raw_row() {
    let batch = json(
        Role::Usage,
        &[r#"{"usage_id":"u-1","revision":2,"service":"voice","msisdn":"+4917012345678",
            "called_number":"4930123456","started_at":"2026-11-24T10:00:00.5+01:00","duration_s":61,
            "cell":{"id":[1,2]},"note":null}"#],
    );
    assert_eq!(batch.dead, []);
    let event = batch.usage[0];
    let number = Digits::parse("4917012345678").unwrap();
    assert_eq!(event.identity, id64("u-1"));
    assert_eq!(event.provenance, Provenance::new(3, 2, 10));
    assert_eq!(event.subscriber, Pseudonyms::new(SECRET).of(number));
    assert_eq!(event.called, Digits::parse("493012").unwrap());
    assert_eq!(event.started_at, EventTime::parse_rfc3339("2026-11-24T09:00:00.5Z").unwrap());
    assert_eq!((event.quantity, event.revision, event.service), (61_000, 2, Service::Voice));

    let raw = &batch.raw;
    let text = |name: &str| raw[name].as_string::<i32>().value(0).to_owned();
    assert_eq!(raw.num_rows(), 1);
    assert_eq!(text("source_id"), "c/t/0");
    assert_eq!(raw["source_partition"].as_primitive::<Int32Type>().value(0), 2);
    assert_eq!(raw["source_offset"].as_primitive::<Int64Type>().value(0), 10);
    assert_eq!(text("usage_id"), "u-1");
    assert_eq!(text("service"), "voice");
    assert_eq!(text("subscriber_id"), event.subscriber.to_string());
    assert_eq!(text("called_prefix"), event.called.to_string());
    let started_at = raw["started_at"].as_primitive::<TimestampMicrosecondType>().value(0);
    assert_eq!(started_at, event.started_at.0);
    assert_eq!(raw["quantity"].as_primitive::<Int64Type>().value(0), 61_000);
}

#[test]
fn each_service_has_its_own_quantity() {
    let record = |rest: &str| {
        format!(r#"{{"usage_id":"u","msisdn":"49170","started_at":1795512600000000,{rest}}}"#)
    };
    let cases = [
        (r#""service":"voice","duration_ms":1500"#, Ok(1_500)),
        (r#""service":"data","volume_bytes":9000000000,"duration_s":10"#, Ok(9_000_000_000)),
        (r#""service":"sms","message_count":"2","called_number":"112""#, Ok(2)),
        (r#""service":"data","volume_bytes":1,"called_number":"internet""#, Ok(1)),
        (r#""service":"voice","volume_bytes":1"#, Err("missing_field")),
        (r#""service":"voice","duration_s":1,"duration_ms":1000"#, Err("bad_value")),
        (r#""service":"voice","duration_s":1.5"#, Err("bad_value")),
        (r#""service":"voice","duration_s":-1"#, Err("bad_value")),
        (r#""service":"voice","duration_s":18446744073709551615"#, Err("bad_value")),
        (r#""service":"fax","duration_s":1"#, Err("unknown_service")),
        (r#""service":"sms","message_count":1,"called_number":"*100#""#, Err("bad_value")),
        (r#""service":"sms","message_count":1,"revision":32767"#, Ok(1)),
        (r#""service":"sms","message_count":1,"revision":32768"#, Err("bad_value")),
        (r#""service":"sms","message_count":1,"cancelled":"maybe""#, Err("bad_value")),
    ];
    for (rest, expected) in cases {
        let batch = json(Role::Usage, &[&record(rest)]);
        let found = match batch.usage.as_slice() {
            [event] => Ok(event.quantity),
            _ => Err(batch.dead[0].reason),
        };
        assert_eq!(found, expected, "{rest}");
    }
}

#[test]
fn dead_letters_say_what_is_wrong_and_no_number() {
    let long = format!(r#"{{"usage_id":"{}"}}"#, "x".repeat(300));
    let cases = [
        ("", "not_json", "empty"),
        ("{\"usage_id\":", "not_json", "column"),
        ("[1]", "not_object", "object"),
        ("\"4917012345678\"", "not_object", "object"),
        (r#"{"msisdn":"1","msisdn":"2"}"#, "repeated_field", "\"msisdn\""),
        (r#"{"usage_id":"u","service":"voice"}"#, "missing_field", "msisdn"),
        (r#"{"usage_id":"u","service":"voice","msisdn":"4917012345678a"}"#, "bad_value", "msisdn"),
        (r#"{"usage_id":4917012345678}"#, "bad_value", "usage_id"),
        (long.as_str(), "too_long", "usage_id"),
    ];
    for (payload, reason, named) in cases {
        let batch = json(Role::Usage, &[payload]);
        let [dead] = batch.dead.as_slice() else { panic!("{payload} was taken") };
        assert_eq!(dead.reason, reason, "{payload}: {}", dead.detail);
        assert!(dead.detail.contains(named), "{payload}: {}", dead.detail);
        assert!(!dead.detail.contains("49170") && !dead.masked_payload.contains("49170"));
        assert_eq!((dead.payload.as_slice(), batch.raw.num_rows()), (payload.as_bytes(), 0));
    }
}

#[test]
fn binary_payloads_and_tombstones_are_dead_letters_of_usage() {
    let mut decoder = decoder(Role::Usage, &Format::Json, Counting::Records);
    let payloads = [Some([0xFF, 0xFE].as_slice()), None];
    for (offset, payload) in (0..).zip(payloads) {
        decoder.push(Record { partition: 0, offset, key: Some(b"k"), payload });
    }
    let batch = decoder.finish(Vec::new());
    let reasons: Vec<_> = batch.dead.iter().map(|dead| dead.reason).collect();
    assert_eq!(reasons, ["not_utf8", "not_json"]);
    assert_eq!(batch.dead[0].key.as_deref(), Some(b"k".as_slice()));
}
