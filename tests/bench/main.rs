//! The benchmark: a hand-written program and weir do the same job from the same bytes in Kafka, and a table compares them.
//!
//! ```text
//! cargo run --bin weir-bench -- [--records N] [--seed S] [--only hand,weir,…]
//! ```
//!
//! Each part runs in a process of its own, so that its memory and its threads are its own.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark reports to people")]

mod filling;
mod hand_written;
mod numbers;
mod paced;
mod parts;
mod report;
mod scan;
mod stages;
mod threads;
mod weir;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// What the command line asks for.
#[derive(Debug)]
struct Arguments {
    records: u64,
    seed: u64,
    /// A part that a benchmark runs in a process of its own, with the broker and the folder it works on.
    part: Option<(String, String, PathBuf)>,
    /// Parts to run; all where none is named.
    only: Vec<String>,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = Self { records: 4_000_000, seed: 1, part: None, only: Vec::new() };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("\"{word}\" needs a value"));
            match word.as_str() {
                "--records" => arguments.records = value()?.parse()?,
                "--seed" => arguments.seed = value()?.parse()?,
                "--only" => arguments.only = value()?.split(',').map(str::to_owned).collect(),
                "--part" => arguments.part = Some((value()?, value()?, value()?.into())),
                _ => bail!(
                    "\"{word}\" is not one of --records N, --seed S, --only hand,weir,narrow,restart,paced,stages"
                ),
            }
        }
        Ok(arguments)
    }
}

fn main() -> ExitCode {
    let outcome = Arguments::read(std::env::args().skip(1)).and_then(|arguments| match &arguments
        .part
    {
        Some((part, brokers, folder)) => parts::run(part, brokers, folder),
        None => report::run(&arguments.only, filling::config(arguments.records, arguments.seed)),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
