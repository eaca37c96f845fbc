//! What the client tells beside records: lag, partitions, lost brokers, and the id of the topic.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rdkafka::Statistics;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

/// What is known of one partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The offset behind the last record that may be read; `None` until the broker has told.
    pub(super) end_offset: Option<u64>,
    /// Whether the broker that leads it is connected.
    pub(super) connected: bool,
}

/// What is known of the topic.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    /// Its partitions, as of the last statistics.
    pub(super) partitions: BTreeMap<u32, Seen>,
    /// Whether no broker can be reached, or the last one was lost since the last statistics.
    pub(super) disconnected: bool,
    /// The ids that it has had, one after the other.
    pub(super) ids: Vec<String>,
    /// The client's last complaint.
    pub(super) complaint: Option<String>,
    /// How many statistics have come.
    pub(super) statistics_count: u64,
}

impl Observed {
    /// What is known, if statistics have come since the one of this number or no broker is left.
    pub(super) fn clone_if_newer(&self, statistics_seen: u64) -> Option<Self> {
        (self.statistics_count > statistics_seen).then(|| self.clone())
    }

    /// Whether records of a partition would come if there were any.
    pub(super) fn is_connected(&self, partition: u32) -> bool {
        // Before the first statistics there is only the connection that has just answered.
        let led = self
            .partitions
            .get(&partition)
            .map_or(self.statistics_count == 0, |seen| seen.connected);
        led && !self.disconnected
    }

    /// The offset behind a partition's last record, as far as the broker has told.
    pub(super) fn end(&self, partition: u32) -> Option<u64> {
        self.partitions.get(&partition).and_then(|seen| seen.end_offset)
    }
}

/// Listens to a client.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    topic: String,
    observed: Mutex<Observed>,
}

impl Watcher {
    pub(super) fn new(topic: &str) -> Self {
        Self { topic: topic.to_owned(), observed: Mutex::default() }
    }

    /// What is known now.
    pub(super) fn observed(&self) -> MutexGuard<'_, Observed> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConsumerContext for Watcher {}

impl ClientContext for Watcher {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        if let Some(id) = changed_id(&self.topic, message) {
            self.observed().ids.push(id);
        }
        match level {
            RDKafkaLogLevel::Debug => {}
            RDKafkaLogLevel::Info | RDKafkaLogLevel::Notice => {
                tracing::debug!(topic = self.topic, facility, "{message}");
            }
            // A lost broker is told by our own state; the client repeats it at each attempt.
            _ => tracing::info!(topic = self.topic, facility, "{message}"),
        }
    }

    fn stats(&self, statistics: Statistics) {
        let connected = |node: i32| {
            statistics.brokers.values().any(|broker| broker.nodeid == node && broker.state == "UP")
        };
        let Some(topic) = statistics.topics.get(&self.topic) else { return };
        let known = topic.partitions.values().filter(|partition| !partition.unknown);
        let partitions = known.filter_map(|partition| {
            let number = u32::try_from(partition.partition).ok()?;
            let end = [partition.ls_offset, partition.hi_offset].into_iter().find(|end| *end >= 0);
            let end_offset = end.and_then(|end| u64::try_from(end).ok());
            Some((number, Seen { end_offset, connected: connected(partition.leader) }))
        });
        let mut observed = self.observed();
        observed.partitions = partitions.collect();
        observed.disconnected = !statistics.brokers.values().any(|broker| broker.state == "UP");
        observed.statistics_count += 1;
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let mut observed = self.observed();
        observed.complaint = Some(reason.to_owned());
        let code = error.rdkafka_error_code();
        if code == Some(RDKafkaErrorCode::AllBrokersDown) {
            observed.disconnected = true;
        }
    }
}

/// The new id in the client's message "Topic … changed id from … to …", written so that it can stand in a path.
fn changed_id(topic: &str, message: &str) -> Option<String> {
    let (_, change) = message.split_once(&format!("Topic {topic} changed id from "))?;
    let (_, id) = change.split_once(" to ")?;
    let id: String = id
        .trim()
        .chars()
        .map(|letter| match letter {
            '/' => '_',
            '+' => '-',
            letter => letter,
        })
        .collect();
    Some(id).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topics_id_is_read_from_the_log() {
        let message =
            "[thrd:main]: Topic usage.cdr changed id from AAAAAAAAAAAAAAAAAAAAAA to uG/Q+yQ2S0a";
        assert_eq!(changed_id("usage.cdr", message).as_deref(), Some("uG_Q-yQ2S0a"));
        assert_eq!(changed_id("usage.c", message), None);
        assert_eq!(changed_id("usage.cdr", "[thrd:main]: Topic usage.cdr [0] Leader 1"), None);
    }
}
