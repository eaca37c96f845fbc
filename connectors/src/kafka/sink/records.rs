//! The sink for whole records of several topics, as a generator sends them: as fast as the brokers take them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use datasets::units::EventTime;
use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::KafkaError;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::types::RDKafkaErrorCode;

use super::SinkError;
use crate::kafka::config::KafkaConfig;
use crate::kafka::topic::{Topic, signed};
use crate::source::error::SourceError;

/// A record to send.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'r> {
    /// The topic; one of those that the sink was opened for.
    pub topic: &'r str,
    /// Modulo the topic's number of partitions it is the partition.
    pub partition_hint: u32,
    /// The key, if it has one.
    pub key: Option<&'r str>,
    /// The value; none is a tombstone.
    pub payload: Option<&'r [u8]>,
    /// The record's own time.
    pub at: EventTime,
}

/// A sink for several topics of one cluster.
pub struct RecordSink {
    producer: BaseProducer<Deliveries>,
    partitions: BTreeMap<String, u32>,
    timeout: Duration,
    sent: usize,
}

/// What became of the records so far.
#[derive(Default)]
struct Deliveries {
    acknowledged: AtomicUsize,
    cause: Mutex<Option<String>>,
}

impl Deliveries {
    fn complain(&self, cause: String) {
        *self.cause.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
    }
}

impl ClientContext for Deliveries {
    fn error(&self, _error: KafkaError, reason: &str) {
        self.complain(reason.to_owned());
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => {
                self.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Err((error, _)) => self.complain(error.to_string()),
        }
    }
}

impl RecordSink {
    /// Reaches the topics, which must be there.
    ///
    /// # Errors
    /// When no broker answers in time, or a topic is not there.
    pub fn open(config: &KafkaConfig, topics: &[&str]) -> Result<Self, SinkError> {
        let mut partitions = BTreeMap::new();
        for topic in topics {
            let count = Topic::connect(config, topic)?.partitions.len();
            let count = u32::try_from(count).expect("a topic has at most 16,384 partitions");
            partitions.insert((*topic).to_owned(), count);
        }
        let producer = config.producer().create_with_context(Deliveries::default());
        let producer = producer.map_err(failed("make a producer for", topics))?;
        Ok(Self { producer, partitions, timeout: config.reach_timeout(), sent: 0 })
    }

    /// Sends a record; waits while the client's queue is full.
    ///
    /// # Errors
    /// When the client refuses it.
    ///
    /// # Panics
    /// If the sink was not opened for the record's topic.
    pub fn send(&mut self, outgoing: Outgoing<'_>) -> Result<(), SinkError> {
        let count = self.partitions.get(outgoing.topic).expect("the topic was opened");
        let mut record: BaseRecord<'_, str, [u8]> = BaseRecord::to(outgoing.topic)
            .partition(signed(outgoing.partition_hint % count))
            .timestamp(outgoing.at.0 / 1_000);
        record.key = outgoing.key;
        record.payload = outgoing.payload;
        self.sent += 1;
        loop {
            match self.producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    self.producer.poll(Duration::from_millis(100));
                }
                Err((error, _back)) => {
                    return Err(failed("write to", &[outgoing.topic])(error).into());
                }
            }
        }
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    /// Waits until the brokers have everything; says how much that is.
    ///
    /// # Errors
    /// When not everything was acknowledged.
    pub fn finish(self) -> Result<usize, SinkError> {
        let flushed = self.producer.flush(self.timeout.saturating_mul(6));
        let deliveries = self.producer.context();
        let acknowledged = deliveries.acknowledged.load(Ordering::Relaxed);
        if acknowledged == self.sent {
            return Ok(acknowledged);
        }
        let told = deliveries.cause.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let cause = told.or(flushed.err().map(|error| error.to_string())).unwrap_or_default();
        let topic = self.partitions.into_keys().collect::<Vec<_>>().join(", ");
        Err(SinkError::NotAcknowledged { topic, sent: self.sent, acknowledged, cause })
    }
}

/// Makes the topics that are not there, with the broker's own replication.
///
/// # Errors
/// When no broker answers, or one refuses.
pub fn create_topics(
    config: &KafkaConfig,
    topics: &[&str],
    partitions: u32,
) -> Result<(), SinkError> {
    let failed = failed("create", topics);
    let admin: AdminClient<DefaultClientContext> = config.producer().create().map_err(&failed)?;
    let topic = |name| NewTopic::new(name, signed(partitions), TopicReplication::Fixed(-1));
    let wanted: Vec<NewTopic<'_>> = topics.iter().copied().map(topic).collect();
    let options = AdminOptions::new().request_timeout(Some(config.reach_timeout()));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("the machine can start a runtime");
    let results = runtime.block_on(admin.create_topics(&wanted, &options)).map_err(&failed)?;
    for result in results {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((_, code)) => Err(failed(KafkaError::AdminOp(code)))?,
        }
    }
    Ok(())
}

fn failed<'t>(doing: &'static str, topics: &'t [&str]) -> impl Fn(KafkaError) -> SourceError + 't {
    move |source| SourceError::Kafka { doing, topic: topics.join(", "), source }
}
