//! The Kafka source and sinks against a real broker: exact positions, faults, and clear endings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::action::{Action, ActionSink};
use connectors::kafka::sink::signal::{SignalSink, Signals};
use connectors::kafka::source::KafkaSource;
use connectors::source::error::SourceError;
use connectors::source::running::RunningSource;
use connectors::source::status::State;
use connectors::source::{Batch, Launch, Position, Role, Start};
use datasets::ids::Pseudonyms;
use datasets::reference::RefTopic;
use datasets::units::EventTime;
use weir_tests::broker::Broker;

/// How long a test waits for something that must happen.
const DEADLINE: Duration = Duration::from_secs(60);

/// The broker that all tests of this file share, one at a time as some of them kill it.
fn broker() -> MutexGuard<'static, Broker> {
    static BROKER: OnceLock<Mutex<Broker>> = OnceLock::new();
    let start = || Mutex::new(Broker::start().unwrap_or_else(|error| panic!("{error:#}")));
    BROKER.get_or_init(start).lock().unwrap_or_else(PoisonError::into_inner)
}

fn config(broker: &Broker) -> KafkaConfig {
    let mut config = KafkaConfig::plain(broker.address());
    // Tests wait for what a client learns now and then.
    for (key, value) in [
        ("topic.metadata.refresh.interval.ms", "300"),
        ("topic.metadata.propagation.max.ms", "1000"),
        ("statistics.interval.ms", "100"),
        ("reconnect.backoff.max.ms", "200"),
    ] {
        config.librdkafka.insert(key.to_owned(), value.to_owned());
    }
    config
}

fn connect(broker: &Broker, topic: &str) -> KafkaSource {
    KafkaSource::connect(&config(broker), topic, Role::Usage, Format::Json).unwrap()
}

/// A source that runs, with its end of the channel.
struct Reader {
    running: RunningSource,
    batches: Receiver<Batch>,
    offsets: BTreeMap<u32, Vec<u64>>,
    positions: BTreeMap<u32, Position>,
}

impl Reader {
    fn start(source: KafkaSource, start: Start, room: usize) -> Result<Self, SourceError> {
        let (sender, batches) = sync_channel(room);
        let pseudonyms = Pseudonyms::new(b"test");
        let running = source.start(Launch { number: 5, pseudonyms, start, batches: sender })?;
        Ok(Self { running, batches, offsets: BTreeMap::new(), positions: BTreeMap::new() })
    }

    fn take(&mut self, batch: &Batch) {
        assert_eq!(batch.dead, []);
        assert_eq!(batch.raw.num_rows(), batch.record_count());
        for event in &batch.usage {
            let place = event.provenance;
            self.offsets.entry(place.partition()).or_default().push(place.offset());
        }
        for position in &batch.positions {
            self.positions.insert(position.partition, *position);
        }
    }

    /// Takes batches until something holds.
    fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            match self.batches.recv_timeout(DEADLINE) {
                Ok(batch) => self.take(&batch),
                Err(error) => panic!("{what}: {error}; {:?}", self.running.status()),
            }
        }
    }

    fn count(&self) -> usize {
        self.offsets.values().map(Vec::len).sum()
    }

    fn is_caught_up(&self) -> bool {
        !self.positions.is_empty() && self.positions.values().all(|position| position.caught_up)
    }

    /// Takes batches until the source ends, and says why.
    fn end(mut self) -> Result<(), SourceError> {
        loop {
            match self.batches.recv_timeout(DEADLINE) {
                Ok(batch) => self.take(&batch),
                Err(RecvTimeoutError::Disconnected) => return self.running.join(),
                Err(RecvTimeoutError::Timeout) => panic!("the source did not end"),
            }
        }
    }
}

fn record(number: usize) -> String {
    format!(
        "{{\"usage_id\":\"u-{number}\",\"service\":\"sms\",\"msisdn\":\"49170{number:07}\",\
         \"started_at\":\"2026-11-24T09:30:00Z\",\"message_count\":1}}"
    )
}

fn produce(broker: &Broker, topic: &str, partition: i32, count: usize) {
    let payloads: Vec<_> = (0..count).map(record).collect();
    let records = payloads.iter().map(|payload| (partition, None, Some(payload.as_str())));
    broker.produce(topic, records).unwrap();
}

fn all(offsets: std::ops::Range<u64>) -> Vec<u64> {
    offsets.collect()
}

