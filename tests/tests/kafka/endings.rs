//! What ends a source with a clear word: records or topics that are gone.

use std::collections::BTreeMap;

use connectors::decode::Format;
use connectors::kafka::source::KafkaSource;
use connectors::source::error::SourceError;
use connectors::source::{Role, Start};

use crate::reader::Reader;
use crate::{all, broker, config, connect, produce};

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
