//! What the Delta log says about a file's columns, so that files that cannot hold an answer stay closed.
//!
//! Bounds stay bounds when rows are deleted, so they may prune. They are never handed out as answers: a table's own
//! statistics carry its row count only.

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datasets::units::EventTime;
use serde::Deserialize;
use serde_json::{Map, Value};

/// From this length on, writers cut texts off, and a bound is no longer a value of the file.
const TEXT_LIMIT: usize = 32;

/// Some writers cut instants to milliseconds; one of them covers what was cut off.
const MILLISECOND: i64 = 1_000;

/// The statistics of an `add` action.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LoggedStatistics {
    pub(crate) num_records: Option<usize>,
    min_values: Map<String, Value>,
    max_values: Map<String, Value>,
    null_count: Map<String, Value>,
}

impl LoggedStatistics {
    /// Reads the log's own JSON; what cannot be read counts as absent.
    pub(crate) fn parse(json: Option<&str>) -> Self {
        json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    /// Bounds by which files are pruned. `live` is the number of rows left of a file with deleted ones.
    pub(crate) fn bounds(&self, schema: &Schema, live: Option<usize>) -> Statistics {
        let column = |field| self.column(field, live.is_some());
        let row_count = live.or(self.num_records);
        Statistics {
            num_rows: row_count.map_or(Precision::Absent, Precision::Exact),
            total_byte_size: Precision::Absent,
            column_statistics: schema.fields().iter().map(|field| column(field)).collect(),
        }
    }

    fn column(&self, field: &Field, rows_deleted: bool) -> ColumnStatistics {
        let mut column = ColumnStatistics::new_unknown();
        let bounds = self.min_values.get(field.name()).zip(self.max_values.get(field.name()));
        if let Some((min, max)) = bounds.and_then(|(min, max)| range(field.data_type(), min, max)) {
            column.min_value = Precision::Exact(min);
            column.max_value = Precision::Exact(max);
        }
        // Of a file with deleted rows it is unknown how many nulls are left, unless there were none.
        let nulls = self.null_count.get(field.name()).and_then(Value::as_u64);
        let nulls = nulls.filter(|count| *count == 0 || !rows_deleted);
        if let Some(count) = nulls.and_then(|count| usize::try_from(count).ok()) {
            column.null_count = Precision::Exact(count);
        }
        column
    }
}

/// Both bounds of a column, where the log holds them without loss. Decimals are left out: JSON numbers round them.
fn range(kind: &DataType, min: &Value, max: &Value) -> Option<(ScalarValue, ScalarValue)> {
    match kind {
        DataType::Int32 => Some((int32(min)?, int32(max)?)),
        DataType::Int64 => Some((int64(min)?, int64(max)?)),
        DataType::Utf8 => Some((text(min)?, text(max)?)),
        DataType::Timestamp(..) => Some((instant(min, 0)?, instant(max, MILLISECOND)?)),
        _ => None,
    }
}

fn int32(bound: &Value) -> Option<ScalarValue> {
    Some(ScalarValue::Int32(Some(i32::try_from(bound.as_i64()?).ok()?)))
}

fn int64(bound: &Value) -> Option<ScalarValue> {
    Some(ScalarValue::Int64(Some(bound.as_i64()?)))
}

fn text(bound: &Value) -> Option<ScalarValue> {
    let text = bound.as_str().filter(|text| text.chars().count() < TEXT_LIMIT)?;
    Some(ScalarValue::Utf8(Some(text.to_owned())))
}

fn instant(bound: &Value, later: i64) -> Option<ScalarValue> {
    let EventTime(micros) = EventTime::parse_rfc3339(bound.as_str()?).ok()?;
    Some(ScalarValue::TimestampMicrosecond(Some(micros + later), Some("UTC".into())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datasets::tables::SUSPENDED_USAGE;

    const LOGGED: &str = r#"{"numRecords":10,
        "minValues":{"source_offset":3,"service":"data","started_at":"2026-11-24T00:00:00.000Z"},
        "maxValues":{"source_offset":9,"service":"voice","started_at":"2026-11-24T01:00:00.000Z"},
        "nullCount":{"called_prefix":4,"service":0}}"#;

    fn column(live: Option<usize>, name: &str) -> ColumnStatistics {
        let statistics =
            LoggedStatistics::parse(Some(LOGGED)).bounds(&SUSPENDED_USAGE.arrow_schema(), live);
        statistics.column_statistics[SUSPENDED_USAGE.column(name).unwrap()].clone()
    }

    #[test]
    fn bounds_are_typed() {
        let offset = column(None, "source_offset");
        assert_eq!(offset.max_value, Precision::Exact(ScalarValue::Int64(Some(9))));
        let started = column(None, "started_at").max_value;
        let micros = EventTime::parse_rfc3339("2026-11-24T01:00:00.001Z").unwrap().0;
        let widened = ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into()));
        assert_eq!(started, Precision::Exact(widened));
        assert_eq!(column(None, "quantity"), ColumnStatistics::new_unknown());
    }

    #[test]
    fn nulls_of_a_file_with_deleted_rows_are_unknown() {
        assert_eq!(column(None, "called_prefix").null_count, Precision::Exact(4));
        assert_eq!(column(Some(5), "called_prefix").null_count, Precision::Absent);
        assert_eq!(column(Some(5), "service").null_count, Precision::Exact(0));
    }

    #[test]
    fn long_texts_and_damaged_statistics_bound_nothing() {
        let long = Value::from("x".repeat(TEXT_LIMIT));
        assert_eq!(range(&DataType::Utf8, &long, &long), None);
        assert_eq!(LoggedStatistics::parse(Some("{")).num_records, None);
    }
}
