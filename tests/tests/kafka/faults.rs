//! What a source outlives: lost brokers, new partitions, a slow dataflow.

use std::collections::BTreeMap;

use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::kafka::source::KafkaSource;
use connectors::source::status::State;
use connectors::source::{Role, Start};

use crate::reader::Reader;
use crate::{all, broker, config, connect, produce};

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
