//! Filters, projections, limits and orders over files of many row groups with deleted rows, against plain recomputation.

use std::collections::BTreeSet;
use std::fs;

use datasets::tables::CHARGES;
use weir_queries::{At, Session};

use crate::charges::{Charge, logged, rows as batch};
use crate::deletion::Place;
use crate::fixture::LakeFixture;
use crate::{cell, rows};

const FILES: i64 = 3;
const ROWS_PER_FILE: i64 = 450;

/// A lake of three files, and the charges of it that are left.
fn lake(seed: u64) -> (LakeFixture, Vec<Charge>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut lake = LakeFixture::new();
    let mut live = Vec::new();
    for file in 0..FILES {
        let charges: Vec<Charge> =
            (file * ROWS_PER_FILE..(file + 1) * ROWS_PER_FILE).map(Charge).collect();
        let name = format!("file-{file}.parquet");
        lake.add((&CHARGES, &name), &batch(&charges), logged(&charges));
        let deleted = positions(&mut random);
        if !deleted.is_empty() {
            let place = if random.bool() { Place::Log } else { Place::File };
            lake.delete((&CHARGES, &name), &Vec::from_iter(deleted.iter().copied()), place);
        }
        let left = (0..).zip(charges).filter(|(position, _)| !deleted.contains(position));
        live.extend(left.map(|(_, charge)| charge));
    }
    lake.seal(1, 0);
    (lake, live)
}

/// Nothing, scattered rows, whole row groups, or all.
fn positions(random: &mut fastrand::Rng) -> BTreeSet<u64> {
    let all = 0..u64::try_from(ROWS_PER_FILE).unwrap();
    match random.u8(0..8) {
        0 => BTreeSet::new(),
        1 => all.collect(),
        2 => (90..310).collect(),
        3 => all.filter(|position| position % 100 != 50).collect(),
        _ => {
            let share = random.u64(1..60);
            all.filter(|_| random.u64(0..60) < share).collect()
        }
    }
}

