//! Decoders against records as they come: good, bad and mutilated.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use datasets::ids::{Pseudonyms, account_id, id64};
use datasets::number::Digits;
use datasets::reference::{Entity, RefTopic};
use datasets::units::{EventTime, Money};
use datasets::usage::Service;

use super::document::{canonical, read_canonical};
use super::*;

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
        (r#""service":"sms","message_count":1,"revision":65536"#, Err("bad_value")),
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
        ("", "not_json", "line 1"),
        ("{\"usage_id\":", "not_json", "column"),
        ("[1]", "not_object", "object"),
        ("\"4917012345678\"", "not_object", "object"),
        (r#"{"msisdn":"1","msisdn":"2"}"#, "not_object", "once"),
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

#[test]
fn a_topup_keeps_every_digit_of_its_amount() {
    let topup = |amount: &str| {
        format!(
            r#"{{"topup_id":"t","account_id":"a","amount":{amount},"currency":"EUR","topped_up_at":0}}"#
        )
    };
    for (amount, expected) in [
        ("\"12.50\"", Some("12.5")),
        ("123456789.123456789", Some("123456789.123456789")),
        ("5", Some("5")),
        ("0", None),
        ("-1", None),
        ("1e2", None),
        ("0.0000000001", None),
        ("1000000000", None),
        ("[1]", None),
    ] {
        let batch = json(Role::TopUps, &[&topup(amount)]);
        let money = expected.map(|text| text.parse::<Money>().unwrap());
        assert_eq!(batch.topups.first().map(|topup| topup.amount), money, "{amount}");
        assert_eq!(batch.dead.is_empty(), money.is_some(), "{amount}");
        if let Some(money) = money {
            assert_eq!(batch.raw["amount"].as_primitive::<Decimal128Type>().value(0), money.0);
            assert_eq!(batch.topups[0].account, account_id("a"));
        }
    }
}

const TARIFF: &str = r#"{"tariff_id":"basic","service":"voice","zone":"de","price":"0.09","per":1,"unit":"min","currency":"EUR"}"#;
const SUBSCRIPTION: &str = r#"{"subscription_id":"s","account_id":"a","tariff_id":"basic","msisdn":"+4917012345678",
    "valid_from":"2026-01-01T00:00:00Z","valid_to":"2027-01-01T00:00:00+01:00","name":"Ada"}"#;

#[test]
fn documents_read_back_from_their_canonical_form() {
    let documents = [
        (RefTopic::Accounts, r#"{"account_id":"a","customer_id":"c","kind":"prepaid","currency":"EUR","credit_limit":10.5}"#),
        (RefTopic::Subscriptions, SUBSCRIPTION),
        (RefTopic::Tariffs, TARIFF),
        (RefTopic::Tariffs, r#"{"tariff_id":"b","service":"data","price":1,"per":2,"unit":"GiB","currency":"USD","decimals":2,"rounding":"up"}"#),
        (RefTopic::Destinations, r#"{"prefix":"+4930","zone":"de"}"#),
    ];
    for (topic, document) in documents {
        let payload = Some(document.as_bytes());
        let mut decoder = decoder(Role::Reference(topic), &Format::Json, Counting::Records);
        decoder.push(Record { partition: 0, offset: 0, key: Some(b"key"), payload });
        let batch = decoder.finish(Vec::new());
        assert_eq!(batch.dead, []);
        let change = &batch.changes[0];
        let version = change.version.clone().unwrap();
        assert_eq!((change.key, change.topic), (id64("key"), topic));
        let raw = batch.raw["document"].as_string::<i32>().value(0).to_owned();
        assert_eq!(read_canonical(topic, &raw).unwrap(), version, "{raw}");
        assert_eq!(raw, canonical(&version));
        assert!(!raw.contains("49170") && !raw.contains("Ada"), "{raw}");
    }
}

#[test]
fn units_of_rates_become_base_units() {
    let batch = {
        let mut decoder =
            decoder(Role::Reference(RefTopic::Tariffs), &Format::Json, Counting::Records);
        let payload = Some(TARIFF.as_bytes());
        decoder.push(Record { partition: 0, offset: 0, key: Some(b"t1"), payload });
        decoder.push(Record { partition: 0, offset: 1, key: Some(b"t1"), payload: None });
        decoder.push(Record { partition: 0, offset: 2, key: Some(b"t1"), payload: Some(b" null ") });
        let wrong = TARIFF.replace("min", "GB");
        decoder.push(Record { partition: 0, offset: 3, key: Some(b"t1"), payload: Some(wrong.as_bytes()) });
        decoder.push(Record { partition: 0, offset: 4, key: None, payload });
        decoder.finish(Vec::new())
    };
    let Some((_, Entity::Rate(rate))) = &batch.changes[0].version else { panic!("no rate") };
    assert_eq!((rate.per, rate.decimals), (60_000, 9));
    assert_eq!(batch.changes[1].version, None);
    assert_eq!(batch.changes[2].version, None);
    assert!(batch.raw["document"].is_null(1));
    let reasons: Vec<_> = batch.dead.iter().map(|dead| (dead.reason, dead.detail.as_str())).collect();
    assert_eq!(reasons[0], ("bad_value", "field \"unit\" is not a unit of its service"));
    assert_eq!(reasons[1].0, "missing_field");
}

/// Mutilates payloads of every kind and feeds pure noise: something always comes out, never a panic.
#[test]
fn noise_is_decoded_or_dead() {
    let usage = r#"{"usage_id":"u\u00e9","service":"sms","msisdn":"49","started_at":"2026-11-24T09:30:00Z","message_count":1}"#;
    let topup = r#"{"topup_id":"t","account_id":"a","amount":"1.5","currency":"EUR","topped_up_at":1}"#;
    let cases = [
        (Role::Usage, usage),
        (Role::TopUps, topup),
        (Role::Reference(RefTopic::Tariffs), TARIFF),
        (Role::Reference(RefTopic::Subscriptions), SUBSCRIPTION),
        (Role::Reference(RefTopic::Destinations), r#"{"key":"d","document":{"prefix":"49","zone":"de"}}"#),
    ];
    for (role, seed_text) in cases {
        let mut decoder = decoder(role, &Format::Json, Counting::Lines);
        let mut random = Noise(0x5EED);
        for offset in 0..4_000 {
            let payload = random.mutilated(seed_text.as_bytes());
            decoder.push(Record { partition: 0, offset, key: None, payload: Some(&payload) });
        }
        let batch = decoder.finish(Vec::new());
        assert_eq!(batch.record_count() + batch.dead.len(), 4_000, "{role:?}");
        assert_eq!(batch.raw.num_rows(), batch.record_count());
        assert!(batch.dead.iter().all(|dead| !dead.masked_payload.contains(char::is_numeric)));
    }
}

/// A small generator of bytes, the same in every run.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let limit = u64::try_from(limit).unwrap();
        usize::try_from((self.0 >> 33) % limit).unwrap()
    }

    /// Some bytes changed, removed, doubled or cut; now and then all of them random.
    pub(crate) fn mutilated(&mut self, text: &[u8]) -> Vec<u8> {
        if self.below(16) == 0 {
            return (0..self.below(400)).map(|_| u8::try_from(self.below(256)).unwrap()).collect();
        }
        let mut bytes = text.to_vec();
        for _ in 0..self.below(4) {
            let place = self.below(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match self.below(5) {
                _ if bytes.is_empty() => bytes.push(b'{'),
                0 => bytes[place] = u8::try_from(self.below(256)).unwrap(),
                1 => bytes[place] = b"{}[]\",:0-e.\\"[self.below(12)],
                2 => drop(bytes.remove(place)),
                3 => bytes.insert(place, bytes[place]),
                _ => bytes.truncate(place),
            }
        }
        bytes
    }
}
