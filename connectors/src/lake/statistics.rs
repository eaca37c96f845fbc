//! Statistics of a file as the Delta log carries them: bounds of the columns by which readers prune.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{filter, max, max_string, min, min_string};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use chrono::{DateTime, SecondsFormat};
use datasets::dictionary::{Column, ColumnType, Table};
use serde_json::{Map, Value, json};

/// Columns that tell when or where a row came, by which many questions prune.
const PRUNED: [&str; 7] = [
    "source_partition",
    "source_offset",
    "started_at",
    "topped_up_at",
    "cut",
    "arrival_cut",
    "happened_at",
];
/// A longer text makes a poor bound.
const LONGEST_BOUND: usize = 64;

/// Whether a column's bounds are kept, in the log and in the file.
pub(crate) fn is_bounded(table: &Table, column: &Column) -> bool {
    table.key.contains(&column.name) || PRUNED.contains(&column.name)
}

/// Statistics that grow batch by batch.
#[derive(Debug)]
pub(crate) struct Statistics {
    rows: usize,
    columns: BTreeMap<&'static str, Bounds>,
}

#[derive(Debug, Default)]
struct Bounds {
    place: usize,
    nulls: usize,
    range: Option<(Bound, Bound)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Number(i64),
    Instant(i64),
    Text(String),
}

impl Statistics {
    /// Statistics of no rows.
    pub(crate) fn new(table: &Table) -> Self {
        let bounded =
            table.columns.iter().enumerate().filter(|(_, column)| is_bounded(table, column));
        let bounds = |(place, column): (usize, &Column)| {
            (column.name, Bounds { place, ..Bounds::default() })
        };
        Self { rows: 0, columns: bounded.map(bounds).collect() }
    }

    /// Takes the rows of a batch in.
    pub(crate) fn add(&mut self, table: &Table, batch: &RecordBatch) {
        self.rows += batch.num_rows();
        for bounds in self.columns.values_mut() {
            let column = batch.column(bounds.place);
            bounds.nulls += column.null_count();
            if let Some((low, high)) = bounds_of(column, table.columns[bounds.place].kind) {
                bounds.range = Some(match bounds.range.take() {
                    Some((least, greatest)) => (least.min(low), greatest.max(high)),
                    None => (low, high),
                });
            }
        }
    }

    /// The log's JSON.
    pub(crate) fn finish(&self) -> String {
        let mut lows = Map::new();
        let mut highs = Map::new();
        let mut nulls = Map::new();
        for (name, bounds) in &self.columns {
            nulls.insert((*name).to_owned(), json!(bounds.nulls));
            if let Some((low, high)) = bounds.range.as_ref().filter(is_short) {
                lows.insert((*name).to_owned(), low.json());
                highs.insert((*name).to_owned(), high.json());
            }
        }
        json!({
            "numRecords": self.rows,
            "tightBounds": true,
            "minValues": lows,
            "maxValues": highs,
            "nullCount": nulls,
        })
        .to_string()
    }
}

/// The same statistics for a file that has lost rows: its bounds may be wider than what is left.
pub(crate) fn loosened(stats: &str) -> String {
    stats.replace("\"tightBounds\":true", "\"tightBounds\":false")
}

fn is_short((low, high): &&(Bound, Bound)) -> bool {
    let short = |bound: &Bound| !matches!(bound, Bound::Text(text) if text.len() > LONGEST_BOUND);
    short(low) && short(high)
}

fn bounds_of(column: &dyn Array, kind: ColumnType) -> Option<(Bound, Bound)> {
    match kind {
        ColumnType::Text => {
            let texts = used_texts(column)?;
            let texts = texts.as_string_opt::<i32>()?;
            let bound = |text: &str| Bound::Text(text.to_owned());
            Some((bound(min_string(texts)?), bound(max_string(texts)?)))
        }
        ColumnType::Int32 => {
            let numbers = column.as_primitive::<Int32Type>();
            let bound = |number: i32| Bound::Number(number.into());
            Some((bound(min(numbers)?), bound(max(numbers)?)))
        }
        ColumnType::Int64 => {
            let numbers = column.as_primitive::<Int64Type>();
            Some((Bound::Number(min(numbers)?), Bound::Number(max(numbers)?)))
        }
        ColumnType::Instant => {
            let instants = column.as_primitive::<TimestampMicrosecondType>();
            Some((Bound::Instant(min(instants)?), Bound::Instant(max(instants)?)))
        }
        ColumnType::Bool | ColumnType::Amount | ColumnType::Total | ColumnType::Binary => None,
    }
}

/// The texts of a column; of a dictionary, each text that a row has once.
fn used_texts(column: &dyn Array) -> Option<ArrayRef> {
    let words = column.as_any_dictionary_opt().filter(|_| !column.is_empty());
    let Some(words) = words else {
        return Some(column.slice(0, column.len()));
    };
    let mut used = vec![false; words.values().len()];
    for (row, key) in words.normalized_keys().into_iter().enumerate() {
        used[key] |= column.is_valid(row);
    }
    filter(words.values(), &BooleanArray::from(used)).ok()
}

impl Bound {
    fn json(&self) -> Value {
        match self {
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Instant(micros) => match DateTime::from_timestamp_micros(*micros) {
                Some(instant) => json!(instant.to_rfc3339_opts(SecondsFormat::Micros, true)),
                None => Value::Null,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray, TimestampMicrosecondArray};
    use datasets::tables;

    use super::*;

    fn cuts(cuts: [i64; 2], nows: [i64; 2]) -> RecordBatch {
        let instants = |micros: [i64; 2]| {
            Arc::new(TimestampMicrosecondArray::from(micros.to_vec()).with_timezone("UTC"))
        };
        let columns: Vec<Arc<dyn Array>> = vec![
            Arc::new(Int64Array::from(cuts.to_vec())),
            instants(nows),
            instants(nows),
            instants(nows),
            Arc::new(StringArray::from(vec!["interval"; 2])),
            Arc::new(Int64Array::from(vec![1, 2])),
        ];
        RecordBatch::try_new(tables::CUTS.arrow_schema(), columns).unwrap()
    }

    #[test]
    fn bounds_span_all_batches() {
        let mut statistics = Statistics::new(&tables::CUTS);
        statistics.add(&tables::CUTS, &cuts([7, 9], [0, 1]));
        statistics.add(&tables::CUTS, &cuts([3, 8], [0, 1]));
        let json: Value = serde_json::from_str(&statistics.finish()).unwrap();
        assert_eq!(json["numRecords"], 4);
        assert_eq!((&json["minValues"]["cut"], &json["maxValues"]["cut"]), (&json!(3), &json!(9)));
        assert!(loosened(&statistics.finish()).contains("\"tightBounds\":false"));
    }
}