async fn same(session: &Session, filter: &str, expected: &[Charge]) {
    let sums = format!(
        "SELECT count(*), coalesce(sum(quantity), 0), coalesce(sum(amount), 0) FROM bill.charges WHERE {filter}"
    );
    let quantity: i64 = expected.iter().map(|charge| charge.0).sum();
    let nanos: i128 = expected.iter().map(|charge| charge.nanos()).sum();
    let amount = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    let expected_sums = vec![expected.len().to_string(), quantity.to_string(), amount];
    assert_eq!(rows(session, &sums).await, [expected_sums], "{filter}");

    let listed =
        format!("SELECT source_offset FROM charges WHERE {filter} ORDER BY 1 DESC LIMIT 7");
    let newest: Vec<Vec<String>> =
        expected.iter().rev().take(7).map(|charge| vec![charge.0.to_string()]).collect();
    assert_eq!(rows(session, &listed).await, newest, "{filter}");

    let some = format!("SELECT zone, account_id FROM charges WHERE {filter} LIMIT 40");
    assert_eq!(rows(session, &some).await.len(), expected.len().min(40), "{filter}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scan_equals_recomputation() {
    for seed in 0..24 {
        eprintln!("seed {seed}");
        let (lake, live) = lake(seed);
        let session = lake.open(At::Latest);
        let kept = |holds: &dyn Fn(&Charge) -> bool| -> Vec<Charge> {
            live.iter().copied().filter(|charge| holds(charge)).collect()
        };
        same(&session, "true", &live).await;
        same(&session, "source_offset >= 0", &live).await;
        same(&session, "source_offset < 0", &[]).await;
        same(&session, "source_offset BETWEEN 133 AND 577", &kept(&|c| (133..=577).contains(&c.0)))
            .await;
        same(&session, "service = 'voice'", &kept(&|c| c.service() == "voice")).await;
        same(&session, "zone IS NULL", &kept(&|c| c.zone().is_none())).await;
        same(&session, "zone IS NOT NULL", &kept(&|c| c.zone().is_some())).await;
        same(
            &session,
            "amount > 4.5 AND currency = 'EUR'",
            &kept(&|c| c.0 > 450 && c.currency() == "EUR"),
        )
        .await;
        same(&session, "started_at >= '2026-11-24T08:00:00Z'", &kept(&|c| c.0 >= 480)).await;
        same(
            &session,
            "source_offset IN (3, 450, 451, 1349)",
            &kept(&|c| [3, 450, 451, 1349].contains(&c.0)),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn extremes_are_those_of_the_rows_that_are_left() {
    for seed in 0..12 {
        let (lake, live) = lake(seed);
        let session = lake.open(At::Latest);
        let extremes =
            rows(&session, "SELECT min(source_offset), max(source_offset) FROM charges").await;
        let of = |charge: Option<&Charge>| charge.map_or_else(String::new, |c| c.0.to_string());
        assert_eq!(extremes, [[of(live.first()), of(live.last())]], "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_joins_see_the_same_rows() {
    let (lake, live) = lake(5);
    let session = lake.open(At::Latest);
    let by_service =
        "SELECT service, count(*), count(zone) FROM charges GROUP BY service ORDER BY 1";
    let expected = ["data", "sms", "voice"].map(|service| {
        let of: Vec<_> = live.iter().filter(|charge| charge.service() == service).collect();
        let zones = of.iter().filter(|charge| charge.zone().is_some()).count();
        vec![service.to_owned(), of.len().to_string(), zones.to_string()]
    });
    assert_eq!(rows(&session, by_service).await, expected);

    let joined = "SELECT count(*) FROM charges a JOIN bill.charges b USING (source_offset)";
    assert_eq!(cell(&session, joined).await, live.len().to_string());
    let union =
        "SELECT count(*) FROM (SELECT zone FROM charges UNION ALL SELECT service FROM charges)";
    assert_eq!(cell(&session, union).await, (2 * live.len()).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_rows_opens_no_file() {
    let (lake, live) = lake(3);
    for file in 0..FILES {
        fs::remove_file(lake.path(&CHARGES).join(format!("file-{file}.parquet"))).unwrap();
    }
    let session = lake.open(At::Latest);
    assert_eq!(cell(&session, "SELECT count(*) FROM charges").await, live.len().to_string());
    let pruned = "SELECT quantity FROM charges WHERE source_offset > 100000";
    assert!(rows(&session, pruned).await.is_empty());
}

/// Files of more than ten megabytes are read in parts, by several threads; the selection is that of the whole file.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_read_in_parts() {
    let charges: Vec<Charge> = (0..400_000).map(Charge).collect();
    let mut lake = LakeFixture::new();
    lake.add((&CHARGES, "large.parquet"), &batch(&charges), logged(&charges));
    let deleted: Vec<u64> = (0..400_000).filter(|position| position % 3 == 1).collect();
    lake.delete((&CHARGES, "large.parquet"), &deleted, Place::File);
    lake.seal(1, 0);
    let live: Vec<Charge> = charges.into_iter().filter(|charge| charge.0 % 3 != 1).collect();
    same(&lake.open(At::Latest), "quantity >= 0", &live).await;
}

/// Tables only gain nullable columns: a file from before one has nulls there.
#[tokio::test]
async fn a_column_that_a_file_was_written_before_is_null_in_it() {
    let mut lake = LakeFixture::new();
    let zone = CHARGES.column("zone").unwrap();
    let old: Vec<Charge> = (0..50).map(Charge).collect();
    let new: Vec<Charge> = (50..90).map(Charge).collect();
    let before = batch(&old);
    let kept: Vec<usize> = (0..before.num_columns()).filter(|place| *place != zone).collect();
    lake.add((&CHARGES, "old.parquet"), &before.project(&kept).unwrap(), serde_json::json!({}));
    lake.add((&CHARGES, "new.parquet"), &batch(&new), logged(&new));
    lake.delete((&CHARGES, "old.parquet"), &[3], Place::Log);
    lake.seal(1, 0);
    let session = lake.open(At::Latest);
    let told = batch(&new).column(zone).null_count();
    let sql = "SELECT count(*), count(source_offset), count(*) - count(zone) FROM bill.charges";
    let nulls = 49 + told;
    assert_eq!(rows(&session, sql).await, [["89".to_owned(), "89".to_owned(), nulls.to_string()]]);
    let sql = "SELECT count(*) FROM bill.charges WHERE zone IS NULL AND source_offset < 50";
    assert_eq!(rows(&session, sql).await, [["49".to_owned()]]);
}
