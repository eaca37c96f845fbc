//! What a topic holds, tombstones included, read by a client that knows nothing of weir.

use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message;
use rdkafka::{Offset, TopicPartitionList};

use super::{Broker, TIMEOUT};

/// A record: key, and value unless it is a tombstone.
pub type Consumed = (String, Option<String>);

impl Broker {
    /// All records of a topic that there are now; those of a partition in their order.
    ///
    /// # Errors
    /// When the broker does not give them in time.
    pub fn consume(&self, topic: &str) -> Result<Vec<Consumed>> {
        let consumer: BaseConsumer = self.client().set("enable.auto.commit", "false").create()?;
        let metadata = consumer.fetch_metadata(Some(topic), TIMEOUT)?;
        let partitions = metadata.topics().iter().flat_map(|topic| topic.partitions());
        let (mut assignment, mut due) = (TopicPartitionList::new(), 0);
        for partition in partitions {
            let (start, end) = consumer.fetch_watermarks(topic, partition.id(), TIMEOUT)?;
            assignment.add_partition_offset(topic, partition.id(), Offset::Offset(start))?;
            due += end - start;
        }
        consumer.assign(&assignment)?;
        let mut records = Vec::new();
        while due > 0 {
            let polled = consumer.poll(TIMEOUT).context("the broker fell silent")?;
            let Ok(message) = polled else { continue };
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            records
                .push((message.key().map(text).unwrap_or_default(), message.payload().map(text)));
            due -= 1;
        }
        Ok(records)
    }

    /// Polls a topic until something holds of its records.
    ///
    /// # Errors
    /// When it does not come to hold in time.
    pub fn consume_until(
        &self,
        topic: &str,
        holds: impl Fn(&[Consumed]) -> bool,
    ) -> Result<Vec<Consumed>> {
        let (_ticks, tick) = std::sync::mpsc::sync_channel::<()>(0);
        for _ in 0..300 {
            let records = self.consume(topic)?;
            if holds(&records) {
                return Ok(records);
            }
            // Nothing is ever sent: the channel is a clock.
            let _timeout = tick.recv_timeout(Duration::from_millis(200));
        }
        anyhow::bail!("topic \"{topic}\" did not come to hold what it should")
    }
}