#[test]
fn every_record_is_read_once_with_its_place() {
    let broker = broker();
    broker.create_topic("places", 3, &[]).unwrap();
    for (partition, count) in [(0, 20_000), (1, 5), (2, 0)] {
        produce(&broker, "places", partition, count);
    }
    let source = connect(&broker, "places");
    let parts: Vec<_> = source.source_id().split('/').collect();
    let [cluster, "places", incarnation] = parts[..] else { panic!("{}", source.source_id()) };
    assert_eq!((cluster.len(), incarnation.len()), (22, 22));

    let mut reader = Reader::start(source, Start::Earliest, 2).unwrap();
    reader.until("all records", |reader| reader.count() == 20_005 && reader.is_caught_up());
    assert_eq!(reader.offsets[&0], all(0..20_000));
    assert_eq!(reader.offsets[&1], all(0..5));
    let next: Vec<_> = reader.positions.values().map(|position| position.next_offset).collect();
    assert_eq!(next, [20_000, 5, 0]);
    assert!(reader.positions[&0].last_arrived_at > EventTime::MIN);
    reader.running.commit(reader.positions.values().copied().collect());

    let positions = BTreeMap::from([(0, 19_990), (1, 5), (2, 0)]);
    let mut resumed = Reader::start(connect(&broker, "places"), Start::Positions(positions), 2).unwrap();
    produce(&broker, "places", 2, 1);
    resumed.until("the rest", |reader| reader.count() == 11 && reader.is_caught_up());
    assert_eq!(resumed.offsets, BTreeMap::from([(0, all(19_990..20_000)), (2, vec![0])]));
    resumed.running.stop();
    resumed.end().unwrap();
}

#[test]
fn reading_can_begin_at_an_instant() {
    let broker = broker();
    broker.create_topic("instants", 1, &[("message.timestamp.type", "LogAppendTime")]).unwrap();
    produce(&broker, "instants", 0, 3);
    let mut first = Reader::start(connect(&broker, "instants"), Start::Earliest, 2).unwrap();
    first.until("the first", |reader| reader.count() == 3);
    let instant = first.positions[&0].last_arrived_at;
    produce(&broker, "instants", 0, 2);
    let later = EventTime(instant.0 + 1_000);
    let mut second = Reader::start(connect(&broker, "instants"), Start::At(later), 2).unwrap();
    second.until("what came later", |reader| reader.count() == 2);
    assert_eq!(second.offsets[&0], all(3..5));
    let never = Start::At(EventTime(instant.0 + 86_400_000_000));
    let mut third = Reader::start(connect(&broker, "instants"), never, 2).unwrap();
    third.until("the end", Reader::is_caught_up);
    assert_eq!(third.positions[&0].next_offset, 5);
}

#[test]
fn reference_documents_come_with_their_keys_and_tombstones() {
    let broker = broker();
    broker.create_topic("ref.destinations", 1, &[("cleanup.policy", "compact")]).unwrap();
    let document = "{\"prefix\":\"49\",\"zone\":\"de\"}";
    broker.produce("ref.destinations", [(0, Some("de"), Some(document)), (0, Some("de"), None)]).unwrap();
    let role = Role::Reference(RefTopic::Destinations);
    let source = KafkaSource::connect(&config(&broker), "ref.destinations", role, Format::Json);
    let reader = Reader::start(source.unwrap(), Start::Earliest, 2).unwrap();
    let mut changes = Vec::new();
    while changes.len() < 2 {
        changes.extend(reader.batches.recv_timeout(DEADLINE).unwrap().changes);
    }
    assert_eq!(changes[0].key, changes[1].key);
    assert!(changes[0].version.is_some() && changes[1].version.is_none());
}

#[test]
fn a_killed_broker_is_waited_for() {
    let mut broker = broker();
    broker.create_topic("killed", 2, &[]).unwrap();
    produce(&broker, "killed", 0, 1_000);
    let mut reader = Reader::start(connect(&broker, "killed"), Start::Earliest, 2).unwrap();
    reader.until("the first half", |reader| reader.count() == 1_000 && reader.is_caught_up());
    broker.kill();
    reader.until("the loss", |reader| {
        reader.running.status().state == State::Disconnected && !reader.is_caught_up()
    });
    let unreachable = KafkaSource::connect(
        &KafkaConfig { reach_timeout_s: 1, ..config(&broker) },
        "killed",
        Role::Usage,
        Format::Json,
    );
    let error = unreachable.err().unwrap();
    assert!(error.is_unreachable());
    let message = error.to_string();
    assert!(message.contains(broker.address()) && message.contains("within 1 s"), "{message}");

    broker.restart().unwrap();
    produce(&broker, "killed", 1, 500);
    reader.until("the second half", |reader| reader.count() == 1_500 && reader.is_caught_up());
    assert_eq!(reader.offsets, BTreeMap::from([(0, all(0..1_000)), (1, all(0..500))]));
    assert_eq!(reader.running.status().state, State::Running);
}

