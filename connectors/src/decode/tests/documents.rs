//! Top-ups and reference documents as they come.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;
use datasets::ids::{Pseudonyms, account_id, id64};
use datasets::number::Digits;
use datasets::reference::{Entity, RefTopic};
use datasets::units::Money;

use super::{SECRET, decoder, json};
use crate::decode::document::{canonical, read_canonical};
use crate::decode::{Counting, Format, Record};
use crate::source::Role;

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

const FULL_ROW: &str = r#"{"tariff_id":"a","service":"voice","zone":"de","direction":"roaming_out","relation":"friend",
    "band":"peak","weight":20,"connect_fee":"0.2","unit":"s","price":1.2,"per":60,"increment":60,
    "from_2":60,"price_2":"0.6","per_2":60,"from_3":600,"price_3":0,"minimum":"0.05","maximum":3,"maximum_then":"disconnect",
    "currency":"EUR","decimals":2,"rounding":"half_down","tax_inclusive":true}"#;

/// One document of each kind, or two.
const DOCUMENTS: &[(RefTopic, &str)] = &[
    (
        RefTopic::Accounts,
        r#"{"account_id":"a","customer_id":"c","kind":"prepaid","currency":"EUR","credit_limit":10.5}"#,
    ),
    (RefTopic::Subscriptions, SUBSCRIPTION),
    (RefTopic::Tariffs, TARIFF),
    (
        RefTopic::Tariffs,
        r#"{"tariff_id":"b","service":"data","price":1,"per":2,"unit":"GiB","currency":"USD","decimals":2,"rounding":"up"}"#,
    ),
    (RefTopic::Tariffs, FULL_ROW),
    (RefTopic::Destinations, r#"{"prefix":"+4930","zone":"de"}"#),
    (RefTopic::Destinations, r#"{"prefix":"112","zone":"help","kind":"emergency"}"#),
    (RefTopic::Plans, r#"{"tariff_id":"a","time_zone":"Europe/Berlin","fallback":"any"}"#),
    (RefTopic::Plans, r#"{"tariff_id":"any"}"#),
    (RefTopic::TimeBands, r#"{"band":"peak","weekdays":"mon-fri","from":"08:00","to":"19:00"}"#),
    (
        RefTopic::TimeBands,
        r#"{"band":"b","weekdays":"sat-mon","months":"nov-feb,6","days":1,"from":"22:30:30","to":"06:00"}"#,
    ),
    (RefTopic::TimeBands, r#"{"band":"b","date":"2028-02-29","calendar":"de"}"#),
    (RefTopic::Holidays, r#"{"calendar":"de","date":"2026-04-03"}"#),
    (RefTopic::Holidays, r#"{"calendar":"de","date":"12-25"}"#),
    (
        RefTopic::Subscriptions,
        r#"{"subscription_id":"s","account_id":"a","tariff_id":"basic","msisdn":"+4917012345678","offering_id":"o"}"#,
    ),
    (
        RefTopic::Allowances,
        r#"{"allowance_id":"m","account_id":"a","service":"voice","unit":"min","quantity":100,"zones":"de, at","bands":"peak",
        "increment":1,"priority":2,"every":"month","day":15,"time_zone":"Europe/Berlin","prorated":true,"rollover":50,
        "rollover_periods":2,"cap":20,"blocker":true,"valid_from":"2026-03-15T00:00:00+01:00"}"#,
    ),
    (
        RefTopic::Allowances,
        r#"{"allowance_id":"d","offering_id":"o","service":"data","quantity":5}"#,
    ),
];

#[test]
fn documents_read_back_from_their_canonical_form() {
    for &(topic, document) in DOCUMENTS {
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
        decoder.push(Record {
            partition: 0,
            offset: 2,
            key: Some(b"t1"),
            payload: Some(b" null "),
        });
        let wrong = TARIFF.replace("min", "GB");
        decoder.push(Record {
            partition: 0,
            offset: 3,
            key: Some(b"t1"),
            payload: Some(wrong.as_bytes()),
        });
        decoder.push(Record { partition: 0, offset: 4, key: None, payload });
        decoder.finish(Vec::new())
    };
    let Some((_, Entity::Rate(rate))) = &batch.changes[0].version else { panic!("no rate") };
    assert_eq!((rate.slots[0].per, rate.decimals), (60_000, 9));
    assert_eq!(batch.changes[1].version, None);
    assert_eq!(batch.changes[2].version, None);
    assert!(batch.raw["document"].is_null(1));
    let reasons: Vec<_> =
        batch.dead.iter().map(|dead| (dead.reason, dead.detail.as_str())).collect();
    assert_eq!(reasons[0], ("bad_value", "field \"unit\" is not a unit of its service"));
    assert_eq!(reasons[1].0, "missing_field");
}

/// Some systems key a subscription by its number, which is personal data.
#[test]
fn a_number_as_the_key_of_a_party_is_replaced_by_its_pseudonym() {
    let keyed = |topic, key: &str| {
        let mut decoder = decoder(Role::Reference(topic), &Format::Json, Counting::Records);
        let document = match topic {
            RefTopic::Subscriptions => SUBSCRIPTION,
            _ => r#"{"prefix":"49","zone":"de"}"#,
        };
        for (offset, payload) in [(0, document), (1, "null")] {
            let (key, payload) = (Some(key.as_bytes()), Some(payload.as_bytes()));
            decoder.push(Record { partition: 0, offset, key, payload });
        }
        let batch = decoder.finish(Vec::new());
        assert_eq!(batch.dead, []);
        let stored = batch.raw["document_key"].as_string::<i32>();
        assert_eq!(stored.value(0), stored.value(1), "a tombstone finds its document");
        assert_eq!(batch.changes[0].key, id64(stored.value(0)), "and a restart finds both");
        stored.value(0).to_owned()
    };
    let pseudonym = Pseudonyms::new(SECRET).of(Digits::parse("4917012345678").unwrap());
    for key in ["4917012345678", "+4917012345678"] {
        assert_eq!(keyed(RefTopic::Subscriptions, key), pseudonym.to_string());
    }
    assert_eq!(keyed(RefTopic::Subscriptions, "sub-1"), "sub-1");
    assert_eq!(keyed(RefTopic::Destinations, "49"), "49");
}
