//! The commands of `weir`: data goes to stdout, everything else to stderr.

mod cuts;

mod dead_letters;

mod demo;

mod generate;

mod init;

mod rate;

mod run;

mod sql;

mod stdin;

mod stop;

mod version;

mod views;

use std::path::PathBuf;

use anyhow::Error;
use clap::{Args, Parser, Subcommand};

use crate::runtime::RuntimeError;

/// Incremental OSS/BSS: from a Kafka record to a row in SQL, in one consistent cut.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Begin with:\n  weir demo\n  weir sql -c 'SELECT * FROM bill.balances LIMIT 5'"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show weir at work on a generated operator: no broker, no configuration.
    #[command(
        after_help = "Examples:\n  weir demo\n  weir demo --lake /tmp/lake --seconds 5 --seed 7"
    )]
    Demo(demo::Demo),
    /// Run the pipelines of a configuration until stopped; topics are followed, files are read once.
    #[command(
        after_help = "Examples:\n  weir run -c weir.toml\n  weir run -c weir.toml --until-idle"
    )]
    Run(run::Run),
    /// Ask questions in SQL, of the newest sealed cut or of an earlier one.
    #[command(
        after_help = "Examples:\n  weir sql -c 'SELECT * FROM bill.balances'\n  weir sql --lake /tmp/lake --cut 3 --format csv -f question.sql\n  weir sql --as-of 2026-11-02T10:00:00Z -c 'SELECT * FROM bill.balances'\n  weir sql -c \"SELECT count(*) FROM at_cut('bill.charges', 3)\"\n  echo 'SELECT 1' | weir sql -f -\n\nWithout a question it is a shell: \\d lists tables, \\i the saved questions, \\i top_accounts asks one,\n\\cut N reads an earlier cut, \\? lists all commands."
    )]
    Sql(sql::Sql),
    /// Write a generated operator's records to files or to Kafka.
    #[command(
        after_help = "Examples:\n  weir generate --out input --records 100000\n  weir generate --brokers localhost:9092 --create-topics --rate 5000"
    )]
    Generate(generate::Generate),
    /// Rate one file of usage by the tariffs of a folder: no broker, no lake, and no allowances.
    #[command(
        after_help = "Examples:\n  weir rate --usage usage.jsonl --tariff tariffs\n  weir rate --usage usage.csv --tariff tariffs --format json --explain\n  zcat usage.jsonl.gz | weir rate --usage - --tariff tariffs"
    )]
    Rate(rate::Rate),
    /// Write a commented configuration with sample input into a folder.
    #[command(
        after_help = "Examples:\n  weir init shop\n  cd shop && weir run -c weir.toml --until-idle"
    )]
    Init(init::Init),
    /// Check a configuration, or a folder of tariffs, without running it.
    #[command(
        after_help = "Examples:\n  weir validate -c weir.toml\n  weir validate -c weir.toml && weir run -c weir.toml\n  weir validate --tariff tariffs"
    )]
    Validate(run::Validate),
    /// The published tables and their columns.
    #[command(
        subcommand,
        after_help = "Examples:\n  weir views list\n  weir views describe bill.charges"
    )]
    Views(views::Views),
    /// The sealed cuts of a lake.
    #[command(
        subcommand,
        after_help = "Examples:\n  weir cuts list --lake /tmp/lake\n  weir cuts verify --lake /tmp/lake"
    )]
    Cuts(cuts::Cuts),
    /// Records that could not be read.
    #[command(
        subcommand,
        after_help = "Examples:\n  weir dead-letters list\n  weir dead-letters replay --to retry.jsonl"
    )]
    DeadLetters(dead_letters::DeadLetters),
    /// Say which weir this is.
    #[command(after_help = "Example:\n  weir version")]
    Version,
}

/// Where the lake is.
#[derive(Clone, Debug, Args)]
pub(crate) struct LakeArgs {
    /// Folder of the lake, or a bucket such as s3://bucket/prefix.
    #[arg(long, value_name = "DIR", env = "WEIR_LAKE", default_value = "lake")]
    lake: PathBuf,
}

impl LakeArgs {
    fn location(&self) -> String {
        self.lake.display().to_string()
    }

    /// Whether it would be a folder, and there is none: opening it would make one.
    fn is_missing(&self) -> bool {
        !self.location().contains("://") && !self.lake.is_dir()
    }
}

/// How a command failed, and the exit code that says so.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub error: Error,
    /// 1 while running, 3 configuration, 4 something cannot be reached, 5 bad data.
    pub code: u8,
}

/// Exit codes.
pub(crate) mod code {
    pub(crate) const RUNNING: u8 = 1;
    pub(crate) const CONFIG: u8 = 3;
    pub(crate) const UNREACHABLE: u8 = 4;
    pub(crate) const DATA: u8 = 5;
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let code = match error.downcast_ref::<RuntimeError>() {
            Some(RuntimeError::Source(source)) if source.is_unreachable() => code::UNREACHABLE,
            Some(RuntimeError::Sink(sink)) if sink.is_unreachable() => code::UNREACHABLE,
            _ => code::RUNNING,
        };
        Self { error, code }
    }
}

impl Failure {
    /// Whether the reader of the output went away.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        let kinds = self.error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
        kinds.map(std::io::Error::kind).any(|kind| kind == std::io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn config(error: impl Into<Error>) -> Self {
        Self { error: error.into(), code: code::CONFIG }
    }
}

/// Runs a command.
///
/// # Errors
/// How it failed.
pub fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Demo(demo) => demo.run(),
        Command::Run(run) => run.run(),
        Command::Sql(sql) => sql.run(),
        Command::Generate(generate) => generate.run(),
        Command::Rate(rate) => rate.run(),
        Command::Init(init) => init.run(),
        Command::Validate(validate) => validate.run(),
        Command::Views(views) => views.run(),
        Command::Cuts(cuts) => cuts.run(),
        Command::DeadLetters(letters) => letters.run(),
        Command::Version => version::print(),
    }
}

/// Runs a future to its end on a runtime of its own.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("the machine can start a thread")
        .block_on(future)
}

#[cfg(test)]
mod tests;
