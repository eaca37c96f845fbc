//! Reads topics to their present end.

use std::collections::BTreeSet;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::record::{Decoder, Usage};

/// Records in a batch.
const BATCH: usize = 8_192;
/// How long a broker may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The topics of a broker.
pub(crate) struct Topics {
    client: ClientConfig,
}

/// A topic that is read to its end.
pub(crate) struct Topic {
    consumer: BaseConsumer,
    open: BTreeSet<i32>,
}

impl Topics {
    /// At an address.
    pub(crate) fn new(brokers: &str) -> Self {
        let mut client = ClientConfig::new();
        client
            .set("bootstrap.servers", brokers)
            .set("group.id", "hand-written")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("fetch.queue.backoff.ms", "5")
            .set("queued.max.messages.kbytes", "32768");
        Self { client }
    }

    /// The usage topic, from its beginning.
    pub(crate) fn usage(&self) -> Result<Topic> {
        self.open("usage.cdr")
    }

    /// A topic, from its beginning.
    pub(crate) fn open(&self, name: &str) -> Result<Topic> {
        let consumer: BaseConsumer = self.client.create()?;
        let metadata = consumer.fetch_metadata(Some(name), TIMEOUT)?;
        let topic = metadata.topics().first().context("the broker names no topic")?;
        let open: BTreeSet<i32> = topic.partitions().iter().map(|place| place.id()).collect();
        let mut assignment = TopicPartitionList::new();
        for partition in &open {
            assignment.add_partition_offset(name, *partition, Offset::Beginning)?;
        }
        consumer.assign(&assignment)?;
        Ok(Topic { consumer, open })
    }
}

impl Topic {
    /// Gives every record to `take`.
    pub(crate) fn each(mut self, mut take: impl FnMut(&BorrowedMessage<'_>)) -> Result<()> {
        while !self.open.is_empty() {
            match self.consumer.poll(TIMEOUT).context("no record came in time")? {
                Ok(message) => take(&message),
                Err(KafkaError::PartitionEOF(partition)) => {
                    self.open.remove(&partition);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Decodes every record and hands them on in batches; what cannot be decoded is left out.
    pub(crate) fn consume(self, batches: &SyncSender<Vec<Usage>>) -> Result<()> {
        let mut decoder = Decoder::default();
        let mut batch = Vec::with_capacity(BATCH);
        self.each(|message| {
            let payload = message.payload().unwrap_or_default();
            let place = (message.partition(), message.offset());
            batch.extend(decoder.usage(payload, place));
            if batch.len() == BATCH {
                // Where nobody takes batches any more, the fold's own thread says why.
                let _gone = batches.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        })?;
        let _gone = batches.send(batch);
        Ok(())
    }
}
