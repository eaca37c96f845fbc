//! What seldom happens: circles, two currencies in one call, amounts and calls beyond all measure.

use datasets::ids::id64;
use datasets::number::Digits;
use datasets::reference::RefTopic::{self, Destinations, Plans, Tariffs, TimeBands};
use datasets::units::EventTime;
use datasets::usage::{Facets, Service};

use super::given::Set;
use crate::rating::{Call, Rated, Unrated, rate};

fn rated(documents: &[(RefTopic, &str)], seconds: u64) -> Result<Rated, Unrated> {
    let home = (Destinations, r#"{"prefix":"49","zone":"home"}"#);
    let set = Set::of(documents.iter().copied().chain([home]));
    let call = Call {
        tariff: id64("t"),
        service: Service::Voice,
        facets: Facets::default(),
        called: Digits::parse("49301").unwrap(),
        started_at: EventTime::parse_rfc3339("2026-03-02T17:59:00Z").unwrap(),
        quantity: seconds * 1_000,
        before: 0,
    };
    rate(&call, &set.plans(), &mut ())
}

const FLAT: &str = r#"{"tariff_id":"t","service":"voice","unit":"s","price":"1","currency":"EUR"}"#;
const DAY: &str =
    r#"{"tariff_id":"t","service":"voice","unit":"s","price":"1","currency":"EUR","band":"day"}"#;
const NIGHT: &str =
    r#"{"tariff_id":"t","service":"voice","unit":"s","price":"1","currency":"USD","band":"night"}"#;
const BANDS: [(RefTopic, &str); 2] = [
    (TimeBands, r#"{"band":"day","from":"06:00","to":"18:00"}"#),
    (TimeBands, r#"{"band":"night","from":"18:00","to":"06:00"}"#),
];

#[test]
fn a_circle_of_fallbacks_ends() {
    let circle = [
        (Plans, r#"{"tariff_id":"t","fallback":"u"}"#),
        (Plans, r#"{"tariff_id":"u","fallback":"t"}"#),
    ];
    assert_eq!(rated(&circle, 1), Err(Unrated::FallbackCycle));
}

#[test]
fn two_currencies_are_never_added() {
    let documents = [BANDS[0], BANDS[1], (Tariffs, DAY), (Tariffs, NIGHT)];
    assert_eq!(rated(&documents, 60).unwrap().amount, 60_000_000_000);
    assert_eq!(rated(&documents, 61), Err(Unrated::MixedCurrencies));
}

#[test]
fn a_call_into_hours_without_a_row_is_not_half_rated() {
    let documents = [BANDS[0], (Tariffs, DAY)];
    assert_eq!(rated(&documents, 60).unwrap().amount, 60_000_000_000);
    assert_eq!(rated(&documents, 61), Err(Unrated::NoRate));
}

#[test]
fn what_is_beyond_all_measure_is_told() {
    assert_eq!(rated(&[(Tariffs, FLAT)], 999_999_999).unwrap().amount, 999_999_999_000_000_000);
    assert_eq!(rated(&[(Tariffs, FLAT)], 1_000_000_000), Err(Unrated::AmountTooLarge));
    assert_eq!(rated(&[(Tariffs, FLAT)], u64::MAX / 1_000), Err(Unrated::AmountTooLarge));
    let free = FLAT.replace("\"1\"", "\"0\"");
    assert_eq!(rated(&[(Tariffs, &free)], u64::MAX / 2_000).unwrap().amount, 0);
    let (day, night) =
        (DAY.replace("\"1\"", "\"0\""), NIGHT.replace("\"1\"", "\"0\"").replace("USD", "EUR"));
    let documents = [BANDS[0], BANDS[1], (Tariffs, day.as_str()), (Tariffs, night.as_str())];
    assert_eq!(rated(&documents, u64::MAX / 2_000), Err(Unrated::TooLong));
}
