//! Sends records to one topic and waits until the brokers have them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::error::KafkaError;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext, PurgeConfig};
use rdkafka::types::RDKafkaErrorCode;

use super::SinkError;
use crate::kafka::config::KafkaConfig;
use crate::kafka::topic::Topic;
use crate::source::error::SourceError;

/// One record: its key, and its value unless it is a tombstone.
pub(super) type KeyValue<'r> = (&'r str, Option<&'r str>);

/// An idempotent producer for one topic.
pub(super) struct Publisher {
    producer: BaseProducer<Acknowledgements>,
    topic: String,
    timeout: Duration,
}

/// What became of the records of one sending.
#[derive(Default)]
struct Acknowledgements(Mutex<Outcome>);

#[derive(Clone, Default)]
struct Outcome {
    acknowledged: usize,
    cause: Option<String>,
}

impl ClientContext for Acknowledgements {
    fn error(&self, _error: KafkaError, reason: &str) {
        self.note(|outcome| outcome.cause = Some(reason.to_owned()));
    }
}

impl ProducerContext for Acknowledgements {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        self.note(|outcome| match result {
            Ok(_) => outcome.acknowledged += 1,
            Err((error, _)) => outcome.cause = Some(error.to_string()),
        });
    }
}

impl Acknowledgements {
    fn note(&self, change: impl FnOnce(&mut Outcome)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn take(&self) -> Outcome {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Publisher {
    /// Reaches the topic, which must be there.
    pub(super) fn connect(config: &KafkaConfig, topic: &str) -> Result<Self, SinkError> {
        Topic::connect(config, topic)?;
        let producer = config.producer().create_with_context(Acknowledgements::default());
        let failed = |source| SourceError::Kafka {
            doing: "make a producer for",
            topic: topic.to_owned(),
            source,
        };
        let producer = producer.map_err(failed)?;
        Ok(Self { producer, topic: topic.to_owned(), timeout: config.reach_timeout() })
    }

    /// Sends records in order and returns when the brokers have all of them.
    ///
    /// After an error some may have arrived: what is sent must bear being sent again.
    pub(super) fn send<'r>(
        &self,
        records: impl IntoIterator<Item = KeyValue<'r>>,
    ) -> Result<usize, SinkError> {
        self.producer.context().take();
        let mut sent = 0;
        let mut refused = None;
        for record in records {
            sent += 1;
            if refused.is_none() {
                refused = self.enqueue(record).err();
            }
        }
        let flushed = self.producer.flush(self.timeout);
        if flushed.is_err() || refused.is_some() {
            // What is still queued must not arrive after the caller has given up on it.
            self.producer.purge(PurgeConfig::default().queue().inflight());
            self.producer.poll(Duration::ZERO);
        }
        let Outcome { acknowledged, cause } = self.producer.context().take();
        if acknowledged == sent {
            return Ok(sent);
        }
        let cause =
            refused.or(flushed.err()).map(|error| error.to_string()).into_iter().chain(cause);
        let cause = cause.collect::<Vec<_>>().join("; ");
        Err(SinkError::NotAcknowledged { topic: self.topic.clone(), sent, acknowledged, cause })
    }

    fn enqueue(&self, (key, value): KeyValue<'_>) -> Result<(), KafkaError> {
        let mut record: BaseRecord<'_, str, str> = BaseRecord::to(&self.topic).key(key);
        if let Some(value) = value {
            record = record.payload(value);
        }
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    self.producer.poll(Duration::from_millis(100));
                }
                Err((error, _back)) => return Err(error),
            }
        }
    }
}
