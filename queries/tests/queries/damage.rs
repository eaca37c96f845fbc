//! A lake that contradicts itself is an error, never an answer.

use std::fs;

use datasets::tables::CHARGES;
use weir_queries::{At, QueryError, Session};

use crate::charges::{Charge, logged, rows as batch};
use crate::deletion::Place;
use crate::fixture::LakeFixture;
use crate::{cell, refusal};

const COUNT: &str = "SELECT count(*) FROM charges";

fn lake(place: Place) -> LakeFixture {
    let charges: Vec<Charge> = (0..10).map(Charge).collect();
    let mut lake = LakeFixture::new();
    lake.add((&CHARGES, "file.parquet"), &batch(&charges), logged(&charges));
    lake.delete((&CHARGES, "file.parquet"), &[3, 4], place);
    lake.seal(1, 0);
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_of_other_rows_than_the_log() {
    let lake = lake(Place::Log);
    assert_eq!(cell(&lake.open(At::Latest), COUNT).await, "8");
    let seal = lake.path(&CHARGES).join("../../_weir/cuts/latest.json");
    let text = fs::read_to_string(&seal).unwrap().replace("\"rows\":8", "\"rows\":9");
    fs::write(&seal, text).unwrap();
    let error = refusal(&lake.open(At::Latest), COUNT).await;
    assert_eq!(
        error.to_string(),
        "table \"bill.charges\" at version 1 is damaged: its cut sealed 9 rows, and its log holds 8"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_vector_that_was_changed() {
    let lake = lake(Place::File);
    let folder = lake.path(&CHARGES).join("ab");
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 5;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let error = refusal(&lake.open(At::Latest), COUNT).await.to_string();
    assert!(error.ends_with("a deletion vector's checksum does not match"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_gone() {
    let lake = lake(Place::Log);
    fs::remove_dir_all(lake.path(&CHARGES).join("_delta_log")).unwrap();
    let error = refusal(&lake.open(At::Latest), COUNT).await;
    assert!(matches!(error, QueryError::Table { .. }), "{error}");
    // Other tables are not touched by it.
    assert_eq!(cell(&lake.open(At::Latest), "SELECT count(*) FROM balances").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_that_is_none() {
    let lake = lake(Place::Log);
    let cuts = lake.path(&CHARGES).join("../../_weir/cuts");
    fs::write(cuts.join("latest.json"), "{}").unwrap();
    let error = Session::open(lake.name(), At::Latest).err().unwrap();
    assert!(matches!(error, QueryError::Seal { .. }), "{error}");
    // The seal itself is enough where the pointer was never written.
    fs::remove_file(cuts.join("latest.json")).unwrap();
    assert_eq!(lake.open(At::Latest).cut().cut, 1);
}
