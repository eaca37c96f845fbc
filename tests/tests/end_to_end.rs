//! A generated operator through everything: its own truth is what the lake must say, however often weir was stopped.

use std::collections::BTreeMap;
use std::sync::Arc;

use connectors::lake::faults::{FaultyStore, Flavour, SimulatedDisk};
use connectors::lake::{Lake, LocalStore, Seal, Store};
use datasets::dictionary::Table;
use datasets::generator::{Config, Item, Operator, State, Truth};
use datasets::tables;
use weir_tests::harness::{counts, publish, rows};

/// Without clocks in a far future: whether duplicates of those are found depends on the cut in which they arrive.
fn operator(seed: u64) -> (Vec<Item>, Operator) {
    let mut config = Config { records: 2_000, ..Config::small(seed) };
    config.trouble.far_ahead = 0;
    let mut operator = Operator::new(config);
    let items = operator.by_ref().collect();
    (items, operator)
}

/// A disk in memory.
fn store() -> Arc<dyn Store> {
    Arc::new(LocalStore::on(SimulatedDisk::default()))
}

fn latest(lake: &Lake) -> Seal {
    lake.latest().unwrap().expect("a cut is sealed")
}

/// Records by state as the lake says; who came first of two equal ones depends on the cut, so those go together.
fn states_in(lake: &Lake) -> BTreeMap<String, i64> {
    merged(counts(lake, &latest(lake), &tables::USAGE_ACCOUNTING).unwrap())
}

fn states_of(truth: &Truth) -> BTreeMap<String, i64> {
    let named = |(state, count): (&State, &u64)| {
        let key = format!("{}|{}", state.as_str(), state.reason());
        (key, i64::try_from(*count).unwrap())
    };
    merged(truth.states.iter().map(named).collect())
}

fn merged(states: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let mut merged = BTreeMap::new();
    for (key, count) in states {
        let again = ["duplicate|", "superseded|"].contains(&key.as_str());
        *merged.entry(if again { "again".to_owned() } else { key }).or_default() += count;
    }
    merged
}

fn balances_of(truth: &Truth) -> Vec<String> {
    let row = |((account, currency), balance): (&(String, _), &datasets::generator::Balance)| {
        let (amount, charged, topped_up) = (balance.amount(), balance.charged, balance.topped_up);
        let decimals = |money: datasets::units::Money| {
            let sign = if money.0 < 0 { "-" } else { "" };
            let magnitude = money.0.unsigned_abs();
            format!("{sign}{}.{:09}", magnitude / 1_000_000_000, magnitude % 1_000_000_000)
        };
        format!(
            "{account}|{currency}|{}|{}|{}|{}|{}",
            decimals(amount),
            decimals(charged),
            decimals(topped_up),
            balance.charge_count,
            balance.topup_count
        )
    };
    let mut rows: Vec<String> = truth.balances.iter().map(row).collect();
    rows.sort();
    rows
}

/// What two lakes of the same input must have in common, whatever their cuts.
fn published(lake: &Lake) -> Vec<(&'static str, Vec<String>)> {
    let seal = latest(lake);
    let of = |table: &'static Table, without: &[&str]| {
        (table.name, rows(lake, &seal, table, without).unwrap())
    };
    vec![
        of(&tables::RAW_USAGE, &["arrival_cut", "lateness"]),
        of(&tables::RAW_REFERENCE, &["arrival_cut"]),
        of(&tables::BALANCES, &[]),
        of(&tables::CREDIT, &[]),
        of(&tables::DEAD_LETTERS, &["cut"]),
        of(&tables::CHARGES, &["source_offset"]),
        of(&tables::SUSPENDED_USAGE, &["source_offset"]),
    ]
}

/// Fails with the first rows that only one side has.
fn assert_same(found: &[(&str, Vec<String>)], expected: &[(&str, Vec<String>)], of: &str) {
    for ((table, found), (_, expected)) in found.iter().zip(expected) {
        let only = |one: &[String], other: &[String]| {
            one.iter()
                .filter(|row| other.binary_search(row).is_err())
                .take(3)
                .cloned()
                .collect::<Vec<_>>()
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

#[test]
fn the_lake_says_what_the_generator_knows() {
    for seed in 0..3 {
        let (items, operator) = operator(seed);
        let lake = Lake::on(store());
        publish(&lake, &items, 1).unwrap();
        let seal = latest(&lake);
        let truth = operator.truth(seal.facts.now);
        assert_eq!(states_in(&lake), states_of(&truth), "seed {seed}");
        let balances = rows(&lake, &seal, &tables::BALANCES, &[]).unwrap();
        assert_eq!(balances, balances_of(&truth), "seed {seed}");
        assert!(lake.verify(seal.facts.cut).unwrap().problems.is_empty());
    }
}

#[test]
fn stopping_and_going_on_changes_nothing() {
    for seed in 0..3 {
        let (items, _) = operator(seed);
        let once = Lake::on(store());
        publish(&once, &items, 1).unwrap();
        let often = Lake::on(store());
        for part in 1..=4 {
            publish(&often, &items[..items.len() * part / 4], 1).unwrap();
        }
        assert_same(&published(&often), &published(&once), &format!("seed {seed}"));
        assert_eq!(states_in(&often), states_in(&once), "seed {seed}");
    }
}

#[test]
fn a_crash_at_any_step_of_a_cut_changes_nothing() {
    let (items, _) = operator(9);
    let once = Lake::on(store());
    publish(&once, &items, 1).unwrap();
    let expected = published(&once);
    for (place, flavour) in
        [Flavour::Before, Flavour::After].into_iter().cycle().take(24).enumerate()
    {
        let steps = u64::try_from(place * 7 + 1).unwrap();
        let disk = store();
        let faulty = Lake::on(Arc::new(FaultyStore::new(disk.clone(), steps, flavour)));
        let outcome = publish(&faulty, &items, 1);
        let lake = Lake::on(disk);
        let sealed = lake.latest().unwrap();
        publish(&lake, &items, 1).unwrap();
        assert_same(&published(&lake), &expected, &format!("crash at step {steps}: {outcome:?}"));
        if let Some(seal) = sealed {
            assert_eq!(lake.seal(seal.facts.cut).unwrap(), seal, "crash at step {steps}");
        }
    }
}
