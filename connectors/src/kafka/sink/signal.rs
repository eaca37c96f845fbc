//! The sink for signals: a view published as a compacted topic, at least once.
//!
//! Each signal has a key that its content determines, so that sending it twice changes nothing; a tombstone
//! withdraws it. After a restart the sink compares what the topic says with what is wanted.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::{Offset, TopicPartitionList};

use super::SinkError;
use super::publisher::{KeyValue, Publisher};
use crate::kafka::config::KafkaConfig;
use crate::kafka::topic::{Topic, signed};
use crate::source::error::SourceError;
use crate::stopwatch::Stopwatch;

/// Signals by key, each as JSON.
pub type Signals = BTreeMap<String, String>;

/// A compacted topic that signals are published to.
pub struct SignalSink {
    config: KafkaConfig,
    topic: String,
    publisher: Publisher,
}

impl SignalSink {
    /// Reaches the topic.
    ///
    /// # Errors
    /// When no broker answers in time, or the topic is not there.
    pub fn open(config: &KafkaConfig, topic: &str) -> Result<Self, SinkError> {
        let publisher = Publisher::connect(config, topic)?;
        Ok(Self { config: config.clone(), topic: topic.to_owned(), publisher })
    }

    /// Publishes changes in order: a signal, or `None` to withdraw it; returns when the brokers have them.
    ///
    /// # Errors
    /// When they were not all acknowledged in time; publishing them again is harmless.
    pub fn publish(&self, changes: &[(String, Option<String>)]) -> Result<usize, SinkError> {
        self.publisher.send(changes.iter().map(|(key, json)| (key.as_str(), json.as_deref())))
    }

    /// Makes the topic say what is wanted: withdraws what it says beyond that, publishes what it lacks.
    ///
    /// # Errors
    /// When the topic cannot be read, or not everything was acknowledged.
    pub fn reconcile(&self, wanted: &Signals) -> Result<usize, SinkError> {
        let current = self.current()?;
        self.publisher.send(differences(&current, wanted))
    }

    /// What the topic says now, read from its beginning to its present end.
    ///
    /// # Errors
    /// When the topic cannot be read to its end.
    pub fn current(&self) -> Result<Signals, SinkError> {
        let topic = Topic::connect(&self.config, &self.topic)?;
        let mut ends = BTreeMap::new();
        let mut assignment = TopicPartitionList::new();
        for partition in topic.partitions.clone() {
            let (start, end) =
                topic.watermarks(partition).map_err(|error| topic.unreachable(&error))?;
            if start < end {
                ends.insert(signed(partition), end);
                let start = Offset::Offset(i64::try_from(start).unwrap_or(0));
                assignment
                    .add_partition_offset(&topic.name, signed(partition), start)
                    .map_err(topic.failed("read"))?;
            }
        }
        topic.consumer.assign(&assignment).map_err(topic.failed("read"))?;
        Ok(read_to_end(&topic, ends)?)
    }
}

/// Reads until each partition has said that it ends, or the broker falls silent for too long.
fn read_to_end(topic: &Topic, mut ends: BTreeMap<i32, u64>) -> Result<Signals, SourceError> {
    let (mut signals, mut silence) = (Signals::new(), Stopwatch::started());
    while !ends.is_empty() {
        match topic.consumer.poll(Duration::from_millis(50)) {
            Some(Ok(message)) => {
                silence = Stopwatch::started();
                let next = u64::try_from(message.offset()).unwrap_or(0) + 1;
                if ends.get(&message.partition()).is_some_and(|end| next >= *end) {
                    ends.remove(&message.partition());
                }
                note(&mut signals, &message);
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                ends.remove(&partition);
            }
            Some(Err(error)) if silence.has_passed(topic.timeout) => {
                return Err(topic.unreachable(&error));
            }
            None if silence.has_passed(topic.timeout) => {
                return Err(topic.unreachable(&KafkaError::NoMessageReceived));
            }
            Some(Err(_)) | None => {}
        }
    }
    Ok(signals)
}

/// Takes one record of a compacted topic; one without a key in text is not ours.
fn note(signals: &mut Signals, message: &impl Message) {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let Some(key) = message.key().and_then(text) else { return };
    match message.payload().and_then(text) {
        Some(json) => signals.insert(key, json),
        None => signals.remove(&key),
    };
}

/// What turns one set of signals into another.
fn differences<'s>(current: &'s Signals, wanted: &'s Signals) -> Vec<KeyValue<'s>> {
    let withdrawn = current.keys().filter(|key| !wanted.contains_key(*key));
    let changed = wanted.iter().filter(|(key, json)| current.get(*key) != Some(*json));
    let withdrawn = withdrawn.map(|key| (key.as_str(), None));
    let changed = changed.map(|(key, json)| (key.as_str(), Some(json.as_str())));
    withdrawn.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_withdraw_change_and_add() {
        let signals = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(key, json)| ((*key).to_owned(), (*json).to_owned())).collect()
        };
        let current: Signals = signals(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let wanted: Signals = signals(&[("b", "2"), ("c", "4"), ("d", "5")]);
        let expected = vec![("a", None), ("c", Some("4")), ("d", Some("5"))];
        assert_eq!(differences(&current, &wanted), expected);
        assert_eq!(differences(&wanted, &wanted), []);
    }
}
