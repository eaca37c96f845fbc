//! What there is: tables, columns, cuts and saved questions, as the shell prints them.

use std::io::{self, Write};

use datafusion::prelude::{DataFrame, col, lit};
use datasets::units::EventTime;

use crate::dictionary;
use crate::error::QueryError;
use crate::lake::At;
use crate::questions;
use crate::session::Session;

/// How many cuts are listed.
const NEWEST: usize = 20;

/// Each table, its rows at the session's cut and its grain.
pub(super) fn tables(session: &Session, out: &mut dyn Write) -> io::Result<()> {
    for table in session.tables() {
        let name = table.qualified_name();
        let rows = session.cut().tables.get(&name).map_or(0, |version| version.row_count);
        writeln!(out, "{name:<24} {rows:>14}  {}", table.grain)?;
    }
    let dictionary = format!("{}.{}", dictionary::SCHEMA, dictionary::NAME);
    writeln!(out, "{dictionary:<24} {:>14}  one row per column of these tables", "")
}

/// The columns of a table with their meaning; unqualified names are of the `bill` schema.
pub(super) async fn columns(session: &Session, table: &str) -> Result<DataFrame, QueryError> {
    let (schema, name) = table.split_once('.').unwrap_or(("bill", table));
    // An unknown table is an error with a suggestion, not an empty answer.
    session.query(&format!("SELECT * FROM {schema}.{name}")).await?;
    let all = session.query("SELECT * FROM ops.data_dictionary").await?;
    let wanted = col("table_schema").eq(lit(schema)).and(col("table_name").eq(lit(name)));
    let sorted = all.filter(wanted)?.sort(vec![col("ordinal_position").sort(true, false)])?;
    Ok(sorted.select_columns(&["column_name", "data_type", "nullable", "privacy", "meaning"])?)
}

/// The newest retained cuts, newest first.
pub(super) fn cuts(session: &Session, out: &mut dyn Write) -> Result<(), QueryError> {
    let retained = session.retained_cuts()?;
    for cut in retained.iter().rev().take(NEWEST) {
        let seal = session.seal(At::Cut(*cut))?;
        let instant =
            |at: Option<EventTime>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let here = if *cut == session.cut().cut { "*" } else { " " };
        let records = seal.record_count.unwrap_or_default();
        let (now, sealed) = (instant(seal.now), instant(seal.sealed_at));
        writeln!(out, "{here}{cut:>8}  now {now:<27} sealed {sealed:<27} {records:>10} records")?;
    }
    let older = retained.len().saturating_sub(NEWEST);
    if let (Some(first), 1..) = (retained.first(), older) {
        writeln!(out, "and {older} older ones, from cut {first}")?;
    }
    Ok(())
}

/// Each saved question: its name, what it asks and its parameters.
pub(super) fn questions(out: &mut dyn Write) -> io::Result<()> {
    for question in &questions::ALL {
        write!(out, "{:<28} {}", question.name, question.title())?;
        for parameter in question.parameters() {
            write!(out, "  {}={}", parameter.name, parameter.default)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
