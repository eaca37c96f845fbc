//! Reads Parquet files of the lake: chosen columns of chosen rows, by ranges of bytes.

use std::io::{self, Read};
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{Field, Schema, SchemaRef};
use bytes::Bytes;
use datasets::dictionary::{Column, Table};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use roaring::RoaringTreemap;

use super::error::FormatError;
use super::store::Store;

/// How far a reader looks ahead where it does not know how much it needs.
const LOOK_AHEAD: u64 = 64 * 1_024;
const BATCH_ROWS: usize = 8_192;

/// A file in a store.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    store: Arc<dyn Store>,
    path: Arc<str>,
    size: u64,
}

impl StoredFile {
    /// The file at a path, whose size is known.
    pub(crate) fn new(store: &Arc<dyn Store>, path: &str, size: u64) -> Self {
        Self { store: Arc::clone(store), path: path.into(), size }
    }

    fn range(&self, start: u64, length: u64) -> io::Result<Bytes> {
        let end = start.saturating_add(length).min(self.size);
        self.store.get_range(&self.path, start..end.max(start))
    }

    /// The rows of some columns of the table that the file is of, in order; all rows, or only those of a selection.
    pub(crate) fn rows(
        self,
        (table, columns): (&'static Table, &[usize]),
        selection: Option<RowSelection>,
    ) -> Result<TableRows, FormatError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(self)?;
        let shape = Shape::of(builder.schema(), (table, columns))?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), shape.found.iter().copied());
        let mut builder = builder.with_projection(mask).with_batch_size(BATCH_ROWS);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        Ok(TableRows { reader: builder.build()?, shape })
    }
}

/// Rows of a file as rows of its table, which may have gained columns since the file was written.
pub(crate) struct TableRows {
    reader: ParquetRecordBatchReader,
    shape: Shape,
}

impl TableRows {
    /// The schema of the rows.
    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.shape.schema)
    }
}

impl Iterator for TableRows {
    type Item = Result<RecordBatch, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        Some(batch.map_err(FormatError::from).and_then(|batch| self.shape.fill(&batch)))
    }
}

/// Which columns are read from a file, and where they go; those that the file does not have are null.
struct Shape {
    schema: SchemaRef,
    /// The places in the file of the columns that it has.
    found: Vec<usize>,
    /// For each column, its place among those that are found.
    places: Vec<Option<usize>>,
}

impl Shape {
    fn of(file: &Schema, (table, columns): (&Table, &[usize])) -> Result<Self, FormatError> {
        let wanted: Vec<&Column> = columns.iter().map(|place| &table.columns[*place]).collect();
        let is_wanted = |field: &str| wanted.iter().any(|column| column.name == field);
        let fields = file.fields().iter().enumerate();
        let found: Vec<usize> =
            fields.filter(|(_, field)| is_wanted(field.name())).map(|(place, _)| place).collect();
        let mut places = Vec::new();
        let mut shown = Vec::new();
        for column in wanted {
            let place = found.iter().position(|place| file.field(*place).name() == column.name);
            if place.is_none() && !column.nullable {
                return Err(FormatError::Content(format!(
                    "there is no column \"{}\"",
                    column.name
                )));
            }
            places.push(place);
            shown.push(match place {
                Some(place) => file.field(found[place]).clone(),
                None => Field::new(column.name, column.kind.arrow(), true),
            });
        }
        Ok(Self { schema: Arc::new(Schema::new(shown)), found, places })
    }

    fn fill(&self, batch: &RecordBatch) -> Result<RecordBatch, FormatError> {
        let rows = batch.num_rows();
        let column = |(field, place): (&Arc<Field>, &Option<usize>)| match place {
            Some(place) => Arc::clone(batch.column(*place)),
            None => new_null_array(field.data_type(), rows),
        };
        let columns = self.schema.fields().iter().zip(&self.places).map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::clone(&self.schema);
        Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
    }
}

impl Length for StoredFile {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for StoredFile {
    type T = Ahead;

    fn get_read(&self, start: u64) -> Result<Ahead, ParquetError> {
        Ok(Ahead { file: self.clone(), next: start, buffer: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let length = u64::try_from(length).expect("an address has at most 64 bits");
        self.range(start, length).map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// Reads on from a place, a piece at a time.
pub(crate) struct Ahead {
    file: StoredFile,
    next: u64,
    buffer: Bytes,
}

impl Read for Ahead {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.buffer.is_empty() {
            self.buffer = self.file.range(self.next, LOOK_AHEAD)?;
            self.next += u64::try_from(self.buffer.len()).map_err(io::Error::other)?;
        }
        let length = target.len().min(self.buffer.len());
        target[..length].copy_from_slice(&self.buffer.split_to(length));
        Ok(length)
    }
}

/// The rows of a file that a deletion vector leaves.
pub(crate) fn all_but(deleted: &RoaringTreemap, rows: u64) -> RowSelection {
    let mut ranges = Vec::new();
    let mut start = 0;
    for row in deleted {
        ranges.push(place(start)..place(row));
        start = row + 1;
    }
    ranges.push(place(start)..place(rows));
    let filled = ranges.into_iter().filter(|range| !range.is_empty());
    RowSelection::from_consecutive_ranges(filled, place(rows))
}

/// The given rows of a file and no others.
pub(crate) fn only(chosen: &RoaringTreemap, rows: u64) -> RowSelection {
    let ranges = chosen.iter().map(|row| place(row)..place(row + 1));
    RowSelection::from_consecutive_ranges(ranges, place(rows))
}

fn place(row: u64) -> usize {
    usize::try_from(row).expect("an address has at least as many bits as a row of one file needs")
}
