//! A topic within reach: its cluster, its id and its partitions.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};

use super::config::KafkaConfig;
use super::watcher::Watcher;
use crate::source::error::SourceError;
use crate::stopwatch::Stopwatch;

/// Stands for the id of a topic whose brokers give none.
const NO_ID: &str = "0";
/// How long the client may take to tell a topic's id, once it knows the topic.
const ID_TIMEOUT: Duration = Duration::from_secs(3);
/// The most partitions that provenance can number.
const PARTITIONS_MAX: usize = 1 << 14;

/// A topic that answers.
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) consumer: BaseConsumer<Watcher>,
    pub(super) brokers: String,
    pub(super) timeout: Duration,
    pub(super) partitions: Vec<u32>,
    pub(super) source_id: String,
    pub(super) incarnation: String,
}

impl Topic {
    /// Reaches the cluster and looks at the topic.
    pub(super) fn connect(config: &KafkaConfig, name: &str) -> Result<Self, SourceError> {
        if let Some(key) = config.forbidden_setting() {
            return Err(SourceError::Setting {
                key: format!("librdkafka.\"{key}\""),
                topic: name.to_owned(),
                problem: "is weir's own to choose; remove it".to_owned(),
            });
        }
        let consumer =
            config.consumer().create_with_context(Watcher::new(name)).map_err(|source| {
                SourceError::Kafka { doing: "make a client for", topic: name.to_owned(), source }
            })?;
        let mut topic = Self {
            name: name.to_owned(),
            consumer,
            brokers: config.brokers.clone(),
            timeout: config.reach_timeout(),
            partitions: Vec::new(),
            source_id: String::new(),
            incarnation: String::new(),
        };
        topic.partitions = topic.fetch_partitions()?;
        let cluster = topic.consumer.client().fetch_cluster_id(topic.timeout);
        let cluster = cluster.as_deref().unwrap_or("unknown");
        topic.incarnation = topic.learn_incarnation()?;
        topic.source_id = format!("{cluster}/{name}/{}", topic.incarnation);
        Ok(topic)
    }

    /// The partitions that there are, once the topic has any.
    fn fetch_partitions(&self) -> Result<Vec<u32>, SourceError> {
        let metadata = self
            .consumer
            .client()
            .fetch_metadata(Some(&self.name), self.timeout)
            .map_err(|error| self.unreachable(&error))?;
        let found = metadata.topics().iter().find(|topic| topic.name() == self.name);
        let partitions = found.filter(|topic| topic.error().is_none()).map(|topic| {
            topic.partitions().iter().filter_map(|partition| u32::try_from(partition.id()).ok())
        });
        let mut partitions: Vec<_> = partitions.into_iter().flatten().collect();
        partitions.sort_unstable();
        match partitions.len() {
            0 => Err(SourceError::UnknownTopic {
                topic: self.name.clone(),
                brokers: self.brokers.clone(),
            }),
            count if count > PARTITIONS_MAX => Err(SourceError::OutOfRange {
                topic: self.name.clone(),
                what: format!("{count} partitions"),
            }),
            _ => Ok(partitions),
        }
    }

    /// Whether the topic is still there, as far as the brokers say; `None` if none answers.
    pub(super) fn still_exists(&self) -> Option<bool> {
        let metadata =
            self.consumer.client().fetch_metadata(Some(&self.name), self.timeout).ok()?;
        let found = metadata.topics().iter().find(|topic| topic.name() == self.name)?;
        Some(found.error().is_none() && !found.partitions().is_empty())
    }

    /// The id that tells the topic from an earlier one of its name; "0" of brokers that give none.
    fn learn_incarnation(&self) -> Result<String, SourceError> {
        // The client learns of a topic when a partition is assigned; its end has nothing that could be read.
        let mut end = TopicPartitionList::new();
        end.add_partition_offset(&self.name, 0, Offset::End).map_err(self.failed("look at"))?;
        self.consumer.assign(&end).map_err(self.failed("look at"))?;
        let watch = Stopwatch::started();
        while self.consumer.context().observed().ids.is_empty() && !watch.has_passed(ID_TIMEOUT) {
            // Records and errors are of no interest here: polling serves the client's log.
            let _event = self.consumer.poll(Duration::from_millis(20));
        }
        self.consumer.unassign().map_err(self.failed("look at"))?;
        let ids = &self.consumer.context().observed().ids;
        Ok(ids.last().cloned().unwrap_or_else(|| NO_ID.to_owned()))
    }

    /// Whether an id is that of another topic.
    pub(super) fn is_other(&self, id: &str) -> bool {
        self.incarnation != NO_ID && self.incarnation != id
    }

    /// The first offset that is left in a partition, and the one behind the last.
    pub(super) fn watermarks(&self, partition: u32) -> Result<(u64, u64), KafkaError> {
        let offset = |raw: i64| u64::try_from(raw).unwrap_or(0);
        let partition = signed(partition);
        let marks = self.consumer.fetch_watermarks(&self.name, partition, self.timeout)?;
        Ok((offset(marks.0), offset(marks.1)))
    }

    /// No broker answers, and why as far as the client tells.
    pub(super) fn unreachable(&self, error: &KafkaError) -> SourceError {
        // The reason comes with an event, which only polling delivers.
        let watch = Stopwatch::started();
        while self.consumer.context().observed().complaint.is_none()
            && !watch.has_passed(Duration::from_millis(200))
        {
            let _event = self.consumer.poll(Duration::from_millis(10));
        }
        let complaint = self.consumer.context().observed().complaint.clone();
        SourceError::Unreachable {
            brokers: self.brokers.clone(),
            seconds: self.timeout.as_secs(),
            cause: complaint.unwrap_or_else(|| error.to_string()),
        }
    }

    /// Wraps the client's error with what was being done.
    pub(super) fn failed(&self, doing: &'static str) -> impl Fn(KafkaError) -> SourceError + '_ {
        move |source| SourceError::Kafka { doing, topic: self.name.clone(), source }
    }
}

/// Whether an error says that the topic, or a partition of it, is not there.
pub(super) fn is_gone(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::UnknownTopic
            | Code::UnknownPartition
            | Code::UnknownTopicOrPartition
            | Code::UnknownTopicId
    )
}

/// A partition's number as the client writes it.
pub(super) fn signed(partition: u32) -> i32 {
    i32::try_from(partition).expect("a topic has at most 16,384 partitions")
}
