//! `weir cuts`: the sealed cuts, what one holds, and whether the lake holds what it sealed.

use std::io::Write;

use anyhow::anyhow;
use clap::Subcommand;
use connectors::lake::{Lake, Seal};
use queries::QueryError;

use super::{Failure, LakeArgs, code};

/// Subcommands of `weir cuts`.
#[derive(Debug, Subcommand)]
pub(crate) enum Cuts {
    /// The cuts that are retained.
    #[command(after_help = "Examples:\n  weir cuts list\n  weir cuts list --lake /tmp/lake")]
    List {
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// What a cut recorded, as JSON.
    #[command(after_help = "Examples:\n  weir cuts show\n  weir cuts show 12 --lake /tmp/lake")]
    Show {
        /// The cut; the newest without it.
        cut: Option<u64>,
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// Read every table at the newest cut, and compare with what was sealed.
    #[command(
        after_help = "Examples:\n  weir cuts verify\n  weir cuts verify --lake /tmp/lake --cut 12"
    )]
    Verify {
        #[command(flatten)]
        lake: LakeArgs,
        /// Verify this cut instead.
        #[arg(long)]
        cut: Option<u64>,
    },
}

impl Cuts {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match self {
            Self::List { lake } => list(&open(&lake)?, &mut out),
            Self::Show { cut, lake } => {
                let seal = seal(&open(&lake)?, &lake, cut)?;
                Ok(writeln!(out, "{}", serde_json::to_string_pretty(&seal)?)?)
            }
            Self::Verify { lake, cut } => {
                let location = open(&lake)?;
                let seal = seal(&location, &lake, cut)?;
                verify(&location, &seal, &mut out)
            }
        }
    }
}

fn open(lake: &LakeArgs) -> Result<Lake, Failure> {
    if lake.is_missing() {
        return Err(no_lake(lake));
    }
    Ok(Lake::open(&lake.location())?)
}

fn no_lake(lake: &LakeArgs) -> Failure {
    let lake = lake.location();
    QueryError::NoLake { lake }.into()
}

fn seal(lake: &Lake, args: &LakeArgs, cut: Option<u64>) -> Result<Seal, Failure> {
    match cut {
        Some(cut) => Ok(lake.seal(cut)?),
        None => lake.latest()?.ok_or_else(|| no_lake(args)),
    }
}

fn list(lake: &Lake, out: &mut impl Write) -> Result<(), Failure> {
    for cut in lake.seals()? {
        let facts = lake.seal(cut)?.facts;
        writeln!(
            out,
            "{cut:>8}  {}  {:<10} {:>10} records",
            facts.now, facts.reason, facts.record_count
        )?;
    }
    Ok(())
}

fn verify(lake: &Lake, seal: &Seal, out: &mut impl Write) -> Result<(), Failure> {
    let report = lake.verify(seal.facts.cut)?;
    for (name, table) in &report.tables {
        writeln!(
            out,
            "{name:<24} version {:>6}  {:>10} rows  {:>5} files",
            table.version, table.rows, table.files
        )?;
    }
    for problem in &report.problems {
        writeln!(out, "{problem}")?;
    }
    if report.problems.is_empty() {
        writeln!(out, "cut {} is whole", report.cut)?;
        return Ok(());
    }
    let error =
        anyhow!("cut {} is not what was sealed; restore the tables named above", seal.facts.cut);
    Err(Failure { error, code: code::DATA })
}
