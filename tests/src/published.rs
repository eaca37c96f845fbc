//! What two lakes of the same input must have in common, whatever their cuts and whoever was killed in between.
//!
//! Left out is what says when something was noticed, not what it is: numbers of cuts, `ops.cuts` itself, and actions,
//! which are history. A ledger shows corrections between cuts that a lake with fewer cuts never had, so movements are
//! compared as what remains of them. Of two revisions that arrive in one cut the lower is superseded; in two cuts a copy of
//! the lower that came with it is a duplicate for ever: such copies are counted together.

use std::collections::{BTreeMap, BTreeSet};

use connectors::lake::{Lake, Seal};
use datasets::dictionary::Table;
use datasets::tables;

use crate::harness::{counts, rows};

/// Sorted rows by what they are of.
pub type Published = BTreeMap<&'static str, Vec<String>>;

/// What a lake says at its newest cut.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn published(lake: &Lake) -> Published {
    let seal = lake.latest().expect("a lake can always be read").expect("a cut is sealed");
    let of = |table: &'static Table, without: &[&str]| {
        (table.name, rows(lake, &seal, table, without).expect("a sealed cut can be read"))
    };
    let mut published = Published::from([
        of(&tables::RAW_USAGE, &["arrival_cut"]),
        of(&tables::RAW_TOPUPS, &["arrival_cut"]),
        of(&tables::RAW_REFERENCE, &["arrival_cut"]),
        of(&tables::CHARGES, &[]),
        of(&tables::SUSPENDED_USAGE, &[]),
        of(&tables::BALANCES, &[]),
        of(&tables::CREDIT, &[]),
        of(&tables::VAULT_DEAD_LETTERS, &[]),
    ]);
    let (_, dead) = of(&tables::DEAD_LETTERS, &["cut"]);
    published.insert("ops.dead_letters", dead);
    let (_, movements) = of(&tables::BALANCE_MOVEMENTS, &["cut"]);
    published.insert("what remains of movements", remaining(&movements));
    published.insert("duplicates of what counts", lasting_duplicates(lake, &seal));
    published.insert("states", states(lake, &seal));
    published
}

/// Fails with the first rows that only one side has.
///
/// # Panics
/// If the two differ.
pub fn assert_same(found: &Published, expected: &Published, of: &str) {
    for (table, expected) in expected {
        let found = &found[table];
        let only = |one: &[String], other: &[String]| {
            let only = one.iter().filter(|row| other.binary_search(row).is_err());
            only.take(3).cloned().collect::<Vec<_>>()
        };
        let (more, less) = (only(found, expected), only(expected, found));
        assert!(
            found == expected,
            "{of}: {table} has {} rows and should have {}; only found {more:#?}, only expected {less:#?}",
            found.len(),
            expected.len()
        );
    }
}

/// Movements of which something remains: each with its count and its amount, reversals taken off.
fn remaining(movements: &[String]) -> Vec<String> {
    let mut remaining: BTreeMap<String, (i64, i128)> = BTreeMap::new();
    for row in movements {
        let values: Vec<&str> = row.split('|').collect();
        let [account, movement, reversal, source, partition, offset, at, amount, currency] =
            values[..]
        else {
            panic!("a movement has nine columns beside its cut: {row}")
        };
        let key = [account, movement, source, partition, offset, at, currency].join("|");
        let (count, sum) = remaining.entry(key).or_default();
        *count += if reversal == "true" { -1 } else { 1 };
        *sum += amount.replace('.', "").parse::<i128>().expect("an amount has nine decimals");
    }
    let left = remaining.into_iter().filter(|(_, left)| *left != (0, 0));
    left.map(|(key, (count, sum))| format!("{key}|{count}|{sum}")).collect()
}

/// Duplicates of records that count in the end.
fn lasting_duplicates(lake: &Lake, seal: &Seal) -> Vec<String> {
    let place = ["source_id", "source_partition", "source_offset"];
    let places = |table: &'static Table| {
        let others = table.columns.iter().map(|column| column.name);
        let others: Vec<_> = others.filter(|name| !place.contains(name)).collect();
        rows(lake, seal, table, &others).expect("a sealed cut can be read")
    };
    let counting: BTreeSet<String> =
        [&tables::CHARGES, &tables::SUSPENDED_USAGE, &tables::RAW_TOPUPS]
            .into_iter()
            .flat_map(places)
            .collect();
    let duplicates = rows(lake, seal, &tables::DUPLICATES, &["cut"]);
    let mut duplicates = duplicates.expect("a sealed cut can be read");
    duplicates.retain(|row| {
        let of = row.splitn(4, '|').nth(3).expect("a duplicate names what it repeats");
        counting.contains(of)
    });
    duplicates
}

/// How many records are in each state, as far as that does not depend on cuts.
fn states(lake: &Lake, seal: &Seal) -> Vec<String> {
    let states = counts(lake, seal, &tables::USAGE_ACCOUNTING).expect("a sealed cut can be read");
    merged(states).into_iter().map(|(state, count)| format!("{state}|{count}")).collect()
}

/// States with their counts, duplicates and superseded records together.
#[must_use]
pub fn merged(states: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let mut merged = BTreeMap::new();
    for (key, count) in states {
        let again = ["duplicate|", "superseded|"].contains(&key.as_str());
        *merged.entry(if again { "again".to_owned() } else { key }).or_default() += count;
    }
    merged
}
