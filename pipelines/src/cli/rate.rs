//! `weir rate`: one file of usage by the tariffs of a folder, without broker or lake.

mod answer;

mod explanation;

mod lines;

pub(super) mod tariff_set;

mod verdict;

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, ValueEnum};

use super::{Failure, code, stdin::Given};
use answer::Answer;
use tariff_set::TariffSet;

/// Arguments of `weir rate`.
#[derive(Debug, Args)]
pub(crate) struct Rate {
    /// Usage: JSON lines, or CSV with a header, in weir's own names; or any form with a mapping. "-" is standard input.
    #[arg(long, value_name = "FILE")]
    usage: PathBuf,
    /// Folder with accounts, subscriptions, tariffs, plans, time_bands, holidays and destinations, each as .csv or .jsonl.
    #[arg(long, value_name = "DIR")]
    tariff: PathBuf,
    /// A mapping for usage in a foreign form.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
    /// Say of each record how its charge came about.
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Csv,
    Json,
}

impl Rate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let set = TariffSet::read(&self.tariff)?;
        set.refuse_errors()?;
        let usage = Given::of(&self.usage)?;
        let (lines, dead) = lines::read(&usage, self.mapping.as_deref())?;
        let verdicts = verdict::judge(&set, &lines);
        let answer =
            Answer { lines: &lines, verdicts: &verdicts, set: &set, explain: self.explain };
        let mut out = std::io::stdout().lock();
        match self.format {
            Form::Csv => answer.write_csv(&mut out)?,
            Form::Json => answer.write_json(&mut out)?,
        }
        for letter in &dead {
            let place = letter.provenance.offset() + 1;
            eprintln!("line {place} of \"{}\": {}: {}", letter.topic, letter.reason, letter.detail);
        }
        if dead.is_empty() {
            return Ok(());
        }
        let error = anyhow!("{} records could not be read; the lines above say why", dead.len());
        Err(Failure { error, code: code::DATA })
    }
}
