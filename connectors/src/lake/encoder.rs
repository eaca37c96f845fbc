//! Rows of one table as one Parquet file in memory, with statistics and control total.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, Schema, SchemaRef};
use datasets::dictionary::{Column, ColumnType, Table};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use super::error::FormatError;
use super::statistics::{Statistics, is_bounded};

/// Rows in a page: a reader that looks for one row decodes that many.
const PAGE_ROWS: usize = 8_192;
/// Texts that hardly ever repeat, for which a dictionary is work without gain.
const UNIQUE: [&str; 7] =
    ["usage_id", "topup_id", "action_id", "document", "document_key", "detail", "masked_payload"];

/// A file that grows batch by batch.
pub(crate) struct Encoder {
    table: &'static Table,
    writer: ArrowWriter<Vec<u8>>,
    statistics: Statistics,
    rows: u64,
    amount: i128,
}

/// A finished file.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: u64,
    pub(crate) amount: i128,
    pub(crate) stats: String,
}

impl Encoder {
    /// An empty file of the table, for rows of its own schema.
    pub(crate) fn new(table: &'static Table) -> Result<Self, FormatError> {
        Self::of(table, table.arrow_schema())
    }

    /// An empty file of the table, for rows of a schema that fits it.
    pub(crate) fn of(table: &'static Table, schema: SchemaRef) -> Result<Self, FormatError> {
        let options = ArrowWriterOptions::new()
            .with_properties(properties(table))
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), schema, options)?;
        Ok(Self { table, writer, statistics: Statistics::new(table), rows: 0, amount: 0 })
    }

    /// Appends rows of the schema that the file was begun with.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        self.writer.write(batch)?;
        self.statistics.add(self.table, batch);
        self.rows += u64::try_from(batch.num_rows()).expect("a batch has fewer than 2^64 rows");
        self.amount += amount(self.table, batch);
        Ok(())
    }

    /// The file's bytes and what is known of it.
    pub(crate) fn finish(self) -> Result<Encoded, FormatError> {
        let bytes = self.writer.into_inner()?;
        let stats = self.statistics.finish();
        Ok(Encoded { bytes, rows: self.rows, amount: self.amount, stats })
    }
}

/// The sum of the table's total column over the rows, in 10⁻⁹; zero where it has none.
pub(crate) fn amount(table: &Table, batch: &RecordBatch) -> i128 {
    let Some(place) = table.total.and_then(|name| table.column(name)) else {
        return 0;
    };
    // Added up one by one: the kernel that sums a column wraps around silently.
    batch.column(place).as_primitive::<Decimal128Type>().iter().flatten().sum()
}

/// The same columns under the table's own schema, which fails where a type differs or a value is missing.
///
/// Text may come as a dictionary of it.
pub(crate) fn conformed(table: &Table, batch: &RecordBatch) -> Result<RecordBatch, FormatError> {
    let plain = |column: &ArrayRef| match column.data_type() {
        DataType::Dictionary(_, values) => Ok(cast(column, values)?),
        _ => Ok(column.clone()),
    };
    let columns = batch.columns().iter().map(plain).collect::<Result<_, FormatError>>()?;
    Ok(RecordBatch::try_new(table.arrow_schema(), columns)?)
}

/// The same columns under the table's names, which fails as [`conformed`] does; text may stay a dictionary, which
/// Parquet stores alike.
pub(crate) fn fitted(table: &Table, batch: &RecordBatch) -> Result<RecordBatch, FormatError> {
    let own = table.arrow_schema();
    let field = |(field, column): (&Arc<Field>, &ArrayRef)| match column.data_type() {
        words @ DataType::Dictionary(_, text) if **text == *field.data_type() => {
            Arc::new(Field::new(field.name(), words.clone(), field.is_nullable()))
        }
        _ => Arc::clone(field),
    };
    let fields: Vec<_> = own.fields().iter().zip(batch.columns()).map(field).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), batch.columns().to_vec())?)
}

/// Raw is written once and read by recovery, so that speed counts; everything else is read again and again.
fn compression(table: &Table) -> Compression {
    match table.schema {
        "raw" => Compression::LZ4_RAW,
        _ => Compression::ZSTD(ZstdLevel::try_new(1).expect("zstd has a level 1")),
    }
}

fn properties(table: &Table) -> WriterProperties {
    let general = WriterProperties::builder()
        .set_compression(compression(table))
        .set_created_by("weir".to_owned())
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None);
    table
        .columns
        .iter()
        .fold(general, |builder, column| column_properties(builder, table, column))
        .build()
}

fn column_properties(
    builder: WriterPropertiesBuilder,
    table: &Table,
    column: &Column,
) -> WriterPropertiesBuilder {
    let path = || ColumnPath::from(column.name);
    let builder = match column.kind {
        ColumnType::Text => {
            builder.set_column_dictionary_enabled(path(), !UNIQUE.contains(&column.name))
        }
        ColumnType::Int32 | ColumnType::Int64 | ColumnType::Instant => {
            builder.set_column_encoding(path(), Encoding::DELTA_BINARY_PACKED)
        }
        ColumnType::Bool | ColumnType::Amount | ColumnType::Total | ColumnType::Binary => builder,
    };
    // Nearly every file has one source, whose name the log has: it would be compared row by row for nothing.
    if is_bounded(table, column) && column.name != "source_id" {
        return builder.set_column_statistics_enabled(path(), EnabledStatistics::Page);
    }
    builder
}
