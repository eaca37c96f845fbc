//! SQL over a lake that is written by hand: Parquet files, Delta logs, deletion vectors and seals.

#![expect(clippy::unwrap_used, reason = "what a fixture cannot build fails its test")]

mod charges;
mod deletion;
mod fixture;

mod catalog;
mod cuts;
mod damage;
mod formats;
mod read_only;
mod saved_questions;
mod scans;
mod shell;

use arrow::array::RecordBatch;
use arrow::util::pretty::pretty_format_batches;
use weir_queries::{Format, QueryError, Session, run_statements};

/// The answer's cells, row by row, as text.
async fn rows(session: &Session, sql: &str) -> Vec<Vec<String>> {
    let text = csv(session, sql).await;
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The single cell of an answer.
async fn cell(session: &Session, sql: &str) -> String {
    let rows = rows(session, sql).await;
    assert_eq!((rows.len(), rows[0].len()), (1, 1), "{sql}");
    rows[0][0].clone()
}

async fn csv(session: &Session, sql: &str) -> String {
    written(session, sql, Format::Csv).await
}

async fn written(session: &Session, sql: &str, format: Format) -> String {
    String::from_utf8(bytes(session, sql, format).await).unwrap()
}

async fn bytes(session: &Session, sql: &str, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    if let Err(error) = run_statements(session, sql, format, &mut out).await {
        panic!("{sql}: {error}");
    }
    out
}

async fn refusal(session: &Session, sql: &str) -> QueryError {
    run_statements(session, sql, Format::Csv, &mut Vec::new()).await.expect_err(sql)
}

fn pretty(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).unwrap().to_string()
}
