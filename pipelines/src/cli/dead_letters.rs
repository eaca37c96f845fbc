//! `weir dead-letters`: what could not be read, why, and the payloads to try again.

mod line;

mod origin;

mod replay;

use std::path::PathBuf;

use clap::Subcommand;
use queries::{At, Format, Session, run_statements};

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
    /// Write the payloads of one topic or file to a file, to be corrected and read again; those of a table with its header.
    #[command(
        after_help = "Examples:\n  weir dead-letters replay --to retry.jsonl\n  weir dead-letters replay --topic cust.topups --to retry.jsonl\n  weir dead-letters replay --topic input/accounts.csv --to retry.csv"
    )]
    Replay {
        #[command(flatten)]
        lake: LakeArgs,
        /// The topic or file that they came from, or a folder for all of its files; needed where they came from several.
        #[arg(long)]
        topic: Option<String>,
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
            Self::Replay { lake, topic, to } => replay::replay(&lake, topic.as_deref(), &to),
        }
    }
}

fn ask(lake: &LakeArgs, sql: &str) -> Result<(), Failure> {
    let session = Session::open(&lake.location(), At::Latest)?;
    Ok(block_on(run_statements(&session, sql, Format::Table, &mut std::io::stdout()))?)
}
