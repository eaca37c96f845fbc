//! A generated operator, and feeding its records to files or topics at a test's own pace.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use datasets::generator::{Config, Item, Operator, line};
use pipelines::runtime::clock::Clock;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

use crate::broker::Broker;
use crate::harness::TOPICS;
use crate::weir::setting::Input;

/// How long a broker may take to acknowledge what is fed, a restart of it included.
const TIMEOUT: Duration = Duration::from_secs(60);
const DAY_S: i64 = 86_400;

/// An operator whose two days have just passed, so that all of its records are taken as they come, and its items.
///
/// Clocks in a far future are left out: whether duplicates of those are found depends on the cut in which they arrive.
#[must_use]
pub fn recent_operator(seed: u64, records: u64) -> (Vec<Item>, Operator) {
    let midnight = Clock.now().0.div_euclid(DAY_S * 1_000_000) * DAY_S * 1_000_000;
    let started_at = datasets::units::EventTime(midnight).plus_seconds(-5 * DAY_S);
    let mut config = Config { records, started_at, ..Config::small(seed) };
    config.trouble.far_ahead = 0;
    let mut operator = Operator::new(config);
    let items: Vec<Item> = operator.by_ref().filter(|item| TOPICS.contains(&item.topic)).collect();
    (items, operator)
}

/// Where records are fed to.
enum Way {
    /// A folder with a file per topic.
    Files(PathBuf),
    /// The topics of a broker.
    Topics { producer: BaseProducer, brokers: String, prefix: String, partitions: u32 },
}

/// Items that are fed little by little.
pub struct Feeding {
    items: VecDeque<Item>,
    fed: u64,
    way: Way,
}

impl Feeding {
    /// Feeds files in a folder, which are empty to begin with.
    ///
    /// # Errors
    /// When the files cannot be made.
    pub fn to_files(folder: PathBuf, items: Vec<Item>) -> Result<Self> {
        for topic in TOPICS {
            File::create(folder.join(format!("{topic}.jsonl")))?;
        }
        Ok(Self { items: items.into(), fed: 0, way: Way::Files(folder) })
    }

    /// Feeds new topics, whose names begin with `prefix`; usage and top-ups get so many partitions.
    ///
    /// # Errors
    /// When the broker refuses.
    pub fn to_topics(
        broker: &Broker,
        prefix: &str,
        partitions: u32,
        items: Vec<Item>,
    ) -> Result<Self> {
        for topic in TOPICS {
            let count = if topic.starts_with("ref.") { 1 } else { i32::try_from(partitions)? };
            broker.create_topic(&format!("{prefix}.{topic}"), count, &[])?;
        }
        let way = Way::Topics {
            producer: broker.producer()?,
            brokers: broker.address().to_owned(),
            prefix: prefix.to_owned(),
            partitions,
        };
        Ok(Self { items: items.into(), fed: 0, way })
    }

    /// What weir is to read.
    #[must_use]
    pub fn input(&self) -> Input {
        match &self.way {
            Way::Files(folder) => Input::Files(folder.clone()),
            Way::Topics { brokers, prefix, .. } => {
                Input::Topics { brokers: brokers.clone(), prefix: prefix.clone() }
            }
        }
    }

    /// How many items have been fed, and how many are left.
    #[must_use]
    pub fn counts(&self) -> (u64, usize) {
        (self.fed, self.items.len())
    }

    /// Feeds the next so many items, as far as there are any.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn feed(&mut self, count: usize) -> Result<()> {
        let count = count.min(self.items.len());
        for item in self.items.drain(..count) {
            match &self.way {
                Way::Files(folder) => append(folder, &item)?,
                Way::Topics { producer, prefix, partitions, .. } => {
                    produce(producer, prefix, *partitions, &item)?;
                }
            }
            self.fed += 1;
        }
        Ok(())
    }

    /// Feeds all that is left, and waits until it has arrived.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn feed_all(&mut self) -> Result<()> {
        self.feed(usize::MAX)?;
        self.flush()
    }

    /// Waits until all that was fed has arrived.
    ///
    /// # Errors
    /// When the broker does not take it in time.
    pub fn flush(&self) -> Result<()> {
        match &self.way {
            Way::Files(_) => Ok(()),
            Way::Topics { producer, .. } => Ok(producer.flush(TIMEOUT)?),
        }
    }
}

fn append(folder: &std::path::Path, item: &Item) -> Result<()> {
    let path = folder.join(format!("{}.jsonl", item.topic));
    let mut line = line(item);
    line.push(b'\n');
    Ok(File::options().append(true).open(path)?.write_all(&line)?)
}

fn produce(producer: &BaseProducer, prefix: &str, partitions: u32, item: &Item) -> Result<()> {
    let topic = format!("{prefix}.{}", item.topic);
    let partitions = if item.topic.starts_with("ref.") { 1 } else { partitions };
    let partition = i32::try_from(item.partition_hint % partitions)?;
    let mut record: BaseRecord<'_, str, [u8]> = BaseRecord::to(&topic).partition(partition);
    if let Some(key) = &item.key {
        record = record.key(key.as_str());
    }
    if let Some(payload) = &item.payload {
        record = record.payload(payload.as_slice());
    }
    producer.send(record).map_err(|(error, _record)| error)?;
    producer.poll(Duration::ZERO);
    Ok(())
}
