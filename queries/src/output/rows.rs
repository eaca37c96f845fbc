//! One writer per format, fed batch by batch.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::csv;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json;
use arrow::json::writer::{JsonArray, LineDelimited};
use arrow::util::pretty::pretty_format_batches_with_schema;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::Format;
use crate::error::QueryError;

type Out<'out> = &'out mut (dyn Write + Send);

/// Writes the rows of one answer.
pub(super) enum RowWriter<'out> {
    Table { schema: SchemaRef, held: Vec<RecordBatch>, out: Out<'out> },
    Csv(Box<csv::Writer<Out<'out>>>),
    Json(Box<json::Writer<Out<'out>, JsonArray>>),
    Ndjson(Box<json::Writer<Out<'out>, LineDelimited>>),
    Parquet(Box<ArrowWriter<Out<'out>>>),
}

impl<'out> RowWriter<'out> {
    pub(super) fn new(
        format: Format,
        schema: &SchemaRef,
        out: Out<'out>,
    ) -> Result<Self, QueryError> {
        let nulls = json::WriterBuilder::new().with_explicit_nulls(true);
        Ok(match format {
            Format::Table => Self::Table { schema: Arc::clone(schema), held: Vec::new(), out },
            Format::Csv => Self::Csv(Box::new(with_header(schema, out)?)),
            Format::Json => Self::Json(Box::new(nulls.build(out))),
            Format::Ndjson => Self::Ndjson(Box::new(nulls.build(out))),
            Format::Parquet => {
                let writer = ArrowWriter::try_new(out, Arc::clone(schema), Some(properties()));
                Self::Parquet(Box::new(writer.map_err(parquet_failed)?))
            }
        })
    }

    pub(super) fn write(&mut self, batch: RecordBatch) -> Result<(), QueryError> {
        match self {
            Self::Table { held, .. } => {
                held.push(batch);
                Ok(())
            }
            Self::Csv(writer) => writer.write(&batch).map_err(arrow_failed),
            Self::Json(writer) => writer.write(&batch).map_err(arrow_failed),
            Self::Ndjson(writer) => writer.write(&batch).map_err(arrow_failed),
            Self::Parquet(writer) => writer.write(&batch).map_err(parquet_failed),
        }
    }

    pub(super) fn finish(self) -> Result<(), QueryError> {
        match self {
            Self::Table { schema, held, out } => {
                let table = pretty_format_batches_with_schema(schema, &held);
                Ok(writeln!(out, "{}", table.map_err(arrow_failed)?)?)
            }
            // Each batch was flushed as it was written.
            Self::Csv(_) => Ok(()),
            Self::Json(mut writer) => {
                writer.finish().map_err(arrow_failed)?;
                Ok(writeln!(writer.into_inner())?)
            }
            Self::Ndjson(mut writer) => writer.finish().map_err(arrow_failed),
            Self::Parquet(writer) => writer.close().map(drop).map_err(parquet_failed),
        }
    }
}

/// The header is written with the first batch, so an empty one goes ahead.
fn with_header<'out>(
    schema: &Schema,
    out: Out<'out>,
) -> Result<csv::Writer<Out<'out>>, QueryError> {
    let mut writer = csv::WriterBuilder::new().with_header(true).build(out);
    let none = RecordBatch::new_empty(Arc::new(schema.clone()));
    writer.write(&none).map_err(arrow_failed)?;
    Ok(writer)
}

fn properties() -> WriterProperties {
    let compression = Compression::ZSTD(ZstdLevel::default());
    WriterProperties::builder().set_compression(compression).build()
}

fn arrow_failed(error: ArrowError) -> QueryError {
    match error {
        ArrowError::IoError(_, source) => QueryError::Write { source },
        other => QueryError::Write { source: io::Error::other(other) },
    }
}

fn parquet_failed(error: ParquetError) -> QueryError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(source) => QueryError::Write { source: *source },
            Err(other) => QueryError::Write { source: io::Error::other(other) },
        },
        other => QueryError::Write { source: io::Error::other(other) },
    }
}
