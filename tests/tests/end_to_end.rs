//! A generated operator through everything: its own truth is what the lake must say, however often weir was stopped.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use connectors::lake::faults::{FaultyStore, Flavour, SimulatedDisk};
use connectors::lake::{Lake, LocalStore, Seal, Store};
use datasets::generator::{Config, Item, Operator};
use datasets::tables;
use pipelines::runtime::Settings;
use weir_tests::harness::{Running, counts, publish, publish_with, rows, settings};
use weir_tests::published::{Published, assert_same, merged, published};
use weir_tests::truths::{balances_of, states_of};
use weir_tests::waiting::until;

/// Without clocks in a far future: whether duplicates of those are found depends on the cut in which they arrive.
fn operator(seed: u64, records: u64) -> (Vec<Item>, Operator) {
    let mut config = Config { records, ..Config::small(seed) };
    config.trouble.far_ahead = 0;
    let mut operator = Operator::new(config);
    let items = operator.by_ref().collect();
    (items, operator)
}

/// A disk in memory.
fn store() -> Arc<dyn Store> {
    on(SimulatedDisk::default())
}

fn on(disk: SimulatedDisk) -> Arc<dyn Store> {
    Arc::new(LocalStore::on(disk))
}

fn latest(lake: &Lake) -> Seal {
    lake.latest().unwrap().expect("a cut is sealed")
}

/// Records by state as the lake says; who came first of two equal ones depends on the cut, so those go together.
fn states_in(lake: &Lake) -> BTreeMap<String, i64> {
    merged(counts(lake, &latest(lake), &tables::USAGE_ACCOUNTING).unwrap())
}

#[test]
fn the_lake_says_what_the_generator_knows() {
    for seed in 0..3 {
        let (items, operator) = operator(seed, 2_000);
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
        let (items, _) = operator(seed, 2_000);
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

/// Here and there in a run with many cuts.
#[test]
fn a_crash_at_any_step_of_a_run_changes_nothing() {
    let (items, _) = operator(9, 2_000);
    let once = Lake::on(store());
    publish(&once, &items, 1).unwrap();
    let expected = published(&once);
    let mut crashes = 0;
    for (place, flavour) in FLAVOURS.into_iter().cycle().take(16).enumerate() {
        let steps = u64::try_from(place * 11 + 1).unwrap();
        let at = (settings(1), steps, flavour);
        crashes += usize::from(crash(&SimulatedDisk::default(), &items, at, &expected));
    }
    // How many steps a run has depends on where cuts fall.
    assert!(crashes > 3, "{crashes} runs have crashed");
}

/// Each step of a whole run that publishes one cut over an earlier one: opening the lake, files, plan, each table, seal.
#[test]
fn a_crash_at_each_step_of_one_cut_changes_nothing() {
    let (items, _) = operator(10, 300);
    let disk = SimulatedDisk::default();
    publish(&Lake::on(on(disk.clone())), &items[..items.len() / 2], 1).unwrap();
    let mut settings = settings(1);
    settings.pace.publish_interval = Duration::from_secs(3_600);

    let counting = Arc::new(FaultyStore::new(on(disk.copy()), u64::MAX, Flavour::Before));
    let once = Lake::on(counting.clone());
    let before = latest(&once).facts.cut;
    publish_with(&once, &items, settings.clone()).unwrap();
    assert_eq!(latest(&once).facts.cut, before + 1);
    let expected = published(&once);
    assert!(
        counting.steps() > 20,
        "a cut of several tables takes more than {} steps",
        counting.steps()
    );
    for step in 0..counting.steps() {
        for flavour in FLAVOURS {
            let at = (settings.clone(), step, flavour);
            assert!(crash(&disk.copy(), &items, at, &expected), "no crash at step {step}");
        }
    }
}

/// The gauges of memory show what all workers hold, after a restart too: each identity once, and what is folded one by one.
#[test]
fn gauges_show_what_is_held() {
    let mut config = Config { records: 2_000, ..Config::small(4) };
    config.trouble.far_ahead = 0;
    let items: Vec<Item> = Operator::new(config).collect();
    let lake = Lake::on(store());
    for (workers, part) in [(1, &items[..items.len() / 2]), (2, &items[..])] {
        publish(&lake, part, workers).unwrap();
        let seal = latest(&lake);
        let distinct = |table, column: usize| {
            let rows = rows(&lake, &seal, table, &[]).unwrap();
            let names = rows.iter().map(|row| row.split('|').nth(column).unwrap().to_owned());
            names.collect::<std::collections::BTreeSet<_>>().len()
        };
        let place = |table: &'static datasets::dictionary::Table, name| {
            table.columns.iter().position(|column| column.name == name).unwrap()
        };
        let usage = distinct(&tables::RAW_USAGE, place(&tables::RAW_USAGE, "usage_id"));
        let topups = distinct(&tables::RAW_TOPUPS, place(&tables::RAW_TOPUPS, "topup_id"));
        let identities = u64::try_from(usage + topups).unwrap();
        let running = Running::start(&lake, settings(workers));
        running.feed(part);
        let held = || running.gauges.winners.load(Ordering::Relaxed);
        until("every identity", || (held() == identities).then_some(()));
        let [events, keys, bytes] =
            [&running.gauges.events, &running.gauges.keys, &running.gauges.bytes]
                .map(|gauge| gauge.load(Ordering::Relaxed));
        assert!(0 < keys && keys < events && events <= identities, "{:?}", running.gauges);
        assert!(bytes >= identities * 25 + events * 64 + keys * 512, "{:?}", running.gauges);
        running.end().unwrap();
    }
}

const FLAVOURS: [Flavour; 2] = [Flavour::Before, Flavour::After];

/// Lets the disk fail at a step of a run, runs again, and compares; says whether the run came to that step.
fn crash(
    disk: &SimulatedDisk,
    items: &[Item],
    (settings, step, flavour): (Settings, u64, Flavour),
    expected: &Published,
) -> bool {
    let faulty = Arc::new(FaultyStore::new(on(disk.clone()), step, flavour));
    let outcome = publish_with(&Lake::on(faulty.clone()), items, settings.clone());
    let crashed = faulty.steps() > step;
    assert!(crashed || outcome.is_ok(), "{outcome:?}");
    let lake = Lake::on(on(disk.clone()));
    let sealed = lake.latest().unwrap();
    publish_with(&lake, items, settings).unwrap();
    let of = format!("crash at step {step}, {flavour:?}: {outcome:?}");
    assert_same(&published(&lake), expected, &of);
    if let Some(seal) = sealed {
        assert_eq!(lake.seal(seal.facts.cut).unwrap(), seal, "{of}");
        assert!(lake.verify(seal.facts.cut).unwrap().problems.is_empty(), "{of}");
    }
    crashed
}
