//! `weir views`: what is published, from the data dictionary.

use std::io::Write;

use anyhow::anyhow;
use clap::Subcommand;
use datasets::dictionary::Table;
use datasets::tables;

use super::Failure;
use crate::nearest::{did_you_mean, nearest};

/// Subcommands of `weir views`.
#[derive(Debug, Subcommand)]
pub(crate) enum Views {
    /// All tables, with one row per what.
    #[command(after_help = "Examples:\n  weir views list\n  weir views list | grep bill")]
    List,
    /// A table's columns.
    #[command(
        after_help = "Examples:\n  weir views describe bill.charges\n  weir views describe ops.cuts"
    )]
    Describe {
        /// Name, such as bill.charges; without its schema where only one has such a table.
        table: String,
    },
}

impl Views {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match self {
            Self::List => {
                for table in tables::ALL {
                    writeln!(out, "{:<24} {}", table.qualified_name(), table.grain)?;
                }
            }
            Self::Describe { table } => describe(find(&table)?, &mut out)?,
        }
        Ok(())
    }
}

fn find(name: &str) -> Result<&'static Table, Failure> {
    let mut bare = tables::ALL.into_iter().filter(|table| table.name == name);
    if let (Some(only), None) = (bare.next(), bare.next()) {
        return Ok(only);
    }
    tables::named(name).ok_or_else(|| {
        let known: Vec<String> = tables::ALL.iter().map(|table| table.qualified_name()).collect();
        let hint = hint(name, &known);
        let list = "\"weir views list\" shows those that there are";
        anyhow!("there is no table \"{name}\"{hint} {list}").into()
    })
}

/// The names that are near, with or without their schemas.
fn hint(name: &str, known: &[String]) -> String {
    let tails = |known: &&String| known.rsplit('.').next() == Some(name);
    let same: Vec<&str> = known.iter().filter(tails).map(String::as_str).collect();
    if !same.is_empty() {
        return format!(": did you mean {}?", same.join(" or "));
    }
    let bare = tables::ALL.into_iter().map(|table| table.name);
    match nearest(name, bare).and_then(|near| known.iter().find(|full| full.ends_with(near))) {
        Some(full) if !name.contains('.') => format!(": did you mean \"{full}\"?"),
        _ => did_you_mean(name, known.iter().map(String::as_str)),
    }
}

fn describe(table: &Table, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", table.qualified_name(), table.grain)?;
    for column in table.columns {
        let absent = if column.nullable { ", may be absent" } else { "" };
        writeln!(out, "  {:<20} {}{absent}: {}", column.name, column.kind.delta(), column.meaning)?;
    }
    Ok(())
}
