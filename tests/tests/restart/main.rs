//! Restarts from bases: with events folded for good in between, a run that stops often is one that never stopped.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod refold;

use std::sync::Arc;
use std::time::Duration;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Committer, Contribution, CutFacts, FileWriter, Lake, LocalStore, Seal};
use datasets::dictionary::Table;
use datasets::generator::{Config, Item, Operator};
use datasets::tables;
use datasets::units::EventTime;
use pipelines::runtime::budget::Limits;
use pipelines::runtime::{RuntimeError, Settings};
use weir_tests::harness::{Running, TOPICS, counts, publish_with, rows, settings};

const HOUR: i64 = 3_600_000_000;

fn lake() -> Lake {
    Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())))
}

fn latest(lake: &Lake) -> Seal {
    lake.latest().unwrap().expect("a cut is sealed")
}

/// Four days with everything that goes wrong, and then some records held back for up to two days.
fn items(seed: u64) -> Vec<Item> {
    let mut config = Config { records: 3_000, days: 4, ..Config::small(seed) };
    config.trouble.lateness_s_max = 3 * 86_400;
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut items: Vec<(EventTime, Item)> = Operator::new(config)
        .filter(|item| TOPICS.contains(&item.topic))
        .map(|item| {
            let held_back = item.topic == "usage.cdr" && rng.u8(0..10) == 0;
            let hours = if held_back { rng.i64(1..48) } else { 0 };
            (EventTime(item.arrived_at.0 + hours * HOUR), item)
        })
        .collect();
    items.sort_by_key(|(arrived_at, _)| *arrived_at);
    items.into_iter().map(|(arrived_at, item)| Item { arrived_at, ..item }).collect()
}

/// Settings under which whatever a run reads is one cut, and events are held for some hours.
fn one_cut(workers: usize, hot_hours: i64) -> Settings {
    let mut settings = settings(workers);
    settings.pace.publish_interval = Duration::from_secs(3_600);
    settings.pace.heartbeat = Duration::from_secs(3_600);
    settings.limits = Limits { hot_window: hot_hours * HOUR, ..Limits::of_days(0) };
    settings
}

/// The ends of the parts in which items are fed.
fn ends(items: &[Item], parts: usize) -> Vec<usize> {
    (1..=parts).map(|part| items.len() * part / parts).collect()
}

/// One run per part, and one that only ends.
fn often(items: &[Item], parts: usize, settings: &Settings) -> Lake {
    let lake = lake();
    for end in ends(items, parts).into_iter().chain([items.len()]) {
        publish_with(&lake, &items[..end], settings.clone()).unwrap();
    }
    lake
}

/// What the cuts decided.
fn decisions(lake: &Lake) -> Vec<(EventTime, EventTime, u64)> {
    let facts = |cut| lake.seal(cut).unwrap().facts;
    let decided = |facts: CutFacts| (facts.now, facts.since, facts.record_count);
    (1..=latest(lake).facts.cut).map(facts).map(decided).collect()
}

/// Many runs, and one run with a cut per part. Cuts end by the clock: on a machine that stands still a part may be torn,
/// or stream time be noted a cut later, and then there is another attempt with longer cuts.
fn often_and_once(items: &[Item], parts: usize, settings: &Settings) -> (Lake, Lake) {
    let attempt = |attempt: u32| {
        let often = often(items, parts, settings);
        let once = attempt_once(items, parts, (settings, 1 << attempt))?;
        (decisions(&often) == decisions(&once)).then_some((often, once))
    };
    (0..6).find_map(attempt).expect("a part is read within 32 seconds")
}

fn attempt_once(
    items: &[Item],
    parts: usize,
    (settings, beat_s): (&Settings, u64),
) -> Option<Lake> {
    let lake = lake();
    let mut settings = settings.clone();
    settings.pace.heartbeat = Duration::from_secs(beat_s);
    let running = Running::start(&lake, settings);
    let mut begin = 0;
    for (cut, end) in (1..).zip(ends(items, parts)) {
        running.feed(&items[begin..end]);
        running.wait_until(|| lake.latest().unwrap().is_some_and(|seal| seal.facts.cut >= cut));
        let whole = lake.seal(cut).ok()?.facts.record_count == u64::try_from(end - begin).unwrap();
        if !whole {
            drop(running.stop());
            return None;
        }
        begin = end;
    }
    running.stop().unwrap();
    Some(lake)
}

