//! Fills the topics of a broker with a generated operator.

use std::time::Duration;

use anyhow::{Context, Result};
use datasets::generator::{Config, Item, Operator, REFERENCE_TOPICS, TOPUP_TOPIC, USAGE_TOPIC};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::types::RDKafkaErrorCode;
use weir_tests::broker::Broker;

/// Partitions of the usage topic.
pub(crate) const PARTITIONS: u32 = 4;
/// How long the broker may take for what is under way.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What was put into the usage topic.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filled {
    pub(crate) records: u64,
    pub(crate) bytes: u64,
}

/// The operator whose usage is measured.
pub(crate) fn config(records: u64, seed: u64) -> Config {
    Config { seed, audited: false, ..Config::bench(records) }
}

/// Makes all topics; records are kept however old they are.
pub(crate) fn make_topics(broker: &Broker) -> Result<()> {
    let keep = [("retention.ms", "-1")];
    let usage = i32::try_from(PARTITIONS).context("partitions are few")?;
    broker.create_topic(USAGE_TOPIC, usage, &keep)?;
    for topic in REFERENCE_TOPICS.into_iter().chain([TOPUP_TOPIC]) {
        broker.create_topic(topic, 1, &keep)?;
    }
    Ok(())
}

/// Produces everything that the operator yields, with the times at which it arrived.
pub(crate) fn fill(brokers: &str, config: Config) -> Result<Filled> {
    let producer = Filler::new(brokers)?;
    let mut filled = Filled::default();
    for item in Operator::new(config) {
        let partitions = if item.topic == USAGE_TOPIC { PARTITIONS } else { 1 };
        producer.send(&item, item.partition_hint % partitions)?;
        if item.topic == USAGE_TOPIC {
            filled.records += 1;
            let bytes = item.payload.as_ref().map_or(0, Vec::len);
            filled.bytes += u64::try_from(bytes).expect("a record is bounded");
        }
    }
    producer.flush()?;
    Ok(filled)
}

/// A producer in a hurry.
pub(crate) struct Filler(BaseProducer);

impl Filler {
    pub(crate) fn new(brokers: &str) -> Result<Self> {
        let mut client = ClientConfig::new();
        client
            .set("bootstrap.servers", brokers)
            .set("linger.ms", "20")
            .set("batch.size", "1000000")
            .set("queue.buffering.max.messages", "200000");
        Ok(Self(client.create()?))
    }

    /// Sends an item with its time of arrival.
    pub(crate) fn send(&self, item: &Item, partition: u32) -> Result<()> {
        let partition = i32::try_from(partition).context("partitions are few")?;
        let mut record: BaseRecord<'_, str, [u8]> = BaseRecord::to(item.topic)
            .partition(partition)
            .timestamp(item.arrived_at.0.div_euclid(1_000));
        record.key = item.key.as_deref();
        record.payload = item.payload.as_deref();
        while let Err((error, back)) = self.0.send(record) {
            if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            record = back;
            self.0.poll(Duration::from_millis(20));
        }
        self.0.poll(Duration::ZERO);
        Ok(())
    }

    /// Waits until the broker has everything.
    pub(crate) fn flush(&self) -> Result<()> {
        self.0.flush(TIMEOUT).context("the broker did not take all records in time")
    }
}
