//! What an administrator does to topics while somebody reads them.

use anyhow::{Result, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::{Broker, TIMEOUT};

impl Broker {
    /// Makes a topic, with settings such as `("cleanup.policy", "compact")`.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn create_topic(
        &self,
        name: &str,
        partitions: i32,
        settings: &[(&str, &str)],
    ) -> Result<()> {
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
        let topic = settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value));
        let admin = self.admin()?;
        block_on(admin.create_topics([&topic], &options()))??.pop().map_or(Ok(()), done)
    }

    /// Deletes a topic and waits until its name is free.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn delete_topic(&self, name: &str) -> Result<()> {
        let admin = self.admin()?;
        block_on(admin.delete_topics(&[name], &options()))??.pop().map_or(Ok(()), done)
    }

    /// Gives a topic more partitions.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn add_partitions(&self, name: &str, total: usize) -> Result<()> {
        let (admin, wanted) = (self.admin()?, NewPartitions::new(name, total));
        block_on(admin.create_partitions([&wanted], &options()))??.pop().map_or(Ok(()), done)
    }

    /// Deletes the records of a partition before an offset.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn delete_records(&self, name: &str, partition: i32, before: i64) -> Result<()> {
        let mut offsets = TopicPartitionList::new();
        offsets.add_partition_offset(name, partition, Offset::Offset(before))?;
        let admin = self.admin()?;
        let deleted = block_on(admin.delete_records(&offsets, &options()))??;
        deleted.elements().iter().try_for_each(|place| place.error())?;
        Ok(())
    }

    /// The offset that a group has committed for a partition, if it has.
    ///
    /// # Errors
    /// When the broker does not say.
    pub fn committed(&self, group: &str, name: &str, partition: i32) -> Result<Option<i64>> {
        let consumer: BaseConsumer = self.client().set("group.id", group).create()?;
        let mut places = TopicPartitionList::new();
        places.add_partition(name, partition);
        let places = consumer.committed_offsets(places, TIMEOUT)?;
        let offset = places.find_partition(name, partition).map(|place| place.offset());
        Ok(offset.and_then(|offset| offset.to_raw()).filter(|offset| *offset >= 0))
    }

    fn admin(&self) -> Result<AdminClient<DefaultClientContext>> {
        let mut config = ClientConfig::new();
        Ok(config.set("bootstrap.servers", &self.address).create()?)
    }
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT))
}

fn block_on<F: Future>(future: F) -> Result<F::Output> {
    Ok(tokio::runtime::Builder::new_current_thread().build()?.block_on(future))
}

fn done(result: Result<String, (String, RDKafkaErrorCode)>) -> Result<()> {
    match result {
        Ok(_name) => Ok(()),
        Err((name, code)) => bail!("the broker refused for topic \"{name}\": {code}"),
    }
}
