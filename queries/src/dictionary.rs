//! The data dictionary as a table: `ops.data_dictionary`, one row per column, generated and never stored.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datasets::dictionary::{Column, Privacy, Table};

/// The schema in which the dictionary stands.
pub(crate) const SCHEMA: &str = "ops";
/// Its name in the schema.
pub(crate) const NAME: &str = "data_dictionary";

/// The dictionary of these tables.
pub(crate) fn provider(tables: &[&'static Table]) -> Result<Arc<dyn TableProvider>> {
    let batch = batch(tables)?;
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}

fn batch(tables: &[&'static Table]) -> Result<RecordBatch> {
    let rows: Vec<(&Table, usize, &Column)> =
        tables.iter().flat_map(|table| columns(table)).collect();
    let text = |of: fn(&(&Table, usize, &Column)) -> &'static str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(of)))
    };
    let position = rows.iter().map(|(_, position, _)| i32::try_from(*position).ok());
    let position: ArrayRef = Arc::new(Int32Array::from_iter(position));
    let nullable = rows.iter().map(|(_, _, column)| Some(column.nullable));
    let nullable: ArrayRef = Arc::new(BooleanArray::from_iter(nullable));
    Ok(RecordBatch::try_from_iter([
        ("table_schema", text(|(table, ..)| table.schema)),
        ("table_name", text(|(table, ..)| table.name)),
        ("column_name", text(|(.., column)| column.name)),
        ("ordinal_position", position),
        ("data_type", text(|(.., column)| column.kind.delta())),
        ("nullable", nullable),
        ("privacy", text(|(.., column)| privacy(column.privacy))),
        ("meaning", text(|(.., column)| column.meaning)),
        ("grain", text(|(table, ..)| table.grain)),
    ])?)
}

fn columns(
    table: &'static Table,
) -> impl Iterator<Item = (&'static Table, usize, &'static Column)> {
    (1..).zip(table.columns).map(move |(position, column)| (table, position, column))
}

const fn privacy(class: Privacy) -> &'static str {
    match class {
        Privacy::None => "none",
        Privacy::Pseudonymous => "pseudonymous",
        Privacy::Personal => "personal",
    }
}
