//! `weir views`: what is published, from the data dictionary.

use std::io::Write;

use anyhow::anyhow;
use clap::Subcommand;
use datasets::dictionary::Table;
use datasets::tables;

use super::Failure;

/// Subcommands of `weir views`.
#[derive(Debug, Subcommand)]
pub(crate) enum Views {
    /// All tables, with one row per what.
    List,
    /// A table's columns.
    Describe {
        /// Qualified name, such as bill.charges.
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
    tables::named(name).ok_or_else(|| {
        anyhow!("there is no table \"{name}\"; \"weir views list\" shows those that there are")
            .into()
    })
}

fn describe(table: &Table, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", table.qualified_name(), table.grain)?;
    for column in table.columns {
        let absent = if column.nullable { ", may be absent" } else { "" };
        writeln!(out, "  {:<20} {}{absent}: {}", column.name, column.kind.delta(), column.meaning)?;
    }
    Ok(())
}
