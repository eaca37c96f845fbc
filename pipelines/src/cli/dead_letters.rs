//! `weir dead-letters`: what could not be read, why, and the payloads to try again.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use arrow::array::AsArray;
use clap::Subcommand;
use connectors::lake::{Lake, Seal};
use datasets::dictionary::Table;
use datasets::tables;
use queries::{At, Format, QueryError, Session, run_statements};

use super::{Failure, LakeArgs, block_on};

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

fn replay(args: &LakeArgs, topic: &str, to: &PathBuf) -> Result<(), Failure> {
    let no_lake = || QueryError::NoLake { lake: args.location() };
    if args.is_missing() {
        return Err(no_lake().into());
    }
    let lake = Lake::open(&args.location())?;
    let seal = lake.latest()?.ok_or_else(no_lake)?;
    let mut file = std::fs::File::create_new(to)
        .with_context(|| format!("could not make \"{}\"", to.display()))?;
    let mut count = 0_u64;
    let table: &'static Table = &tables::VAULT_DEAD_LETTERS;
    for batch in lake.read(table, version(&seal, table))? {
        let batch = batch?;
        let topics =
            batch.column_by_name("topic").expect("a column of the table").as_string::<i32>();
        let payloads =
            batch.column_by_name("payload").expect("a column of the table").as_binary::<i32>();
        for row in (0..batch.num_rows()).filter(|row| topics.value(*row) == topic) {
            file.write_all(payloads.value(row))?;
            file.write_all(b"\n")?;
            count += 1;
        }
    }
    eprintln!(
        "{count} payloads in \"{}\"; correct them, then give the file to weir as a source",
        to.display()
    );
    Ok(())
}

fn version(seal: &Seal, table: &Table) -> i64 {
    seal.tables.get(&table.qualified_name()).map_or(0, |table| table.version)
}
