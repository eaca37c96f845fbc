//! What the Delta log says of a table: protocol, schema with comments, properties.

use std::collections::BTreeMap;

use datasets::dictionary::{Column, Kind, Table};
use datasets::units::EventTime;
use serde_json::{Value, json};
use uuid::Uuid;

use super::actions::{Format, Metadata, Protocol};

/// The protocol that a reader must know: deletion vectors where rows go, the oldest one elsewhere.
pub(crate) fn protocol(table: &Table) -> Protocol {
    if table.kind != Kind::Current {
        return Protocol {
            min_reader_version: 1,
            min_writer_version: 2,
            reader_features: None,
            writer_features: None,
        };
    }
    let features = Some(vec!["deletionVectors".to_owned()]);
    Protocol {
        min_reader_version: 3,
        min_writer_version: 7,
        reader_features: features.clone(),
        writer_features: features,
    }
}

/// A new table's metadata.
pub(crate) fn metadata(table: &Table, created_at: EventTime) -> Metadata {
    let mut configuration = BTreeMap::new();
    if table.kind == Kind::Current {
        configuration.insert("delta.enableDeletionVectors".to_owned(), "true".to_owned());
    }
    Metadata {
        id: Uuid::new_v4().to_string(),
        name: table.qualified_name(),
        description: table.grain.to_owned(),
        format: Format { provider: "parquet".to_owned(), options: BTreeMap::new() },
        schema_string: schema_text(table),
        partition_columns: Vec::new(),
        created_time: millis(created_at),
        configuration,
    }
}

/// The schema as the protocol writes it, with each column's meaning as its comment.
pub(crate) fn schema_text(table: &Table) -> String {
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    json!({ "type": "struct", "fields": fields }).to_string()
}

fn field(column: &Column) -> Value {
    json!({
        "name": column.name,
        "type": column.kind.delta(),
        "nullable": column.nullable,
        "metadata": { "comment": column.meaning },
    })
}

/// An instant as the log counts: milliseconds.
pub(crate) fn millis(at: EventTime) -> i64 {
    at.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use datasets::tables;

    use super::*;

    #[test]
    fn the_schema_names_types_and_meanings() {
        let schema: Value = serde_json::from_str(&schema_text(&tables::BALANCES)).unwrap();
        let amount = &schema["fields"][2];
        assert_eq!(amount["name"], "amount");
        assert_eq!(amount["type"], "decimal(28,9)");
        assert_eq!(amount["nullable"], false);
        assert!(amount["metadata"]["comment"].as_str().unwrap().starts_with("Sum of"));
    }

    #[test]
    fn only_current_tables_ask_for_deletion_vectors() {
        assert_eq!(protocol(&tables::CHARGES).min_reader_version, 3);
        assert_eq!(protocol(&tables::RAW_USAGE).min_reader_version, 1);
    }
}
