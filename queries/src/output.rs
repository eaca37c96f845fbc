//! How an answer is written: as a table, CSV, JSON, lines of JSON or Parquet, batch by batch where the format allows.

use std::fmt;
use std::io::Write;
use std::str::FromStr;
use std::sync::Arc;

use datafusion::prelude::DataFrame;
use futures::StreamExt;
use futures::future::BoxFuture;

use crate::error::QueryError;
use rows::RowWriter;

mod rows;

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A table for people; the whole answer is held to align its columns.
    #[default]
    Table,
    /// RFC 4180 with a header; absent values are empty.
    Csv,
    /// One JSON array of objects; absent values are `null`.
    Json,
    /// One JSON object per line; absent values are `null`.
    Ndjson,
    /// One Parquet file with the types and comments of the columns.
    Parquet,
}

impl FromStr for Format {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        match text {
            "table" => Ok(Self::Table),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "ndjson" => Ok(Self::Ndjson),
            "parquet" => Ok(Self::Parquet),
            other => Err(QueryError::UnknownFormat(other.to_owned())),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        })
    }
}

/// Runs a planned statement, writes its answer and tells how many rows it has.
///
/// Decimals are written in plain notation, instants as RFC 3339 in UTC.
///
/// # Errors
/// When the statement fails or the answer cannot be written.
pub fn write<'out>(
    frame: DataFrame,
    format: Format,
    out: &'out mut (dyn Write + Send),
) -> BoxFuture<'out, Result<usize, QueryError>> {
    Box::pin(stream(frame, format, out))
}

async fn stream(
    frame: DataFrame,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<usize, QueryError> {
    let schema = Arc::clone(frame.schema().inner());
    let mut batches = frame.execute_stream().await?;
    let mut writer = RowWriter::new(format, &schema, out)?;
    let mut row_count = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        row_count += batch.num_rows();
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(row_count)
}
