//! Rows of four tables, one of each kind, and rows read back as text.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::util::display::array_value_to_string;
use connectors::lake::Lake;
use datasets::dictionary::Table;
use datasets::tables;

/// Partition, offset and price of a charge.
pub(super) type Charge = (i32, i64, i128);

pub(super) fn charges(rows: &[Charge]) -> RecordBatch {
    let offsets: Vec<i64> = rows.iter().map(|row| row.1).collect();
    let columns: Vec<ArrayRef> = vec![
        text(rows, |_| "main/usage/1".to_owned()),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.0))),
        Arc::new(Int64Array::from(offsets.clone())),
        text(rows, |row| format!("account-{}", row.1 % 7)),
        text(rows, |row| format!("subscription-{}", row.1 % 5)),
        text(rows, |_| "voice".to_owned()),
        Arc::new(StringArray::from_iter(rows.iter().map(|row| (row.1 % 3 > 0).then_some("eu")))),
        text(rows, |_| "rate-1".to_owned()),
        instants(&offsets),
        Arc::new(Int64Array::from(offsets)),
        amounts(rows.iter().map(|row| row.2), 18),
        text(rows, |_| "EUR".to_owned()),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1 % 2))),
    ];
    RecordBatch::try_new(tables::CHARGES.arrow_schema(), columns).unwrap()
}

/// Account and balance.
pub(super) type Balance = (String, i128);

pub(super) fn balances(rows: &[Balance]) -> RecordBatch {
    let numbers = || Arc::new(Int64Array::from(vec![1; rows.len()]));
    let totals = || amounts(rows.iter().map(|row| row.1), 28);
    let columns: Vec<ArrayRef> = vec![
        text(rows, |row| row.0.clone()),
        text(rows, |_| "EUR".to_owned()),
        totals(),
        totals(),
        totals(),
        numbers(),
        numbers(),
    ];
    RecordBatch::try_new(tables::BALANCES.arrow_schema(), columns).unwrap()
}

/// Offset and amount of a top-up.
pub(super) type TopUp = (i64, i128);

pub(super) fn topups(rows: &[TopUp]) -> RecordBatch {
    let offsets: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let columns: Vec<ArrayRef> = vec![
        text(rows, |_| "main/topups/1".to_owned()),
        Arc::new(Int32Array::from(vec![0; rows.len()])),
        Arc::new(Int64Array::from(offsets.clone())),
        Arc::new(Int64Array::from(vec![1; rows.len()])),
        text(rows, |_| "hot".to_owned()),
        text(rows, |row| format!("topup-{}", row.0)),
        text(rows, |row| format!("account-{}", row.0 % 7)),
        instants(&offsets),
        amounts(rows.iter().map(|row| row.1), 18),
        text(rows, |_| "EUR".to_owned()),
    ];
    RecordBatch::try_new(tables::RAW_TOPUPS.arrow_schema(), columns).unwrap()
}

pub(super) fn accounting(rows: &[(String, i64)]) -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        text(rows, |row| row.0.clone()),
        text(rows, |_| String::new()),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1))),
    ];
    RecordBatch::try_new(tables::USAGE_ACCOUNTING.arrow_schema(), columns).unwrap()
}

fn text<T>(rows: &[T], value: impl Fn(&T) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
}

fn instants(seconds: &[i64]) -> ArrayRef {
    let micros = seconds.iter().map(|second| second * 1_000_000 + 123_456);
    Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC"))
}

fn amounts(values: impl Iterator<Item = i128>, precision: u8) -> ArrayRef {
    let values = Decimal128Array::from_iter_values(values);
    Arc::new(values.with_precision_and_scale(precision, 9).unwrap())
}

/// One line per row, sorted: what a table holds, whatever file it is in.
pub(super) fn lines(batches: impl IntoIterator<Item = RecordBatch>) -> Vec<String> {
    let mut lines = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let value = |column: &ArrayRef| array_value_to_string(column, row).unwrap();
            lines.push(batch.columns().iter().map(value).collect::<Vec<_>>().join("|"));
        }
    }
    lines.sort_unstable();
    lines
}

/// What a table holds at a version.
pub(super) fn read(lake: &Lake, table: &'static Table, version: i64) -> Vec<String> {
    lines(lake.read(table, version).unwrap().map(Result::unwrap))
}
