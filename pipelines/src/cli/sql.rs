//! `weir sql`: one-shot questions, and the shell.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use datasets::units::EventTime;
use queries::{At, Format, Session, run_statements, shell};

use super::{Failure, LakeArgs, block_on};

/// Arguments of `weir sql`.
#[derive(Debug, Args)]
pub(crate) struct Sql {
    #[command(flatten)]
    lake: LakeArgs,
    /// Answer as of this sealed cut; "weir cuts list" has their numbers. In SQL, at_cut('bill.charges', 42) is one table
    /// as another cut sealed it; in the shell, \cut N.
    #[arg(long, conflicts_with = "as_of")]
    cut: Option<u64>,
    /// Answer as of the newest cut whose stream time is this instant or before (RFC 3339).
    #[arg(long, value_name = "INSTANT", value_parser = EventTime::parse_rfc3339)]
    as_of: Option<EventTime>,
    /// Form of the answer: table, csv, json, ndjson or parquet.
    #[arg(long, default_value = "table")]
    format: Format,
    /// The question.
    #[arg(short = 'c', long = "command", value_name = "SQL", conflicts_with = "file")]
    command: Option<String>,
    /// A file with the question; "-" is standard input.
    #[arg(short, long)]
    file: Option<PathBuf>,
    /// Show the vault schema, which holds personal data in clear.
    #[arg(long)]
    vault: bool,
}

impl Sql {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let format = self.format;
        let session = Session::open(&self.lake.location(), self.at())?;
        let session = if self.vault { session.with_vault()? } else { session };
        let Some(sql) = self.text()? else { return Ok(block_on(shell(session, format))?) };
        let mut out = std::io::BufWriter::new(std::io::stdout());
        match block_on(run_statements(&session, &sql, format, &mut out)) {
            Err(error) if error.is_broken_pipe() => Ok(()),
            outcome => Ok(outcome.and_then(|()| Ok(out.flush()?))?),
        }
    }

    fn at(&self) -> At {
        match (self.cut, self.as_of) {
            (Some(cut), _) => At::Cut(cut),
            (None, Some(instant)) => At::Instant(instant),
            (None, None) => At::Latest,
        }
    }

    fn text(&self) -> Result<Option<String>, Failure> {
        let Some(file) = &self.file else { return Ok(self.command.clone()) };
        let text = match file.as_os_str() == "-" {
            true => std::io::read_to_string(std::io::stdin()),
            false => std::fs::read_to_string(file),
        };
        Ok(Some(text.with_context(|| format!("could not read \"{}\"", file.display()))?))
    }
}
