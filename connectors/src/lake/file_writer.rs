//! A worker's writer of Parquet files.

use arrow::array::RecordBatch;
use datasets::dictionary::{Kind, Table};

use super::Lake;
use super::encoder::{Encoded, Encoder, amount, conformed, fitted};
use super::error::{FormatError, LakeError};
use super::facts::{NewFile, Removal};
use super::keys;

/// Writes the rows of one worker into files that a later plan may name.
///
/// A file that no plan names is no part of any table, and is deleted by the next generation.
#[derive(Debug)]
pub struct FileWriter {
    lake: Lake,
    generation: u64,
    writer: String,
    written: u64,
}

impl FileWriter {
    /// The writer of one worker in one generation.
    #[must_use]
    pub fn new(lake: &Lake, generation: u64, worker: usize) -> Self {
        Self::named(lake, generation, format!("{worker:03}"))
    }

    /// A writer whose files carry `writer` in their name.
    pub(crate) fn named(lake: &Lake, generation: u64, writer: String) -> Self {
        Self { lake: lake.clone(), generation, writer, written: 0 }
    }

    /// Writes rows of a table into a new file for a cut, sorted by key where the table has one.
    ///
    /// A file without rows empties a small table, and adds nothing to any other.
    ///
    /// # Errors
    /// When the rows are not of the table's schema, or the store fails.
    pub fn write(
        &mut self,
        table: &'static Table,
        cut: u64,
        rows: &RecordBatch,
    ) -> Result<NewFile, LakeError> {
        let encoded =
            encode(table, rows).map_err(|error| error.rows("encode", &table.qualified_name()))?;
        self.store(table, cut, encoded)
    }

    /// Stores an encoded file under the next name.
    pub(crate) fn store(
        &mut self,
        table: &Table,
        cut: u64,
        encoded: Encoded,
    ) -> Result<NewFile, LakeError> {
        self.written += 1;
        let Self { generation, writer, written, .. } = self;
        let path = format!("part-{generation:06}-{cut:012}-{writer}-{written:06}.parquet");
        self.lake.put(&format!("{}/{path}", table.folder()), &encoded.bytes)?;
        Ok(NewFile {
            table: table.qualified_name(),
            path,
            rows: encoded.rows,
            bytes: u64::try_from(encoded.bytes.len()).expect("memory holds fewer than 2^64 bytes"),
            amount: encoded.amount,
            stats: encoded.stats,
        })
    }

    /// The removal of rows that an earlier cut published; `rows` are the full rows.
    ///
    /// # Panics
    /// If the rows are not of the table.
    #[must_use]
    pub fn removal(table: &Table, rows: &RecordBatch) -> Removal {
        let rows = &conformed(table, rows).expect("rows are of the table that they leave");
        Removal {
            table: table.qualified_name(),
            keys: keys::to_stream(&keys::project(table, rows)),
            rows: u64::try_from(rows.num_rows()).expect("a batch has fewer than 2^64 rows"),
            amount: amount(table, rows),
        }
    }
}

fn encode(table: &'static Table, rows: &RecordBatch) -> Result<Encoded, FormatError> {
    let mut rows = fitted(table, rows)?;
    if table.kind == Kind::Current {
        rows = keys::sorted(table, &rows)?;
    }
    let mut encoder = Encoder::of(table, rows.schema())?;
    encoder.write(&rows)?;
    encoder.finish()
}

/// Generation and cut in the name of a data file.
pub(crate) fn origin_of(name: &str) -> Option<(u64, u64)> {
    let mut parts = name.strip_prefix("part-")?.split('-');
    let generation = parts.next()?.parse().ok()?;
    Some((generation, parts.next()?.parse().ok()?))
}
