//! Produces records, in transactions or without.

use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::types::RDKafkaErrorCode;

use super::{Broker, TIMEOUT};

/// One record to produce: partition, key, payload.
pub type Produced<'r> = (i32, Option<&'r str>, Option<&'r str>);

impl Broker {
    /// Produces records and waits until the broker has them.
    ///
    /// # Errors
    /// When it does not get them in time.
    pub fn produce<'r>(
        &self,
        topic: &str,
        records: impl IntoIterator<Item = Produced<'r>>,
    ) -> Result<()> {
        let producer: BaseProducer = self.client().set("linger.ms", "5").create()?;
        enqueue(&producer, topic, records)?;
        producer.flush(TIMEOUT).context("could not produce")
    }

    /// Writes one record to the partition that its key belongs to.
    ///
    /// # Errors
    /// When the broker does not get it in time.
    pub fn write(&self, topic: &str, key: &str, value: Option<&str>) -> Result<()> {
        let producer: BaseProducer = self.client().create()?;
        let mut record: BaseRecord<'_, str, str> = BaseRecord::to(topic).key(key);
        record.payload = value;
        producer.send(record).map_err(|(error, _record)| error)?;
        producer.flush(TIMEOUT).context("could not produce")
    }

    /// A producer whose records arrive once and in order, whatever happens to the broker meanwhile.
    ///
    /// # Errors
    /// When the client refuses.
    pub fn producer(&self) -> Result<BaseProducer> {
        let mut client = self.client();
        client.set("enable.idempotence", "true").set("linger.ms", "5");
        Ok(client.set("reconnect.backoff.max.ms", "200").create()?)
    }

    /// Produces records in one transaction, which is then committed or aborted.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn produce_transaction<'r>(
        &self,
        topic: &str,
        records: impl IntoIterator<Item = Produced<'r>>,
        commit: bool,
    ) -> Result<()> {
        let producer: BaseProducer = self.client().set("transactional.id", topic).create()?;
        producer.init_transactions(TIMEOUT)?;
        producer.begin_transaction()?;
        enqueue(&producer, topic, records)?;
        producer.flush(TIMEOUT)?;
        match commit {
            true => producer.commit_transaction(TIMEOUT)?,
            false => producer.abort_transaction(TIMEOUT)?,
        }
        Ok(())
    }
}

fn enqueue<'r>(
    producer: &BaseProducer,
    topic: &str,
    records: impl IntoIterator<Item = Produced<'r>>,
) -> Result<()> {
    for (partition, key, payload) in records {
        let mut record: BaseRecord<'_, str, str> = BaseRecord::to(topic).partition(partition);
        if let Some(key) = key {
            record = record.key(key);
        }
        if let Some(payload) = payload {
            record = record.payload(payload);
        }
        while let Err((error, back)) = producer.send(record) {
            if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            record = back;
            producer.poll(Duration::from_millis(50));
        }
    }
    Ok(())
}
