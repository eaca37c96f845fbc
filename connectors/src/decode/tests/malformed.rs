//! Malformed lines and documents by table: each is a dead letter that names its field and repeats no value.

use datasets::reference::RefTopic::{Accounts, Destinations, Subscriptions, Tariffs};

use super::decoder;
use crate::decode::{Counting, Format, Record};
use crate::source::{Batch, Role};

/// What becomes of one line under a header.
fn line(role: Role, header: &str, line: &str) -> Batch {
    let mut decoder = decoder(role, &Format::Columns(b','), Counting::Lines);
    decoder.begin(Some(header)).unwrap();
    decoder.push(Record { partition: 0, offset: 1, key: None, payload: Some(line.as_bytes()) });
    decoder.finish(Vec::new())
}

/// What becomes of one document with a key.
fn document(role: Role, text: &str) -> Batch {
    let mut decoder = decoder(role, &Format::Json, Counting::Records);
    let payload = Some(text.as_bytes());
    decoder.push(Record { partition: 0, offset: 1, key: Some(b"k"), payload });
    decoder.finish(Vec::new())
}

fn check(batch: &Batch, (reason, named): (&str, &str), of: &str) {
    let [dead] = batch.dead.as_slice() else { panic!("{of} was taken") };
    assert_eq!(dead.reason, reason, "{of}: {}", dead.detail);
    assert!(dead.detail.contains(named), "{of}: {}", dead.detail);
    assert!(!dead.detail.contains("49170"), "{of}: {}", dead.detail);
    assert_eq!(batch.record_count(), 0, "{of}");
}

#[test]
fn lines_of_usage() {
    let header = "usage_id,service,msisdn,called_number,started_at,duration_s,revision,cancelled";
    let good = "u,voice,491701234567,4930123456,2026-11-24T09:30:00Z,60,1,false";
    assert_eq!(line(Role::Usage, header, good).usage.len(), 1);
    let cases = [
        ("u,", ",", ("missing_field", "usage_id")),
        ("voice", "fax", ("unknown_service", "voice, data or sms")),
        ("voice", "", ("missing_field", "service")),
        ("491701234567", "", ("missing_field", "msisdn")),
        ("491701234567", "49170x", ("bad_value", "msisdn")),
        ("4930123456", "4930123456789012", ("bad_value", "called_number")),
        ("2026-11-24T09:30:00Z", "", ("missing_field", "started_at")),
        ("2026-11-24T09:30:00Z", "24.11.2026 09:30", ("bad_value", "started_at")),
        ("2026-11-24T09:30:00Z", "2026-11-24T09:30:00", ("bad_value", "with its offset")),
        ("60,", ",", ("missing_field", "duration_s")),
        ("60,", "1:00,", ("bad_value", "duration_s")),
        ("60,1", "60,-1", ("bad_value", "revision")),
        ("false", "no", ("bad_value", "cancelled")),
        (",false", "", ("bad_csv", "7 columns where 8")),
        (",false", ",false,", ("bad_csv", "9 columns where 8")),
        ("voice", "\"voice", ("bad_csv", "every quote closed")),
    ];
    for (part, bad, expected) in cases {
        let text = good.replacen(part, bad, 1);
        check(&line(Role::Usage, header, &text), expected, &text);
    }
}

#[test]
fn lines_of_topups() {
    let header = "topup_id,account_id,amount,currency,topped_up_at";
    let good = "t,a,12.50,EUR,2026-11-24T09:30:00Z";
    assert_eq!(line(Role::TopUps, header, good).topups.len(), 1);
    let cases = [
        ("t,", ",", ("missing_field", "topup_id")),
        ("a,", ",", ("missing_field", "account_id")),
        ("12.50", "12,50", ("bad_csv", "6 columns where 5")),
        ("12.50", "1e3", ("bad_value", "amount")),
        ("12.50", "-1", ("bad_value", "greater than 0")),
        ("12.50", "1000000000", ("bad_value", "less than 1000000000")),
        ("EUR", "euro", ("bad_value", "three capital letters")),
        ("EUR", "", ("missing_field", "currency")),
        ("2026-11-24T09:30:00Z", "today", ("bad_value", "topped_up_at")),
    ];
    for (part, bad, expected) in cases {
        let text = good.replacen(part, bad, 1);
        check(&line(Role::TopUps, header, &text), expected, &text);
    }
}

#[test]
fn reference_documents() {
    let account = r#"{"account_id":"a","customer_id":"c","kind":"prepaid","currency":"EUR","credit_limit":"5"}"#;
    let held = r#"{"subscription_id":"s","account_id":"a","tariff_id":"t","msisdn":"491701234567","valid_from":"2026-01-01T00:00:00Z","valid_to":"2027-01-01T00:00:00Z"}"#;
    let rate = r#"{"tariff_id":"t","service":"voice","zone":"z","price":"0.09","per":1,"unit":"min","currency":"EUR","decimals":4,"rounding":"up"}"#;
    let prefix = r#"{"prefix":"4930","zone":"z"}"#;
    let cases = [
        (Accounts, account, "prepaid", "free", ("bad_value", "prepaid or postpaid")),
        (Accounts, account, "\"5\"", "\"-5\"", ("bad_value", "credit_limit")),
        (Accounts, account, "\"5\"", "[5]", ("bad_value", "credit_limit")),
        (Accounts, account, "customer_id", "customer", ("missing_field", "customer_id")),
        (Accounts, account, "EUR", "eur", ("bad_value", "currency")),
        (Accounts, account, "{", "", ("not_json", "line 1")),
        (Subscriptions, held, "491701234567", "49170-1", ("bad_value", "msisdn")),
        (Subscriptions, held, "msisdn", "number", ("missing_field", "msisdn")),
        (Subscriptions, held, "2027", "2025", ("bad_value", "later than \"valid_from\"")),
        (Subscriptions, held, "2026-01-01T", "2026-01-01 ", ("bad_value", "valid_from")),
        (Tariffs, rate, "voice", "fax", ("unknown_service", "service")),
        (Tariffs, rate, "0.09", "0.0000000001", ("bad_value", "price")),
        (Tariffs, rate, "0.09", "-1", ("bad_value", "price")),
        (Tariffs, rate, "min", "kB", ("bad_value", "a unit of its service")),
        (Tariffs, rate, ",\"unit\":\"min\"", "", ("missing_field", "unit")),
        (Tariffs, rate, ":1,", ":0,", ("bad_value", "per")),
        (Tariffs, rate, ":4,", ":10,", ("bad_value", "decimals")),
        (Tariffs, rate, "up", "near", ("bad_value", "half_up, half_even")),
        (Destinations, prefix, "4930", "+49 30", ("bad_value", "prefix")),
        (Destinations, prefix, "4930", "493012345678", ("bad_value", "1 to 11 digits")),
        (Destinations, prefix, "zone", "region", ("missing_field", "zone")),
    ];
    for (topic, good, part, bad, expected) in cases {
        let role = Role::Reference(topic);
        assert_eq!(document(role, good).changes.len(), 1, "{good}");
        let text = good.replacen(part, bad, 1);
        check(&document(role, &text), expected, &text);
    }
}
