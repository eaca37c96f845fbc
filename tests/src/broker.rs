//! A real Apache Kafka broker for tests: one JVM in KRaft mode on loopback, gone when it is dropped.

mod install;
mod process;
mod properties;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tempfile::TempDir;

use process::Process;

/// How long the broker may take to start, and how long to do what it is asked.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A broker with its own folder and ports.
pub struct Broker {
    process: Option<Process>,
    folder: TempDir,
    address: String,
}

/// One record to produce: partition, key, payload.
pub type Produced<'r> = (i32, Option<&'r str>, Option<&'r str>);

impl Broker {
    /// Installs Kafka if need be, formats a new cluster and starts it.
    ///
    /// # Errors
    /// Says what is to be installed, or what the broker said.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir().context("could not make a folder for the broker")?;
        let ports = [properties::free_port()?, properties::free_port()?];
        properties::write(folder.path(), ports)?;
        process::format(folder.path())?;
        let address = format!("127.0.0.1:{}", ports[0]);
        let mut broker = Self { process: None, folder, address };
        broker.restart()?;
        Ok(broker)
    }

    /// Where clients find it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Starts it again after `kill` or `stop`, with all that it had.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub fn restart(&mut self) -> Result<()> {
        self.process = Some(process::serve(self.folder.path())?);
        let client: BaseConsumer = self.client().create()?;
        match client.fetch_metadata(None, TIMEOUT) {
            Ok(_) => Ok(()),
            Err(error) => bail!(
                "the broker did not answer within {} s: {error}\n{}",
                TIMEOUT.as_secs(),
                process::log(self.folder.path())
            ),
        }
    }

    /// Kills it as a crash would.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    /// Asks it to shut down, and waits until it has.
    pub fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }

    /// Makes a topic, with settings such as `("cleanup.policy", "compact")`.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn create_topic(&self, name: &str, partitions: i32, settings: &[(&str, &str)]) -> Result<()> {
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

    fn client(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client.set("bootstrap.servers", &self.address).set("group.id", "fixture");
        client
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
