//! Weeks in seconds: what is held in memory and what lies in the lake comes to a plateau, and a budget is kept.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Clock, Lake, LocalStore, Retention, Seal, Upkeep};
use datasets::generator::{Config, Item, Operator};
use datasets::tables;
use datasets::units::EventTime;
use pipelines::runtime::Settings;
use pipelines::runtime::budget::Limits;
use weir_tests::harness::{Running, TOPICS, counts, publish_with, settings};

const HOUR: i64 = 3_600_000_000;
const DAYS: i64 = 20;
/// What tables take in which the identities of some thousand records are.
const IDENTITY_BYTES: u64 = 220_000;

fn lake() -> Lake {
    Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())))
}

fn latest(lake: &Lake) -> Seal {
    lake.latest().unwrap().expect("a cut is sealed")
}

/// What there is after a quarter of a day.
#[derive(Debug)]
struct Size {
    events: u64,
    keys: u64,
    files: u64,
    log_entries: usize,
    seals: usize,
}

fn size(lake: &Lake, running: &Running) -> Size {
    let seal = latest(lake);
    let entries = |table: &&datasets::dictionary::Table| {
        lake.store().list(&format!("{}/_delta_log", table.folder())).unwrap().len()
    };
    let gauge = |gauge: &std::sync::atomic::AtomicU64| gauge.load(Ordering::Relaxed);
    Size {
        events: gauge(&running.gauges.events),
        keys: gauge(&running.gauges.keys),
        files: seal.tables.values().map(|table| table.files).sum(),
        log_entries: tables::ALL.iter().map(entries).sum(),
        seals: lake.seals().unwrap().len(),
    }
}

/// A cut whenever a part has been read; retention and merges by a clock that goes with the input.
fn soaking(clock: &Arc<AtomicI64>) -> Settings {
    let told = Arc::clone(clock);
    let clock = Clock::new(move || EventTime(told.load(Ordering::Relaxed)));
    let retention =
        Retention { every_cut_s: 3_600, each_minute_s: 86_400, each_hour_s: 3 * 86_400 };
    let mut settings = settings(1);
    settings.pace.publish_interval = Duration::from_millis(20);
    settings.limits = Limits { hot_window: 36 * HOUR, ..Limits::of_days(0) };
    settings.upkeep = Upkeep { clock, retention, merged_files: 4, wait: true, ..Upkeep::default() };
    settings.upkeep.checkpoint_every = 10;
    settings
}

#[test]
fn after_the_horizon_nothing_grows_but_history() {
    let config = Config {
        records: 12_000,
        days: u32::try_from(DAYS).unwrap(),
        audited: false,
        ..Config::small(11)
    };
    let begin = config.started_at.0;
    let items: Vec<Item> =
        Operator::new(config).filter(|item| TOPICS.contains(&item.topic)).collect();
    let (lake, clock) = (lake(), Arc::new(AtomicI64::new(begin)));
    let running = Running::start(&lake, soaking(&clock));
    let mut sizes = Vec::new();
    let (mut fed, mut taken) = (0, Taken::default());
    for quarter in 1..=DAYS * 4 {
        let end = begin + quarter * 6 * HOUR;
        let count = items[fed..].iter().take_while(|item| item.arrived_at.0 < end).count();
        clock.store(end, Ordering::Relaxed);
        running.feed(&items[fed..fed + count]);
        fed += count;
        let fed = u64::try_from(fed).unwrap();
        running.wait_until(|| taken.records(&lake) == fed);
        sizes.push(size(&lake, &running));
    }
    running.stop().unwrap();
    let most = |sizes: &[Size], pick: fn(&Size) -> u64| sizes.iter().map(pick).max().unwrap();
    let (middle, late) = (&sizes[24..52], &sizes[52..]);
    let check = |name: &str, slack: u64, pick: fn(&Size) -> u64| {
        let (middle, late) = (most(middle, pick), most(late, pick));
        assert!(late <= middle + slack, "{name}: {middle}, and later {late}: {sizes:#?}");
    };
    check("events", most(middle, |size| size.events) / 4, |size| size.events);
    check("keys", 20, |size| size.keys);
    check("files", 25, |size| size.files);
    check("log entries", 60, |size| u64::try_from(size.log_entries).unwrap());
    check("seals", 10, |size| u64::try_from(size.seals).unwrap());
    // A restart reads what is hot and its margin, and comes to the same.
    let seal = latest(&lake);
    publish_with(&lake, &items, soaking(&clock)).unwrap();
    assert_eq!(latest(&lake).tables["bill.charges"].rows, seal.tables["bill.charges"].rows);
}

