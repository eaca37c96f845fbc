//! Each saved question runs, with its defaults and with others.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datasets::tables::{ACTIONS, BALANCE_MOVEMENTS, BALANCES, CHARGES, CREDIT};
use serde_json::json;
use weir_queries::{At, Format, QueryError, Session, output, questions};

use crate::charges::{Charge, logged, rows as charges_batch};
use crate::fixture::{LakeFixture, batch};

fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn money(nanos: &[i128], precision: u8) -> ArrayRef {
    let array = Decimal128Array::from_iter_values(nanos.iter().copied());
    Arc::new(array.with_precision_and_scale(precision, 9).unwrap())
}

fn numbers(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

/// 0.00 and 0.02 EUR of account-0 and account-2; 0.01 USD of account-1.
fn lake() -> LakeFixture {
    let charges: Vec<Charge> = (0..3).map(Charge).collect();
    let mut lake = LakeFixture::new();
    lake.add((&CHARGES, "file.parquet"), &charges_batch(&charges), logged(&charges));
    lake.add((&BALANCE_MOVEMENTS, "file.parquet"), &movements(&charges), json!({}));
    lake.add((&BALANCES, "file.parquet"), &balances(), json!({}));
    lake.add((&CREDIT, "file.parquet"), &credit(), json!({}));
    lake.add((&ACTIONS, "file.parquet"), &actions(), json!({}));
    lake.seal(1, 0);
    lake
}

fn movements(charges: &[Charge]) -> RecordBatch {
    let instants = charges.iter().map(|charge| charge.started_micros());
    let accounts: Vec<String> = charges.iter().map(|charge| charge.account()).collect();
    let accounts: Vec<&str> = accounts.iter().map(String::as_str).collect();
    batch(
        &BALANCE_MOVEMENTS,
        &[
            ("cut", numbers(vec![1; 3])),
            ("account_id", text(&accounts)),
            ("movement", text(&["charge"; 3])),
            ("reversal", Arc::new(BooleanArray::from(vec![false; 3]))),
            ("source_id", text(&["usage"; 3])),
            ("source_partition", Arc::new(Int32Array::from(vec![0; 3]))),
            ("source_offset", numbers(vec![0, 1, 2])),
            (
                "happened_at",
                Arc::new(
                    TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC"),
                ),
            ),
            ("amount", money(&[0, -10_000_000, -20_000_000], 18)),
            ("currency", text(&["EUR", "USD", "EUR"])),
        ],
    )
}

fn balances() -> RecordBatch {
    batch(
        &BALANCES,
        &[
            ("account_id", text(&["account-0", "account-1", "account-2"])),
            ("currency", text(&["EUR", "USD", "EUR"])),
            ("amount", money(&[0, -10_000_000, 30_000_000], 28)),
            ("charged_amount", money(&[0, 10_000_000, 20_000_000], 28)),
            ("topped_up_amount", money(&[0, 0, 50_000_000], 28)),
            ("charge_count", numbers(vec![1, 1, 1])),
            ("topup_count", numbers(vec![0, 0, 1])),
        ],
    )
}

fn credit() -> RecordBatch {
    batch(
        &CREDIT,
        &[
            ("account_id", text(&["account-0", "account-1", "account-2"])),
            ("state", text(&["normal", "warning", "exceeded"])),
            ("amount", money(&[0, 8_500_000_000, 1_000_000_000], 28)),
            ("limit_amount", money(&[0, 10_000_000_000, 0], 28)),
            ("currency", text(&["EUR", "USD", "EUR"])),
        ],
    )
}

/// account-0 was barred and let go; account-2 is barred.
fn actions() -> RecordBatch {
    let minutes =
        TimestampMicrosecondArray::from_iter_values([60_000_000, 120_000_000, 60_000_000]);
    batch(
        &ACTIONS,
        &[
            ("action_id", text(&["one", "two", "three"])),
            ("cut", numbers(vec![1, 2, 1])),
            ("decided_at", Arc::new(minutes.with_timezone("UTC"))),
            ("policy", text(&["credit_limit"; 3])),
            ("action", text(&["bar", "unbar", "bar"])),
            ("account_id", text(&["account-0", "account-0", "account-2"])),
            ("state", text(&["exceeded", "normal", "exceeded"])),
            ("amount", money(&[5_000_000_000, 0, 900_000_000], 28)),
            ("limit_amount", money(&[5_000_000_000, 5_000_000_000, 0], 28)),
            ("currency", text(&["EUR"; 3])),
            ("withdraws_action_id", Arc::new(StringArray::from(vec![None, Some("one"), None]))),
        ],
    )
}

async fn ask(session: &Session, name: &str, given: &[(&str, &str)]) -> String {
    let given: Vec<(String, String)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let frame = questions::named(name).unwrap().ask(session, &given).await.unwrap();
    let mut out = Vec::new();
    output::write(frame, Format::Csv, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_has_an_answer() {
    let lake = lake();
    let session = lake.open(At::Latest);
    for question in &questions::ALL {
        assert!(!ask(&session, question.name, &[]).await.is_empty(), "{}", question.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers() {
    let lake = lake();
    let session = lake.open(At::Latest);
    assert_eq!(
        ask(&session, "balances_tie_out", &[]).await,
        "currency,charges_amount,movements_amount,balances_amount,ties_out\n\
         EUR,0.020000000,0.020000000,0.020000000,true\n\
         USD,0.010000000,0.010000000,0.010000000,true\n"
    );
    assert_eq!(
        ask(&session, "accounts_near_limit", &[]).await,
        "account_id,state,exposure_amount,limit_amount,used_percent,currency,changed_at\n\
         account-2,exceeded,1.000000000,0.000000000,,EUR,\n\
         account-1,warning,8.500000000,10.000000000,85.0,USD,\n"
    );
    assert_eq!(
        ask(&session, "open_bars", &[]).await,
        "account_id,policy,decided_at,barred_at_amount,exposure_amount,limit_amount,currency,action_id\n\
         account-2,credit_limit,1970-01-01T00:01:00Z,0.900000000,1.000000000,0.000000000,EUR,three\n"
    );
    assert_eq!(
        ask(&session, "top_accounts", &[("limit", "1")]).await,
        "place,account_id,currency,charged_amount,charge_count,balance_amount\n\
         1,account-2,EUR,0.020000000,1,0.030000000\n\
         1,account-1,USD,0.010000000,1,-0.010000000\n"
    );
    let day = [("from", "2026-11-24T00:01:00Z"), ("until", "2026-11-24T00:02:00Z")];
    assert_eq!(
        ask(&session, "revenue_by_zone_and_hour", &day).await,
        "hour_at,zone,currency,charge_count,amount\n2026-11-24T00:00:00Z,,USD,1,0.010000000\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_does_not_exist() {
    let lake = lake();
    let session = lake.open(At::Latest);
    let question = questions::named("top_accounts").unwrap();
    let error = question.ask(&session, &[("day".to_owned(), "1".to_owned())]).await.err().unwrap();
    assert!(matches!(error, QueryError::UnknownParameter { .. }));
    assert!(error.to_string().ends_with("it has limit"), "{error}");
}
