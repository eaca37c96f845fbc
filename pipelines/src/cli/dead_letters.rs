//! `weir dead-letters`: what could not be read, why, and the payloads to try again.

mod line;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use clap::Subcommand;
use connectors::lake::{Lake, Seal};
use connectors::source::Role;
use datasets::dictionary::Table;
use datasets::tables;
use queries::{At, Format, QueryError, Session, run_statements};

use super::{Failure, LakeArgs, block_on};
use crate::config::role_of;
use line::line;

/// Subcommands of `weir dead-letters`.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetters {
    /// How many there are, by topic and reason.
    #[command(
        after_help = "Examples:\n  weir dead-letters list\n  weir dead-letters list --lake /tmp/lake"
    )]
    List {
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// The newest ones, with what is wrong with each.
    #[command(
        after_help = "Examples:\n  weir dead-letters show\n  weir dead-letters show --limit 5"
    )]
    Show {
        #[command(flatten)]
        lake: LakeArgs,
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Write the payloads of one topic to a file, to be corrected and read again.
    #[command(
        after_help = "Examples:\n  weir dead-letters replay --to retry.jsonl\n  weir dead-letters replay --topic cust.topups --to retry.jsonl"
    )]
    Replay {
        #[command(flatten)]
        lake: LakeArgs,
        /// The topic or file that they came from.
        #[arg(long, default_value = "usage.cdr")]
        topic: String,
        /// The file to write; it must not exist.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

impl DeadLetters {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::List { lake } => ask(
                &lake,
                "SELECT topic, reason, count(*) AS record_count FROM ops.dead_letters GROUP BY topic, reason ORDER BY topic, reason",
            ),
            Self::Show { lake, limit } => ask(
                &lake,
                &format!(
                    "SELECT topic, source_partition, source_offset, reason, detail, masked_payload FROM ops.dead_letters ORDER BY cut DESC, source_offset DESC LIMIT {limit}"
                ),
            ),
            Self::Replay { lake, topic, to } => replay(&lake, &topic, &to),
        }
    }
}

fn ask(lake: &LakeArgs, sql: &str) -> Result<(), Failure> {
    let session = Session::open(&lake.location(), At::Latest)?;
    Ok(block_on(run_statements(&session, sql, Format::Table, &mut std::io::stdout()))?)
}

fn replay(args: &LakeArgs, topic: &str, to: &Path) -> Result<(), Failure> {
    let no_lake = || QueryError::NoLake { lake: args.location() };
    if args.is_missing() {
        return Err(no_lake().into());
    }
    let lake = Lake::open(&args.location())?;
    let seal = lake.latest()?.ok_or_else(no_lake)?;
    let documents = sources_of_documents(&lake, &seal)?;
    let mut file = std::fs::File::create_new(to)
        .with_context(|| format!("could not make \"{}\"", to.display()))?;
    let (mut count, mut left) = (0_u64, 0_u64);
    let table: &'static Table = &tables::VAULT_DEAD_LETTERS;
    for batch in lake.read(table, version(&seal, table))? {
        let batch = batch?;
        let (topics, sources) = (texts(&batch, "topic"), texts(&batch, "source_id"));
        let (keys, payloads) =
            (batch["message_key"].as_binary::<i32>(), batch["payload"].as_binary::<i32>());
        for row in (0..batch.num_rows()).filter(|row| topics.value(*row) == topic) {
            let is_document = matches!(role_of(topic), Some(Role::Reference(_)))
                || documents.contains(sources.value(row));
            let key = keys.is_valid(row).then(|| keys.value(row));
            match line(payloads.value(row), key, is_document) {
                Some(line) => {
                    file.write_all(&[&line[..], b"\n"].concat())?;
                    count += 1;
                }
                None => left += 1,
            }
        }
    }
    tell((count, left), topic, to);
    Ok(())
}

/// Says what was written, what was not, and what next.
fn tell((count, left): (u64, u64), topic: &str, to: &Path) {
    eprintln!(
        "{count} payloads in \"{}\"; correct them, then give the file to weir as a source",
        to.display()
    );
    if left > 0 {
        eprintln!(
            "{left} more do not fit one line each and were left out; see them with: weir sql --vault -c \"SELECT payload FROM vault.dead_letters WHERE topic = '{topic}'\""
        );
    }
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> &'a StringArray {
    batch[column].as_string()
}

/// The sources whose records are reference documents, whatever their topics are called.
fn sources_of_documents(lake: &Lake, seal: &Seal) -> Result<BTreeSet<String>, Failure> {
    let mut sources = BTreeSet::new();
    let table: &'static Table = &tables::RAW_REFERENCE;
    for batch in lake.read(table, version(seal, table))? {
        let batch = batch?;
        let found = texts(&batch, "source_id").iter().flatten();
        found.for_each(|source| {
            if !sources.contains(source) {
                sources.insert(source.to_owned());
            }
        });
    }
    Ok(sources)
}

fn version(seal: &Seal, table: &Table) -> i64 {
    seal.tables.get(&table.qualified_name()).map_or(0, |table| table.version)
}
