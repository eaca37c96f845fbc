//! Signals and actions of whole runs, in topics of a real broker.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use connectors::kafka::config::KafkaConfig;
use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore, Seal};
use connectors::memory::MemoryRecord;
use datasets::generator::{Config, Item, Operator};
use datasets::ids::Pseudonyms;
use pipelines::config::role_of;
use pipelines::runtime::feed::{Feed, MemoryFeed};
use pipelines::runtime::sinks::{KafkaActions, KafkaSignals, Sinks};
use pipelines::runtime::{Job, RuntimeError, run};
use weir_tests::broker::Broker;
use weir_tests::harness::{TOPICS, publish_to, settings};
use weir_tests::outward::{
    ActionRow, check_actions, check_ledger, ledger, said, signals, tightened,
};

use crate::{broker, config};

fn items(seed: u64) -> Vec<Item> {
    let mut config = Config { records: 2_000, ..Config::small(seed) };
    config.trouble.far_ahead = 0;
    Operator::new(config).map(tightened).collect()
}

fn lake() -> Lake {
    Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())))
}

fn latest(lake: &Lake) -> Seal {
    lake.latest().unwrap().expect("a cut is sealed")
}

/// The two topics of a test.
struct Topics<'b> {
    broker: MutexGuard<'b, Broker>,
    signals: String,
    actions: String,
}

impl Topics<'_> {
    fn create(name: &str) -> Topics<'static> {
        let broker = broker();
        let (signals, actions) = (format!("{name}.signals"), format!("{name}.actions"));
        broker.create_topic(&signals, 2, &[("cleanup.policy", "compact")]).unwrap();
        broker.create_topic(&actions, 1, &[]).unwrap();
        Topics { broker, signals, actions }
    }

    fn sinks(&self) -> Sinks {
        let config = KafkaConfig { reach_timeout_s: 3, ..config(&self.broker) };
        Sinks {
            signals: Some(Box::new(KafkaSignals::new(&config, &self.signals))),
            actions: Some(Box::new(KafkaActions::new(&config, &self.actions))),
            ..Sinks::default()
        }
    }

    fn publish(&self, lake: &Lake, items: &[Item]) {
        publish_to(lake, items, (settings(1), self.sinks())).unwrap();
    }

    /// Checks the ledger, and both topics against the newest cut.
    fn check(&self, lake: &Lake) -> Vec<ActionRow> {
        let ledger = check_ledger(lake).unwrap();
        check_actions(&self.broker.consume(&self.actions).unwrap(), &ledger);
        let told = said(&self.broker.consume(&self.signals).unwrap());
        assert_eq!(told, signals(lake, &latest(lake)).unwrap());
        ledger
    }
}

#[test]
fn signals_and_actions_are_what_the_lake_says() {
    let topics = Topics::create("follow");
    let (lake, items) = (lake(), items(11));
    topics.publish(&lake, &items[..items.len() / 2]);
    let half = topics.check(&lake);
    assert!(!half.is_empty());

    // Somebody meddles while weir is away: one signal is lost, one is another, one is a stranger's.
    let told: Vec<String> = signals(&lake, &latest(&lake)).unwrap().into_keys().take(2).collect();
    let meddled =
        [(&*told[0], None), (&*told[1], Some("{\"state\":\"nonsense\"}")), ("nobody", Some("{}"))];
    for (key, value) in meddled {
        topics.broker.write(&topics.signals, key, value).unwrap();
    }
    topics.publish(&lake, &items);
    let ledger = topics.check(&lake);
    assert_eq!(ledger[..half.len()], half[..]);
    let signals = topics.broker.consume(&topics.signals).unwrap();
    assert!(signals.iter().any(|(_, value)| value.is_none()), "some are normal again");
}

#[test]
fn a_topic_that_is_not_there_is_named_at_the_start() {
    let topics = Topics::create("named");
    let lake = lake();
    let mut sinks = topics.sinks();
    sinks.actions = Some(Box::new(KafkaActions::new(&config(&topics.broker), "named.nowhere")));
    let error = publish_to(&lake, &[], (settings(1), sinks)).unwrap_err();
    assert!(error.to_string().contains("topic \"named.nowhere\" does not exist"), "{error}");
    assert_eq!(lake.latest().unwrap(), None, "nothing has begun");
}

