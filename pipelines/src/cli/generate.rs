//! `weir generate`: a generated operator's records, as files or topics that `weir run` reads.

mod topics;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use connectors::kafka::config::KafkaConfig;
use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::records::create_topics;
use connectors::source::error::SourceError;
use datasets::generator::{
    Config, Item, Operator, REFERENCE_TOPICS, State, TOPUP_TOPIC, USAGE_TOPIC,
};
use datasets::units::EventTime;

use super::{Failure, code};
use crate::runtime::clock::Clock;

/// Arguments of `weir generate`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("to").required(true).args(["out", "brokers", "config"])))]
pub(crate) struct Generate {
    /// Folder to write a file per topic to.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Addresses of a Kafka cluster to send to: host:port, separated by commas.
    #[arg(long, value_name = "HOST:PORT")]
    brokers: Option<String>,
    /// A configuration whose [kafka] says how to reach the cluster to send to.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Make the topics that are not there, with so many partitions each.
    #[arg(long, value_name = "PARTITIONS", num_args = 0..=1, default_missing_value = "4", conflicts_with = "out")]
    create_topics: Option<u32>,
    /// Records a second; without it as fast as it goes.
    #[arg(long, conflicts_with = "out", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// End after so many seconds, even if records are left.
    #[arg(long, conflicts_with = "out")]
    seconds: Option<u64>,
    /// How many usage records.
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// How many numbers are in use.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..1 << 31))]
    subscribers: u32,
    /// Seed: the same seed makes the same records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Up to so many records the generator keeps its own truth; it takes 40 bytes a record.
const AUDITED_RECORDS: u64 = 5_000_000;
/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

impl Generate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut config = Config {
            records: self.records,
            subscribers: self.subscribers,
            audited: self.records <= AUDITED_RECORDS,
            ..Config::demo(self.seed)
        };
        let Some(folder) = &self.out else {
            // A live stream ends about now; files are the same on every day.
            let midnight = Clock.now().0 / DAY * DAY;
            config.started_at = EventTime(midnight - i64::from(config.days) * DAY);
            return self.send(Operator::new(config));
        };
        std::fs::create_dir_all(folder)
            .with_context(|| format!("could not make folder \"{}\"", folder.display()))?;
        let mut operator = Operator::new(config);
        for (topic, count) in write_files(&mut operator, folder)? {
            eprintln!("{count:>10} records in {}", folder.join(file_of(topic)).display());
        }
        tell_truth(&operator);
        Ok(())
    }

    fn send(&self, mut operator: Operator) -> Result<(), Failure> {
        let kafka = self.kafka()?;
        let topics: &[&str] = &[&REFERENCE_TOPICS[..], &[USAGE_TOPIC, TOPUP_TOPIC]].concat();
        if let Some(partitions) = self.create_topics {
            create_topics(&kafka, topics, partitions).map_err(unreached)?;
        }
        let pace = topics::Pace { rate: self.rate, seconds: self.seconds };
        let counts = topics::send(&mut operator, (&kafka, topics), pace).map_err(unreached)?;
        for (topic, count) in counts {
            eprintln!("{count:>10} records in topic {topic}");
        }
        tell_truth(&operator);
        Ok(())
    }

    fn kafka(&self) -> Result<KafkaConfig, Failure> {
        let Some(path) = &self.config else {
            return Ok(KafkaConfig::plain(self.brokers.as_deref().unwrap_or_default()));
        };
        let config = crate::config::Config::read(path).map_err(Failure::config)?;
        let kafka = config.kafka().cloned();
        kafka.ok_or_else(|| {
            Failure::config(anyhow!("\"{}\" has no [kafka] to send to", path.display()))
        })
    }
}

/// A failure to send, with the exit code that it deserves.
fn unreached(error: SinkError) -> Failure {
    let (is_missing, is_unreachable) = match &error {
        SinkError::Reach(error) => {
            (matches!(error, SourceError::UnknownTopic { .. }), error.is_unreachable())
        }
        _ => (false, false),
    };
    let code = if is_unreachable || is_missing { code::UNREACHABLE } else { code::RUNNING };
    let error = anyhow::Error::from(error);
    match is_missing {
        true => Failure {
            error: error.context("\"--create-topics\" makes those that are missing"),
            code,
        },
        false => Failure { error, code },
    }
}

/// Says what `ops.usage_accounting` should come to, so that one can compare.
fn tell_truth(operator: &Operator) {
    let truth = operator.truth(operator.arrived_at());
    if truth.record_count() == 0 {
        return;
    }
    eprintln!("in the end ops.usage_accounting should say:");
    let is_copy = |state: &State| matches!(state.as_str(), "duplicate" | "superseded");
    for (state, count) in truth.states.iter().filter(|(state, _)| !is_copy(state)) {
        eprintln!("{count:>10} {} {}", state.as_str(), state.reason());
    }
    let copies = truth.states.iter().filter(|(state, _)| is_copy(state));
    let copies: u64 = copies.map(|(_, count)| count).sum();
    eprintln!(
        "{copies:>10} duplicate or superseded: which of the two follows from the cut that a copy comes in"
    );
}

/// The file of a topic.
fn file_of(topic: &str) -> String {
    format!("{topic}.jsonl")
}

fn write_files(
    items: impl Iterator<Item = Item>,
    folder: &Path,
) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let mut files: BTreeMap<&'static str, (BufWriter<File>, u64)> = BTreeMap::new();
    for item in items {
        if !files.contains_key(item.topic) {
            let path = folder.join(file_of(item.topic));
            let file = File::create(&path)
                .with_context(|| format!("could not write \"{}\"", path.display()))?;
            files.insert(item.topic, (BufWriter::new(file), 0));
        }
        let (file, count) = files.get_mut(item.topic).expect("the file was opened above");
        write_line(file, &item)?;
        *count += 1;
    }
    let mut counts = BTreeMap::new();
    for (topic, (mut file, count)) in files {
        file.flush()?;
        counts.insert(topic, count);
    }
    Ok(counts)
}

/// A document carries its key beside it; other records are their payload.
fn write_line(file: &mut impl Write, item: &Item) -> std::io::Result<()> {
    let payload = item.payload.as_deref();
    match &item.key {
        Some(key) if item.topic.starts_with("ref.") => {
            write!(file, "{{\"key\":{},\"document\":", serde_json::Value::from(key.as_str()))?;
            file.write_all(payload.unwrap_or(b"null"))?;
            file.write_all(b"}")?;
        }
        _ => file.write_all(payload.unwrap_or_default())?,
    }
    file.write_all(b"\n")
}
