//! Each format, with money, instants, absent values and empty answers.

use bytes::Bytes;
use datasets::tables::CHARGES;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use weir_queries::{At, Format, QueryError, Session, run_statements};

use crate::charges::{Charge, logged, rows as batch};
use crate::fixture::LakeFixture;
use crate::{bytes, pretty, written};

fn session() -> (LakeFixture, Session) {
    let charges: Vec<Charge> = (0..3).map(Charge).collect();
    let mut lake = LakeFixture::new();
    lake.add((&CHARGES, "file.parquet"), &batch(&charges), logged(&charges));
    lake.seal(1, 0);
    let session = lake.open(At::Latest);
    (lake, session)
}

const TWO: &str =
    "SELECT zone, started_at, amount, cast(amount AS DECIMAL(28, 9)) AS total, quantity > 0 AS any
    FROM charges WHERE source_offset < 2 ORDER BY started_at";
const NONE: &str = "SELECT zone, amount FROM charges WHERE false";

#[tokio::test(flavor = "multi_thread")]
async fn texts() {
    let (_lake, session) = session();
    for (sql, format, expected) in [
        (
            TWO,
            Format::Csv,
            "zone,started_at,amount,total,any\n\
            zone-0,2026-11-24T00:00:00Z,0.000000000,0.000000000,false\n\
            ,2026-11-24T00:01:00Z,0.010000000,0.010000000,true\n",
        ),
        (
            TWO,
            Format::Ndjson,
            "{\"zone\":\"zone-0\",\"started_at\":\"2026-11-24T00:00:00Z\",\"amount\":0.000000000,\"total\":0.000000000,\"any\":false}\n\
            {\"zone\":null,\"started_at\":\"2026-11-24T00:01:00Z\",\"amount\":0.010000000,\"total\":0.010000000,\"any\":true}\n",
        ),
        ("SELECT 1 AS one", Format::Json, "[{\"one\":1}]\n"),
        ("SELECT 1 AS one; SELECT 2 AS two", Format::Csv, "one\n1\ntwo\n2\n"),
        (NONE, Format::Csv, "zone,amount\n"),
        (NONE, Format::Json, "[]\n"),
        (NONE, Format::Ndjson, ""),
        (
            NONE,
            Format::Table,
            "+------+--------+\n| zone | amount |\n+------+--------+\n+------+--------+\n",
        ),
        (
            "SELECT amount FROM charges WHERE quantity = 2",
            Format::Table,
            "+-------------+\n| amount      |\n+-------------+\n| 0.020000000 |\n+-------------+\n",
        ),
    ] {
        assert_eq!(written(&session, sql, format).await, expected, "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_reads_back() {
    let (_lake, session) = session();
    let file = bytes(&session, TWO, Format::Parquet).await;
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).unwrap();
    let comment = reader.schema().field(0).metadata().get("comment").cloned();
    assert!(comment.unwrap().starts_with("Destination zone"));
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    let shown = pretty(&batches);
    assert!(shown.contains("|        | 2026-11-24T00:01:00Z | 0.010000000 |"), "{shown}");

    let two =
        run_statements(&session, "SELECT 1; SELECT 2", Format::Parquet, &mut Vec::new()).await;
    assert!(matches!(two, Err(QueryError::OneResultOnly(2))));
}

#[test]
fn names_of_formats() {
    for format in [Format::Table, Format::Csv, Format::Json, Format::Ndjson, Format::Parquet] {
        assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
    }
    assert!("xml".parse::<Format>().is_err());
}