#[test]
fn added_partitions_are_read_from_their_beginning() {
    let broker = broker();
    broker.create_topic("grows", 1, &[]).unwrap();
    produce(&broker, "grows", 0, 10);
    let mut reader = Reader::start(connect(&broker, "grows"), Start::Earliest, 2).unwrap();
    reader.until("the first partition", |reader| reader.count() == 10);
    broker.add_partitions("grows", 3).unwrap();
    produce(&broker, "grows", 2, 7);
    reader.until("the new ones", |reader| {
        reader.count() == 17 && reader.positions.len() == 3 && reader.is_caught_up()
    });
    assert_eq!(reader.offsets, BTreeMap::from([(0, all(0..10)), (2, all(0..7))]));
}

#[test]
fn aborted_transactions_are_not_seen() {
    let broker = broker();
    broker.create_topic("transactions", 1, &[]).unwrap();
    let payload = record(1);
    let records = || std::iter::repeat_n((0, None, Some(payload.as_str())), 3);
    broker.produce_transaction("transactions", records(), false).unwrap();
    broker.produce_transaction("transactions", records(), true).unwrap();
    broker.produce_transaction("transactions", records(), false).unwrap();
    let mut reader = Reader::start(connect(&broker, "transactions"), Start::Earliest, 2).unwrap();
    reader.until("what was committed", |reader| reader.count() >= 3 && reader.is_caught_up());
    // Three records and the mark of each transaction take four offsets.
    assert_eq!(reader.offsets[&0], all(4..7));
    reader.until("the lag", |reader| {
        reader.running.status().partitions.get(&0).is_some_and(|reach| reach.lag() == 0)
    });
}

#[test]
fn deleted_records_are_missed() {
    let broker = broker();
    broker.create_topic("deleted", 1, &[]).unwrap();
    produce(&broker, "deleted", 0, 10);
    broker.delete_records("deleted", 0, 4).unwrap();
    let start = |offset| Start::Positions(BTreeMap::from([(0, offset)]));
    let error = Reader::start(connect(&broker, "deleted"), start(3), 2).err().unwrap();
    let message = error.to_string();
    assert!(matches!(error, SourceError::OffsetGone { offset: 3, earliest: 4, .. }), "{message}");
    let mut reader = Reader::start(connect(&broker, "deleted"), start(4), 2).unwrap();
    reader.until("the rest", |reader| reader.count() == 6);
    assert_eq!(reader.offsets[&0], all(4..10));
    let mut earliest = Reader::start(connect(&broker, "deleted"), Start::Earliest, 2).unwrap();
    earliest.until("what is left", |reader| reader.count() == 6);
}

#[test]
fn another_topic_of_the_same_name_is_not_read_on() {
    let broker = broker();
    broker.create_topic("again", 2, &[]).unwrap();
    produce(&broker, "again", 0, 10);
    let source = connect(&broker, "again");
    let source_id = source.source_id().to_owned();
    let mut reader = Reader::start(source, Start::Earliest, 2).unwrap();
    reader.until("the first topic", |reader| reader.count() == 10 && reader.is_caught_up());
    let position = Start::Positions(BTreeMap::from([(0, 10)]));

    broker.delete_topic("again").unwrap();
    broker.create_topic("again", 2, &[]).unwrap();
    produce(&broker, "again", 0, 20);
    let error = reader.end().unwrap_err();
    assert!(matches!(error, SourceError::TopicReplaced { .. }), "{error}");

    let source = connect(&broker, "again");
    source.expect(source.source_id()).unwrap();
    let error = source.expect(&source_id).unwrap_err();
    assert!(matches!(error, SourceError::TopicReplaced { .. }), "{error}");

    broker.delete_topic("again").unwrap();
    broker.create_topic("again", 1, &[]).unwrap();
    let error = Reader::start(connect(&broker, "again"), position, 2).err().unwrap();
    assert!(matches!(error, SourceError::TopicReplaced { .. }), "{error}");
    let gone = Start::Positions(BTreeMap::from([(0, 0), (1, 0)]));
    let error = Reader::start(connect(&broker, "again"), gone, 2).err().unwrap();
    assert!(matches!(error, SourceError::TopicReplaced { .. }), "{error}");
}

#[test]
fn a_deleted_topic_ends_its_source() {
    let broker = broker();
    broker.create_topic("gone", 1, &[]).unwrap();
    produce(&broker, "gone", 0, 10);
    let mut reader = Reader::start(connect(&broker, "gone"), Start::Earliest, 2).unwrap();
    reader.until("the records", |reader| reader.count() == 10 && reader.is_caught_up());
    broker.delete_topic("gone").unwrap();
    let error = reader.end().unwrap_err();
    assert!(matches!(error, SourceError::TopicReplaced { .. }), "{error}");
    let unknown = KafkaSource::connect(&config(&broker), "gone", Role::Usage, Format::Json);
    let error = unknown.err().unwrap();
    assert!(matches!(error, SourceError::UnknownTopic { .. }), "{error}");
}

