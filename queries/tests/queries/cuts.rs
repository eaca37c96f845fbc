//! The same question at each cut: an answer never mixes two of them.

use datasets::tables::CHARGES;
use datasets::units::EventTime;
use weir_queries::{At, QueryError, Session};

use crate::charges::{Charge, MIDNIGHT, logged, rows as batch};
use crate::deletion::Place;
use crate::fixture::LakeFixture;
use crate::{cell, refusal};

const MINUTE: i64 = 60_000_000;

/// Four cuts, a minute each: one file, a second file and deleted rows, more deleted rows, nothing new.
fn lake() -> LakeFixture {
    let first: Vec<Charge> = (0..250).map(Charge).collect();
    let second: Vec<Charge> = (250..300).map(Charge).collect();
    let mut lake = LakeFixture::new();
    lake.add((&CHARGES, "first.parquet"), &batch(&first), logged(&first));
    lake.seal(1, MIDNIGHT + MINUTE);
    lake.add((&CHARGES, "second.parquet"), &batch(&second), logged(&second));
    lake.delete((&CHARGES, "first.parquet"), &[0, 1, 249], Place::Log);
    lake.seal(2, MIDNIGHT + 2 * MINUTE);
    lake.delete((&CHARGES, "first.parquet"), &(0..200).collect::<Vec<_>>(), Place::File);
    lake.delete((&CHARGES, "second.parquet"), &[7], Place::Log);
    lake.seal(3, MIDNIGHT + 3 * MINUTE);
    lake.seal(4, MIDNIGHT + 4 * MINUTE);
    lake
}

async fn count(session: &Session) -> String {
    cell(session, "SELECT count(*) || '/' || count(zone) || '/' || sum(quantity) FROM charges")
        .await
}

fn expected(live: impl Iterator<Item = i64>) -> String {
    let live: Vec<Charge> = live.map(Charge).collect();
    let zones = live.iter().filter(|charge| charge.zone().is_some()).count();
    format!("{}/{zones}/{}", live.len(), live.iter().map(|charge| charge.0).sum::<i64>())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_cut_has_its_own_rows() {
    let lake = lake();
    let at_2 = expected((2..249).chain(250..300));
    let at_3 = expected((200..300).filter(|offset| *offset != 257));
    for (at, answer) in [
        (At::Cut(1), expected(0..250)),
        (At::Cut(2), at_2.clone()),
        (At::Cut(3), at_3.clone()),
        (At::Cut(4), at_3.clone()),
        (At::Latest, at_3),
        (At::Instant(EventTime(MIDNIGHT + 3 * MINUTE - 1)), at_2),
        (At::Instant(EventTime(MIDNIGHT + MINUTE)), expected(0..250)),
    ] {
        assert_eq!(count(&lake.open(at)).await, answer, "{at:?}");
    }
    assert_eq!(lake.open(At::Latest).cut().cut, 4);
    assert_eq!(lake.open(At::Latest).retained_cuts().unwrap(), [1, 2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_stays_at_its_cut() {
    let mut lake = lake();
    let session = lake.open(At::Latest);
    let before = count(&session).await;
    let more: Vec<Charge> = (300..310).map(Charge).collect();
    lake.add((&CHARGES, "third.parquet"), &batch(&more), logged(&more));
    lake.seal(5, MIDNIGHT + 5 * MINUTE);
    assert_eq!(count(&session).await, before);
    assert_ne!(count(&session.at(At::Latest).unwrap()).await, before);
}

#[test]
fn a_pointer_that_a_crash_left_behind_is_caught_up() {
    let lake = lake();
    let cuts = lake.path(&CHARGES).join("../../_weir/cuts");
    std::fs::copy(cuts.join(format!("{:020}.json", 2)), cuts.join("latest.json")).unwrap();
    assert_eq!(lake.open(At::Latest).cut().cut, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_cut_sets_another_cut_beside_the_sessions_own() {
    let lake = lake();
    let session = lake.open(At::Latest);
    let gone = "SELECT count(*) FROM at_cut('bill.charges', 2) old
        WHERE NOT EXISTS (SELECT 1 FROM charges WHERE charges.source_offset = old.source_offset)";
    assert_eq!(cell(&session, gone).await, "199");
    let then = "SELECT count(*) FROM at_cut('bill.charges', '2026-11-24T00:01:30Z')";
    assert_eq!(cell(&session, then).await, "250");

    for (sql, message) in [
        ("SELECT * FROM at_cut('bill.charges', 77)", "the retained cuts are 1 to 4"),
        ("SELECT * FROM at_cut('bill.charge', 1)", "did you mean \"bill.charges\"?"),
        ("SELECT * FROM at_cut('bill.charges')", "at_cut takes a table and a cut"),
        ("SELECT * FROM at_cut('bill.charges', -1)", "at_cut takes a cut's number"),
        ("SELECT * FROM at_cut('vault.dead_letters', 1)", "no table \"vault.dead_letters\""),
    ] {
        let error = refusal(&session, sql).await.to_string();
        assert!(error.contains(message), "{sql}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_retained_is_an_error_that_helps() {
    let lake = lake();
    let error = |at| Session::open(lake.name(), at).err().unwrap().to_string();
    assert!(error(At::Cut(9)).ends_with("the retained cuts are 1 to 4"), "{}", error(At::Cut(9)));
    let early = error(At::Instant(EventTime(MIDNIGHT)));
    assert!(early.ends_with("is as old as 2026-11-24T00:00:00Z: the oldest is cut 1"), "{early}");

    let empty = tempfile::TempDir::new().unwrap();
    let missing = Session::open(empty.path().to_str().unwrap(), At::Latest).err().unwrap();
    assert!(matches!(missing, QueryError::NoLake { .. }));
    let nowhere = Session::open("/no/such/lake", At::Latest).err().unwrap();
    assert!(nowhere.to_string().starts_with("no sealed cut under \"/no/such/lake\""));
    let remote = Session::open("hdfs://host/lake", At::Latest).err().unwrap();
    assert!(matches!(remote, QueryError::Location(..)));
}
