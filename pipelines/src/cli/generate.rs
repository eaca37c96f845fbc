//! `weir generate`: a generated operator's records, as files that `weir run` reads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use datasets::generator::{Config, Item, Operator};

use super::Failure;

/// Arguments of `weir generate`.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Folder to write a file per topic to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many usage records.
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// How many numbers are in use.
    #[arg(long, default_value_t = 2_000)]
    subscribers: u32,
    /// Seed: the same seed makes the same records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Generate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let config = Config {
            records: self.records,
            subscribers: self.subscribers,
            audited: false,
            ..Config::demo(self.seed)
        };
        std::fs::create_dir_all(&self.out)
            .with_context(|| format!("could not make folder \"{}\"", self.out.display()))?;
        let counts = write_files(Operator::new(config), &self.out)?;
        for (topic, count) in counts {
            eprintln!("{count:>10} records in {}", self.out.join(file_of(topic)).display());
        }
        Ok(())
    }
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