/// With room for one batch the source holds three and a bounded queue, however much there is to read.
#[test]
fn a_slow_reader_pauses_the_source_and_loses_nothing() {
    let broker = broker();
    broker.create_topic("slow", 2, &[]).unwrap();
    for partition in [0, 1] {
        produce(&broker, "slow", partition, 60_000);
    }
    let mut reader = Reader::start(connect(&broker, "slow"), Start::Earliest, 1).unwrap();
    reader.until_status("the pause", |state| state == State::Paused);
    let held = reader.running.status().record_count;
    assert!(held <= 3 * 8_192, "{held}");
    reader.until("everything", |reader| reader.count() == 120_000);
    assert_eq!(reader.offsets, BTreeMap::from([(0, all(0..60_000)), (1, all(0..60_000))]));
}

impl Reader {
    /// Waits, without taking batches, until the source is in a state.
    fn until_status(&self, what: &str, holds: impl Fn(State) -> bool) {
        let (ticks, tick) = sync_channel::<()>(0);
        for _ in 0..600 {
            if holds(self.running.status().state) {
                return;
            }
            // Nothing is ever sent: the channel is a clock.
            assert_eq!(tick.recv_timeout(Duration::from_millis(100)), Err(RecvTimeoutError::Timeout));
        }
        drop(ticks);
        panic!("{what} did not come: {:?}", self.running.status());
    }
}

#[test]
fn signals_are_what_is_wanted_after_any_restart() {
    let broker = broker();
    broker.create_topic("signals", 2, &[("cleanup.policy", "compact")]).unwrap();
    let signals = |pairs: &[(&str, &str)]| -> Signals {
        pairs.iter().map(|(key, json)| ((*key).to_owned(), (*json).to_owned())).collect()
    };
    let sink = SignalSink::open(&config(&broker), "signals").unwrap();
    assert_eq!(sink.current().unwrap(), Signals::new());
    let change = |key: &str, json: Option<&str>| (key.to_owned(), json.map(str::to_owned));
    let changes = [change("a", Some("1")), change("b", Some("2")), change("a", None)];
    assert_eq!(sink.publish(&changes).unwrap(), 3);
    assert_eq!(sink.current().unwrap(), signals(&[("b", "2")]));

    let restarted = SignalSink::open(&config(&broker), "signals").unwrap();
    let wanted = signals(&[("b", "3"), ("c", "4")]);
    assert_eq!(restarted.reconcile(&wanted).unwrap(), 2);
    assert_eq!(restarted.reconcile(&wanted).unwrap(), 0);
    assert_eq!(restarted.current().unwrap(), wanted);
}

#[test]
fn actions_are_sent_when_they_are_acknowledged() {
    let mut broker = broker();
    broker.create_topic("actions", 1, &[]).unwrap();
    let config = KafkaConfig { reach_timeout_s: 3, ..config(&broker) };
    let sink = ActionSink::open(&config, "actions").unwrap();
    let action = |id: &str| Action { action_id: id.to_owned(), json: record(1) };
    assert_eq!(sink.send(&[action("bar-1"), action("bar-2")]).unwrap(), 2);
    broker.kill();
    let error = sink.send(&[action("bar-3")]).unwrap_err();
    assert!(matches!(error, SinkError::NotAcknowledged { sent: 1, acknowledged: 0, .. }), "{error}");
    broker.restart().unwrap();
    assert_eq!(sink.send(&[action("bar-3")]).unwrap(), 1);

    let mut reader = Reader::start(connect(&broker, "actions"), Start::Earliest, 2).unwrap();
    reader.until("the actions", |reader| reader.count() == 3);
    let error = SignalSink::open(&config, "nowhere").err().unwrap();
    assert!(matches!(error, SinkError::Reach(SourceError::UnknownTopic { .. })), "{error}");
}

#[test]
fn what_a_topic_cannot_be_read_by_is_refused() {
    let broker = broker();
    broker.create_topic("refused", 1, &[]).unwrap();
    let source = KafkaSource::connect(&config(&broker), "refused", Role::Usage, Format::Columns(b','));
    let error = Reader::start(source.unwrap(), Start::Earliest, 1).err().unwrap();
    assert!(error.to_string().contains("csv.columns"), "{error}");
    let mut own = config(&broker);
    own.librdkafka.insert("isolation.level".to_owned(), "read_uncommitted".to_owned());
    let error = KafkaSource::connect(&own, "refused", Role::Usage, Format::Json).err().unwrap();
    let keys: BTreeSet<_> = error.to_string().split('"').map(str::to_owned).collect();
    assert!(keys.contains("isolation.level"), "{error}");
}
