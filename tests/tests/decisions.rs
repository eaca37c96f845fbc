//! Signals and actions of whole runs: told and decided from what the cuts say, however often weir was stopped or died.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::sync::Arc;
use std::time::Duration;

use connectors::lake::faults::{FaultyStore, Flavour, SimulatedDisk};
use connectors::lake::{Lake, LocalStore, Seal, Store};
use datasets::generator::{Config, Item, Operator};
use pipelines::runtime::sinks::Sinks;
use pipelines::runtime::sinks::memory::MemoryTopic;
use pipelines::runtime::{RuntimeError, Settings};
use weir_tests::harness::{publish, publish_to, settings};
use weir_tests::outward::{ActionRow, check_actions, check_ledger, said, signals, tightened};

/// A generated operator whose accounts go to their limit and back.
fn operator(seed: u64) -> Vec<Item> {
    let mut config = Config { records: 2_000, topups: 300_000, ..Config::small(seed) };
    // Whether duplicates in a far future are found depends on the cut in which they arrive.
    config.trouble.far_ahead = 0;
    Operator::new(config).map(tightened).collect()
}

fn store() -> Arc<dyn Store> {
    Arc::new(LocalStore::on(SimulatedDisk::default()))
}

fn latest(lake: &Lake) -> Seal {
    lake.latest().unwrap().expect("a cut is sealed")
}

/// The topics of a run, which outlive it.
#[derive(Default)]
struct Topics {
    signals: MemoryTopic,
    actions: MemoryTopic,
}

impl Topics {
    fn sinks(&self) -> Sinks {
        Sinks {
            signals: Some(Box::new(self.signals.clone())),
            actions: Some(Box::new(self.actions.clone())),
            ..Sinks::default()
        }
    }

    fn publish(&self, lake: &Lake, items: &[Item], workers: usize) -> Result<(), RuntimeError> {
        publish_to(lake, items, (settings(workers), self.sinks()))
    }

    /// Checks the ledger, and both topics against the newest cut.
    fn check(&self, lake: &Lake) -> Vec<ActionRow> {
        let ledger = check_ledger(lake).unwrap();
        check_actions(&self.actions.records(), &ledger);
        assert_eq!(said(&self.signals.records()), signals(lake, &latest(lake)).unwrap());
        ledger
    }
}

#[test]
fn every_cut_bars_who_is_exceeded_and_signals_follow() {
    let (mut bars, mut unbars, mut tombstones) = (0, 0, 0);
    for (seed, workers) in [(0, 1), (1, 1), (2, 2), (3, 3)] {
        let (lake, topics) = (Lake::on(store()), Topics::default());
        let items = operator(seed);
        for part in 1..=8 {
            topics.publish(&lake, &items[..items.len() * part / 8], workers).unwrap();
        }
        let ledger = topics.check(&lake);
        let count = |action| ledger.iter().filter(|row| row.action == action).count();
        (bars, unbars) = (bars + count("bar"), unbars + count("unbar"));
        let records = topics.signals.records();
        tombstones += records.iter().filter(|(_, value)| value.is_none()).count();
    }
    // How many there are depends on where cuts fall; that there are some keeps the checks above from being idle.
    assert!(bars > 20 && unbars > 0, "enough was decided: {bars} bars, {unbars} unbars");
    assert!(tombstones > 0, "some accounts are normal again");
}

#[test]
fn a_run_without_topics_decides_all_the_same_and_a_later_one_sends_it() {
    let items = operator(4);
    let (lake, topics) = (Lake::on(store()), Topics::default());
    publish(&lake, &items, 1).unwrap();
    let decided = check_ledger(&lake).unwrap();
    assert!(!decided.is_empty());
    topics.publish(&lake, &items, 1).unwrap();
    assert_eq!(topics.check(&lake), decided, "nothing is decided twice");
}

#[test]
fn stopping_and_going_on_loses_nothing() {
    let items = operator(5);
    let (lake, topics) = (Lake::on(store()), Topics::default());
    for part in 1..=5 {
        // Somebody meddles with the signals while weir is away.
        topics.signals.write("acc-000001", Some("{\"state\":\"nonsense\"}"));
        topics.signals.write("nobody", Some("{}"));
        topics.publish(&lake, &items[..items.len() * part / 5], 1).unwrap();
        topics.check(&lake);
    }
    let sent = topics.actions.records().len();
    topics.publish(&lake, &items, 1).unwrap();
    topics.check(&lake);
    assert!(topics.actions.records().len() >= sent);
}

#[test]
fn brokers_that_are_away_at_the_end_are_caught_up_with_by_the_next_start() {
    let items = operator(6);
    let (lake, topics) = (Lake::on(store()), Topics::default());
    topics.publish(&lake, &items[..items.len() / 2], 1).unwrap();
    let sent = topics.actions.records().len();
    // The topics answer at the start and fail from then on.
    let away = Topics { signals: MemoryTopic::default(), actions: MemoryTopic::default() };
    away.signals.fail_after_opening();
    away.actions.fail_after_opening();
    away.publish(&lake, &items, 1).unwrap();
    assert!(check_ledger(&lake).unwrap().len() > sent);
    assert_eq!(topics.actions.records().len(), sent);
    topics.publish(&lake, &items, 1).unwrap();
    topics.check(&lake);
}

/// Runs of one cut each, so that what they decide can be compared.
fn one_cut() -> Settings {
    let mut settings = settings(1);
    settings.pace.publish_interval = Duration::from_secs(3_600);
    settings
}

/// What a ledger decided, whatever the numbers of its cuts.
fn decided(lake: &Lake) -> Vec<(String, String, [String; 5])> {
    let ledger = check_ledger(lake).unwrap();
    ledger.into_iter().map(|row| (row.account_id, row.action, row.evidence)).collect()
}

#[test]
fn a_crash_at_any_step_decides_nothing_twice_and_loses_nothing() {
    let items = operator(7);
    let parts: Vec<&[Item]> = (1..=4).map(|part| &items[..items.len() * part / 4]).collect();
    let undisturbed = Lake::on(store());
    for part in &parts {
        publish_to(&undisturbed, part, (one_cut(), Sinks::default())).unwrap();
    }
    let expected = decided(&undisturbed);
    let mut crashes = 0;
    let flavours = [Flavour::Before, Flavour::After].into_iter().cycle();
    for (steps, flavour) in (1..60).step_by(6).zip(flavours) {
        let (disk, topics) = (store(), Topics::default());
        for part in &parts {
            let faulty = Arc::new(FaultyStore::new(disk.clone(), steps, flavour));
            let outcome = publish_to(&Lake::on(faulty.clone()), part, (one_cut(), topics.sinks()));
            let crashed = faulty.steps() > steps;
            assert!(crashed || outcome.is_ok(), "{outcome:?}");
            // Opening a lake, files, plan, tables and seal: a run that publishes takes more steps than twenty.
            assert!(crashed || steps > 20, "no crash at step {steps}");
            crashes += usize::from(crashed);
            let lake = Lake::on(disk.clone());
            publish_to(&lake, part, (one_cut(), topics.sinks())).unwrap();
        }
        let lake = Lake::on(disk);
        topics.check(&lake);
        assert_eq!(decided(&lake), expected, "crash at step {steps}, {flavour:?}");
    }
    assert!(crashes > 20, "{crashes} runs have crashed");
}