#[test]
fn a_small_budget_shortens_the_hot_window_and_loses_nothing() {
    let config = Config { days: 4, ..Config::small(12) };
    let items: Vec<Item> =
        Operator::new(config).filter(|item| TOPICS.contains(&item.topic)).collect();
    let lake = lake();
    let mut settings = settings(1);
    settings.pace.heartbeat = Duration::from_millis(20);
    // Some hundred keys and some hundred of four thousand events, beside all that duplicates are found by.
    settings.limits.memory_budget = 512 * 350 + 64 * 600 + IDENTITY_BYTES;
    let running = Running::start(&lake, settings.clone());
    let (mut fed, mut taken) = (0, Taken::default());
    for part in items.chunks(items.len() / 20) {
        running.feed(part);
        fed += u64::try_from(part.len()).unwrap();
        running.wait_until(|| taken.records(&lake) == fed || taken.cut > 5_000);
    }
    let paused = || running.gauges.paused.load(Ordering::Relaxed);
    running.wait_until(|| !paused() || latest_cut(&lake) > 5_000);
    let bytes = running.gauges.bytes.load(Ordering::Relaxed);
    let shown = format!("{:?}", running.gauges);
    running.stop().unwrap();
    let seal = latest(&lake);
    assert!(bytes <= settings.limits.memory_budget, "{shown}, {:?}", seal.facts);
    assert!(seal.facts.since.0 > seal.facts.now.0 - 96 * HOUR, "{:?}", seal.facts);
    let states = counts(&lake, &seal, &tables::USAGE_ACCOUNTING).unwrap();
    let usage = items.iter().filter(|item| item.topic == "usage.cdr").count();
    assert_eq!(states.values().sum::<i64>(), i64::try_from(usage).unwrap(), "{states:?}");
    assert!(lake.verify(seal.facts.cut).unwrap().problems.is_empty());
    publish_with(&lake, &items, settings).unwrap();
    assert_eq!(latest(&lake).tables["bill.charges"], seal.tables["bill.charges"]);
}

/// How many records the sealed cuts have taken in.
#[derive(Default)]
struct Taken {
    cut: u64,
    records: u64,
}

impl Taken {
    fn records(&mut self, lake: &Lake) -> u64 {
        while self.cut < latest_cut(lake) {
            self.cut += 1;
            self.records += lake.seal(self.cut).unwrap().facts.record_count;
        }
        self.records
    }
}

#[test]
fn where_nothing_can_be_let_go_sources_wait_and_cuts_go_on() {
    let items: Vec<Item> = Operator::new(Config::small(13)).collect();
    let (first, rest) = items.split_at(items.len() / 2);
    let lake = lake();
    let mut settings = settings(1);
    settings.limits.memory_budget = 1;
    settings.pace.heartbeat = Duration::from_millis(20);
    let running = Running::start(&lake, settings.clone());
    running.feed(first);
    running.wait_until(|| running.gauges.paused.load(Ordering::Relaxed));
    let waiting = latest_cut(&lake) + 2;
    running.wait_until(|| latest_cut(&lake) >= waiting);
    let taken = raw_rows(&lake);
    running.feed(rest);
    running.wait_until(|| latest_cut(&lake) >= waiting + 5);
    assert_eq!(raw_rows(&lake), taken, "sources wait");
    running.stop().unwrap();
    // With memory it goes on, and nothing is lost.
    settings.limits = Limits::of_days(35);
    publish_with(&lake, &items, settings).unwrap();
    let states = counts(&lake, &latest(&lake), &tables::USAGE_ACCOUNTING).unwrap();
    let usage = items.iter().filter(|item| item.topic == "usage.cdr").count();
    assert_eq!(states.values().sum::<i64>(), i64::try_from(usage).unwrap(), "{states:?}");
}

fn latest_cut(lake: &Lake) -> u64 {
    lake.latest().unwrap().map_or(0, |seal| seal.facts.cut)
}

fn raw_rows(lake: &Lake) -> u64 {
    lake.latest().unwrap().map_or(0, |seal| seal.tables["raw.usage"].rows)
}
