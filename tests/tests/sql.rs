//! SQL over lakes that weir wrote itself: at every sealed cut, every table is what the history says.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use connectors::lake::Lake;
use queries::{At, Session};

#[path = "../../connectors/tests/lake/rows.rs"]
#[allow(dead_code, reason = "the lake's own tests use the rest")]
mod rows;
#[path = "../../connectors/tests/lake/script.rs"]
#[allow(dead_code, reason = "the lake's own tests use the rest")]
mod script;

async fn ask(session: &Session, sql: &str) -> Vec<RecordBatch> {
    let frame = session.query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    frame.collect().await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Sums and counts by a filter that prunes, against the same over all rows.
async fn check_filters(session: &Session) {
    for filter in [
        "source_offset % 2 = 0 AND source_offset >= 40",
        "started_at < '1970-01-01T00:01:00Z'",
        "zone IS NULL AND source_partition = 1",
    ] {
        let answers = [
            format!("SELECT count(*), sum(amount) FROM charges WHERE {filter}"),
            format!(
                "SELECT count(*) FILTER (WHERE {filter}), sum(amount) FILTER (WHERE {filter}) FROM charges"
            ),
        ];
        let pruned = rows::lines(ask(session, &answers[0]).await);
        assert_eq!(pruned, rows::lines(ask(session, &answers[1]).await), "{filter}");
    }
}

async fn check_cut(session: &Session, expected: &BTreeMap<String, Vec<String>>) {
    let cut = session.cut().cut;
    for (table, lines) in expected {
        let read = rows::lines(ask(session, &format!("SELECT * FROM {table}")).await);
        assert_eq!(&read, lines, "{table} at cut {cut}");
        let count = rows::lines(ask(session, &format!("SELECT count(*) FROM {table}")).await);
        assert_eq!(count, [lines.len().to_string()], "{table} at cut {cut}");
    }
    check_filters(session).await;
}

async fn check(root: &str, lake: &Lake, history: &[script::Step]) {
    for cut in lake.seals().unwrap() {
        let session = Session::open(root, At::Cut(cut)).unwrap();
        check_cut(&session, &history[usize::try_from(cut).unwrap() - 1].expected).await;
    }
    let newest = Session::open(root, At::Latest).unwrap();
    assert_eq!(newest.cut().cut, lake.latest().unwrap().unwrap().facts.cut);
    for table in newest.tables() {
        ask(&newest, &format!("SELECT * FROM {}", table.qualified_name())).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cut_through_merges_and_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::local(folder.path()).unwrap();
    let history = script::history(21, 24, 60);
    script::run_to_end(&lake, &history).unwrap();
    check(folder.path().to_str().unwrap(), &lake, &history).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cut_with_vectors_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::local(folder.path()).unwrap();
    let history = script::history(31, 4, 6_000);
    script::run_to_end(&lake, &history).unwrap();
    check(folder.path().to_str().unwrap(), &lake, &history).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_retained_cut_where_the_log_was_thinned_out() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::local(folder.path()).unwrap();
    let history = script::history(17, 240, 12);
    script::run_with(&lake, &history, script::forgetful_upkeep(0)).unwrap();
    check(folder.path().to_str().unwrap(), &lake, &history).await;
}
