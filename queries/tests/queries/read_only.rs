//! Nothing can be changed, and nothing outside of the lake can be read or written.

use weir_queries::{At, QueryError};

use crate::fixture::LakeFixture;
use crate::{refusal, rows};

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_change_something_are_refused() {
    let mut lake = LakeFixture::new();
    lake.seal(1, 0);
    let session = lake.open(At::Latest);
    for sql in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "CREATE SCHEMA s",
        "DROP TABLE bill.charges",
        "INSERT INTO ops.cuts SELECT * FROM ops.cuts",
        "DELETE FROM bill.charges",
        "UPDATE bill.charges SET quantity = 0",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "EXPLAIN ANALYZE INSERT INTO ops.cuts SELECT * FROM ops.cuts",
        "SET datafusion.execution.batch_size = 1",
        "BEGIN",
        "PREPARE p AS SELECT 1",
    ] {
        let error = refusal(&session, sql).await;
        assert!(
            matches!(error, QueryError::ReadOnly { .. } | QueryError::Sql { .. }),
            "{sql}: {error}"
        );
    }
    let refused = refusal(&session, "DROP TABLE bill.charges").await.to_string();
    assert!(refused.starts_with("weir only reads, and refuses this statement: "), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_lake() {
    let mut lake = LakeFixture::new();
    lake.seal(1, 0);
    let session = lake.open(At::Latest);
    for sql in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'file:///etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM at_cut('../../etc', 1)",
    ] {
        refusal(&session, sql).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_is_allowed() {
    let mut lake = LakeFixture::new();
    lake.seal(1, 0);
    let session = lake.open(At::Latest);
    for sql in [
        "SHOW TABLES",
        "SHOW COLUMNS FROM bill.charges",
        "DESCRIBE bill.charges",
        "EXPLAIN SELECT * FROM bill.charges",
    ] {
        assert!(!rows(&session, sql).await.is_empty(), "{sql}");
    }
}