/// A run that goes on until it is stopped, fed by hand.
struct Live {
    topics: BTreeMap<&'static str, Sender<MemoryRecord>>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), RuntimeError>>,
}

impl Live {
    fn start(lake: &Lake, sinks: Sinks) -> Self {
        let mut topics = BTreeMap::new();
        let mut feeds: Vec<Box<dyn Feed>> = Vec::new();
        for topic in TOPICS {
            let (sender, records) = channel();
            topics.insert(topic, sender);
            feeds.push(Box::new(MemoryFeed::new(topic, role_of(topic).unwrap(), records)));
        }
        let mut settings = settings(1);
        settings.pace.until_idle = false;
        settings.pace.heartbeat = Duration::from_millis(100);
        let stop = Arc::<AtomicBool>::default();
        let (lake, pseudonyms) = (lake.clone(), Pseudonyms::new(b"a key for tests"));
        let (stopper, gauges) = (Arc::clone(&stop), Arc::default());
        let job = Job { lake, feeds, pseudonyms, sinks, stop: stopper, gauges };
        Self { topics, stop, thread: std::thread::spawn(move || run(settings, job)) }
    }

    fn feed(&self, items: &[Item]) {
        for item in items {
            let Some(topic) = self.topics.get(item.topic) else { continue };
            let Item { key, payload, arrived_at, .. } = item.clone();
            let key = key.map(String::into_bytes);
            topic.send(MemoryRecord { key, payload, arrived_at }).unwrap();
        }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap().unwrap();
    }
}

/// Waits until the newest seal is so.
fn until(lake: &Lake, what: &str, holds: impl Fn(&Seal) -> bool) -> Seal {
    let (_ticks, tick) = sync_channel::<()>(0);
    for _ in 0..600 {
        if let Some(seal) = lake.latest().unwrap().filter(&holds) {
            return seal;
        }
        // Nothing is ever sent: the channel is a clock.
        assert_eq!(tick.recv_timeout(Duration::from_millis(100)), Err(RecvTimeoutError::Timeout));
    }
    panic!("{what} did not come: {:?}", lake.latest().unwrap());
}

fn records_read(lake: &Lake, items: &[Item]) -> impl Fn(&Seal) -> bool {
    let expected = items.iter().filter(|item| item.topic == "usage.cdr").count();
    let lake = lake.clone();
    move |seal| {
        let rows = |name: &str| seal.tables[name].rows;
        let dead = weir_tests::harness::rows(&lake, seal, &datasets::tables::DEAD_LETTERS, &[]);
        let dead = dead.unwrap().iter().filter(|row| row.contains("|usage.cdr|")).count();
        rows("raw.usage") + u64::try_from(dead).unwrap() == u64::try_from(expected).unwrap()
    }
}

#[test]
fn a_broker_that_is_away_delays_what_leaves_and_nothing_else() {
    let mut topics = Topics::create("away");
    let (lake, items) = (lake(), items(12));
    let (first, rest) = items.split_at(items.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    let live = Live::start(&lake, topics.sinks());
    live.feed(first);
    let seal = until(&lake, "the first part", records_read(&lake, first));
    let decided = ledger(&lake, &seal).unwrap();
    let has_all = |count: usize| move |records: &[_]| records.len() >= count;
    topics.broker.consume_until(&topics.actions, has_all(decided.len())).unwrap();

    topics.broker.kill();
    live.feed(second);
    let seal =
        until(&lake, "the second part", records_read(&lake, &items[..first.len() + second.len()]));
    let while_away = ledger(&lake, &seal).unwrap().len();
    assert!(while_away > decided.len(), "cuts go on, and decide");
    topics.broker.restart().unwrap();
    topics.broker.consume_until(&topics.actions, has_all(while_away)).unwrap();

    // The broker goes away again, and weir ends before it is back: the next start sends what is missing.
    until(&lake, "the acknowledgement", |seal| seal.facts.actions_sent >= seal.facts.cut - 2);
    topics.broker.kill();
    live.feed(third);
    let seal = until(&lake, "the third part", records_read(&lake, &items));
    assert!(ledger(&lake, &seal).unwrap().len() > while_away);
    live.stop();
    let unsent = latest(&lake).facts;
    assert!(unsent.actions_sent < unsent.cut, "{unsent:?}");
    topics.broker.restart().unwrap();
    topics.publish(&lake, &items);
    topics.check(&lake);
}