/// All tables but what the clock on the wall says.
fn everything(lake: &Lake) -> Vec<(String, Vec<String>)> {
    all_but(lake, &["sealed_at", "reason"])
}

/// All tables, without columns of these names.
fn all_but(lake: &Lake, columns: &[&str]) -> Vec<(String, Vec<String>)> {
    let seal = latest(lake);
    let of = |table: &'static Table| {
        let rows = rows(lake, &seal, table, columns).unwrap();
        (table.qualified_name(), rows)
    };
    tables::ALL.into_iter().map(of).collect()
}

fn assert_same(found: &Lake, expected: &Lake, of: &str) {
    compare((everything(found), everything(expected)), of);
}

type Tables = Vec<(String, Vec<String>)>;

fn compare((found, expected): (Tables, Tables), of: &str) {
    for ((table, found), (_, expected)) in found.iter().zip(expected) {
        let only = |one: &[String], other: &[String]| {
            let lacks = |row: &&String| other.binary_search(row).is_err();
            one.iter().filter(lacks).take(3).cloned().collect::<Vec<_>>()
        };
        let (more, less) = (only(found, &expected), only(&expected, found));
        assert!(
            *found == expected,
            "{of}: {table} has {} rows and should have {}; only found {more:#?}, only expected {less:#?}",
            found.len(),
            expected.len()
        );
    }
}

#[test]
fn stopping_often_with_events_folded_for_good_changes_nothing() {
    for (seed, hot_hours) in [(1, 6), (2, 1), (3, 30)] {
        let items = items(seed);
        let settings = one_cut(1, hot_hours);
        let (often, once) = often_and_once(&items, 9, &settings);
        assert_same(&often, &once, &format!("seed {seed}, {hot_hours} hours"));
        let seal = latest(&often);
        assert!(seal.facts.since.0 >= seal.facts.now.0 - (hot_hours + 1) * HOUR);
        assert!(seal.tables["state.accounts"].rows > 50, "accounts are folded for good");
        let states = counts(&often, &seal, &tables::USAGE_ACCOUNTING).unwrap();
        assert!(states["suspended|behind_hot_window"] > 0, "{states:?}");
        assert!(states["superseded|"] > 0 && states["duplicate|"] > 0, "{states:?}");
        assert!(often.verify(seal.facts.cut).unwrap().problems.is_empty());
    }
}

#[test]
fn the_same_on_two_workers() {
    let items = items(4);
    let attempt = |_attempt| {
        let one = often(&items, 6, &one_cut(1, 6));
        let two = often(&items, 6, &one_cut(2, 6));
        (decisions(&one) == decisions(&two)).then_some((one, two))
    };
    let (one, two) = (0..6).find_map(attempt).expect("both decide the same");
    assert_same(&two, &one, "two workers");
}

#[test]
fn a_base_that_is_gone_is_noticed() {
    let items = items(6);
    let lake = often(&items, 3, &one_cut(1, 6));
    let seal = latest(&lake);
    let version = seal.tables["state.accounts"].version;
    let bases = lake.read(&tables::STATE_ACCOUNTS, version).unwrap().next().unwrap().unwrap();
    let (mut committer, _) = Committer::open(lake.clone()).unwrap();
    let removal = FileWriter::removal(&tables::STATE_ACCOUNTS, &bases.slice(0, 1));
    let facts = CutFacts { cut: committer.next_cut(), ..seal.facts };
    let contribution = Contribution { removals: vec![removal], ..Contribution::default() };
    committer.commit(facts, vec![contribution]).unwrap();
    drop(committer);
    let error = publish_with(&lake, &items, one_cut(1, 6)).unwrap_err();
    assert!(matches!(error, RuntimeError::ControlTotals { .. }), "{error}");
}
