//! What is read: every record once, with its place.

use std::collections::{BTreeMap, BTreeSet};

use connectors::decode::Format;
use connectors::kafka::source::KafkaSource;
use connectors::source::{Role, Start};
use datasets::reference::RefTopic;
use datasets::units::EventTime;

use crate::reader::{DEADLINE, Reader};
use crate::{all, broker, config, connect, produce, record};

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
    let mut resumed =
        Reader::start(connect(&broker, "places"), Start::Positions(positions), 2).unwrap();
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
    broker
        .produce("ref.destinations", [(0, Some("de"), Some(document)), (0, Some("de"), None)])
        .unwrap();
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
fn what_a_topic_cannot_be_read_by_is_refused() {
    let broker = broker();
    broker.create_topic("refused", 1, &[]).unwrap();
    let source =
        KafkaSource::connect(&config(&broker), "refused", Role::Usage, Format::Columns(b','));
    let error = Reader::start(source.unwrap(), Start::Earliest, 1).err().unwrap();
    assert!(error.to_string().contains("csv.columns"), "{error}");
    let mut own = config(&broker);
    own.librdkafka.insert("isolation.level".to_owned(), "read_uncommitted".to_owned());
    let error = KafkaSource::connect(&own, "refused", Role::Usage, Format::Json).err().unwrap();
    let keys: BTreeSet<_> = error.to_string().split('"').map(str::to_owned).collect();
    assert!(keys.contains("isolation.level"), "{error}");
}
