//! Keys of rows: in a removal as an Arrow IPC stream, in memory as bytes that sort like the columns.

use std::cmp::Ordering;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array, make_comparator};
use arrow::compute::{SortOptions, concat_batches, take_record_batch};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::row::{RowConverter, Rows, SortField};
use datasets::dictionary::Table;

use super::error::FormatError;

/// The key columns of full rows.
pub(crate) fn project(table: &Table, batch: &RecordBatch) -> RecordBatch {
    batch.project(&places(table)).expect("a key is made of the table's columns")
}

/// Places of the key columns in the table.
pub(crate) fn places(table: &Table) -> Vec<usize> {
    let place = |name: &&str| table.column(name).expect("a key is made of the table's columns");
    table.key.iter().map(place).collect()
}

/// Keys as they travel from a worker to the committer.
pub(crate) fn to_stream(keys: &RecordBatch) -> Vec<u8> {
    let stream = || {
        let mut writer = StreamWriter::try_new(Vec::new(), &keys.schema())?;
        writer.write(keys)?;
        writer.into_inner()
    };
    stream().expect("writing plain columns to memory cannot fail")
}

/// Reads what [`to_stream`] wrote.
pub(crate) fn from_stream(bytes: &[u8]) -> Result<RecordBatch, FormatError> {
    let reader = StreamReader::try_new(bytes, None)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    Ok(concat_batches(&schema, &batches)?)
}

/// Columns as bytes, one string of them per row; they sort as the columns do.
pub(crate) fn rows_of(columns: &[ArrayRef]) -> Result<Rows, FormatError> {
    let field = |column: &ArrayRef| SortField::new(column.data_type().clone());
    let converter = RowConverter::new(columns.iter().map(field).collect())?;
    Ok(converter.convert_columns(columns)?)
}

/// The rows sorted by key; untouched where they are already.
pub(crate) fn sorted(table: &Table, batch: &RecordBatch) -> Result<RecordBatch, FormatError> {
    let keys = project(table, batch);
    if is_sorted(&keys)? {
        return Ok(batch.clone());
    }
    let rows = rows_of(keys.columns())?;
    let count = u32::try_from(rows.num_rows()).map_err(|_| too_many())?;
    let place = |row: &u32| usize::try_from(*row).expect("an address has at least 32 bits");
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_unstable_by(|left, right| rows.row(place(left)).cmp(&rows.row(place(right))));
    Ok(take_record_batch(batch, &UInt32Array::from(order))?)
}

/// Whether the rows are in order already: comparing neighbours costs a fraction of turning keys into bytes.
fn is_sorted(keys: &RecordBatch) -> Result<bool, FormatError> {
    let options = SortOptions::default();
    let comparator = |column: &ArrayRef| make_comparator(column.as_ref(), column.as_ref(), options);
    let columns = keys.columns().iter().map(comparator).collect::<Result<Vec<_>, _>>()?;
    let in_order = |row: usize| {
        let differs =
            columns.iter().map(|compare| compare(row, row + 1)).find(|order| order.is_ne());
        differs.is_none_or(Ordering::is_lt)
    };
    Ok((0..keys.num_rows().saturating_sub(1)).all(in_order))
}

fn too_many() -> FormatError {
    FormatError::Content("a batch may have at most 2^32 rows; hand it in in parts".to_owned())
}
