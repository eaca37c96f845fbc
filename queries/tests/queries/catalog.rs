//! What can be found: tables, columns, comments, and the vault only when it is asked for.

use datasets::tables;
use weir_queries::{At, Session};

use crate::fixture::LakeFixture;
use crate::{cell, refusal, rows};

fn session() -> (LakeFixture, Session) {
    let mut lake = LakeFixture::new();
    lake.seal(1, 0);
    let session = lake.open(At::Latest);
    (lake, session)
}

const TABLES: &str = "SELECT table_schema || '.' || table_name FROM information_schema.tables
    WHERE table_schema <> 'information_schema' ORDER BY 1";

#[tokio::test(flavor = "multi_thread")]
async fn every_published_table_is_listed_and_can_be_read() {
    let (_lake, session) = session();
    let listed = rows(&session, TABLES).await.concat();
    let mut expected: Vec<String> = tables::ALL
        .iter()
        .filter(|table| table.schema != "vault")
        .map(|table| table.qualified_name())
        .collect();
    expected.push("ops.data_dictionary".to_owned());
    expected.sort();
    assert_eq!(listed, expected);
    for table in listed.iter().filter(|table| *table != "ops.data_dictionary") {
        assert_eq!(cell(&session, &format!("SELECT count(*) FROM {table}")).await, "0");
        assert!(rows(&session, &format!("SELECT * FROM {table}")).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_have_types_and_meanings() {
    let (_lake, session) = session();
    let types = "SELECT replace(data_type, ',', '') FROM information_schema.columns
        WHERE table_name = 'balances' AND column_name IN ('amount', 'charge_count') ORDER BY 1";
    assert_eq!(rows(&session, types).await.concat(), ["Decimal128(28 9)", "Int64"]);
    let meaning = "SELECT data_type, nullable, privacy, meaning FROM ops.data_dictionary
        WHERE table_name = 'charges' AND column_name = 'account_id'";
    assert_eq!(
        rows(&session, meaning).await,
        [["string", "false", "pseudonymous", "Billing account (TMF666)."]]
    );
    let frame = session.query("SELECT amount FROM bill.balances").await.unwrap();
    let comment = frame.schema().field(0).metadata().get("comment").cloned();
    assert!(comment.unwrap().starts_with("Sum of the account's movements"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_is_hidden_unless_it_is_asked_for() {
    let (_lake, session) = session();
    let error = refusal(&session, "SELECT * FROM vault.dead_letters").await.to_string();
    assert!(error.starts_with("no table \"vault.dead_letters\""), "{error}");
    let listed = "SELECT count(*) FROM ops.data_dictionary WHERE table_schema = 'vault'";
    assert_eq!(cell(&session, listed).await, "0");

    let opened = session.with_vault().unwrap();
    assert_eq!(cell(&opened, "SELECT count(*) FROM vault.dead_letters").await, "0");
    assert_ne!(cell(&opened, listed).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_name_is_answered_with_the_nearest() {
    let (_lake, session) = session();
    for (sql, message) in [
        ("SELECT * FROM bill.charge", "did you mean \"bill.charges\"?"),
        ("SELECT ammount FROM bill.charges", "amount"),
        ("SELEC 1", "SELEC"),
    ] {
        let error = refusal(&session, sql).await.to_string();
        assert!(error.contains(message), "{sql}: {error}");
        assert!(!error.starts_with("Error during"), "{error}");
    }
}
