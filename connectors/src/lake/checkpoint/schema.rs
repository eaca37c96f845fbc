//! The Arrow schema of a checkpoint: one nullable struct per kind of action.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema};

/// The schema of a checkpoint.
pub(super) fn checkpoint() -> Schema {
    let actions = [
        ("txn", vec![text("appId"), long("version"), long("lastUpdated")]),
        ("add", add()),
        ("remove", remove()),
        ("metaData", metadata()),
        ("protocol", protocol()),
    ];
    Schema::new(actions.map(|(name, fields)| structure(name, fields)).to_vec())
}

fn add() -> Vec<Field> {
    vec![
        text("path"),
        texts_by_name("partitionValues"),
        long("size"),
        long("modificationTime"),
        flag("dataChange"),
        text("stats"),
        vector(),
    ]
}

fn remove() -> Vec<Field> {
    vec![
        text("path"),
        long("deletionTimestamp"),
        flag("dataChange"),
        flag("extendedFileMetadata"),
        texts_by_name("partitionValues"),
        long("size"),
        texts_by_name("tags"),
        vector(),
    ]
}

fn metadata() -> Vec<Field> {
    vec![
        text("id"),
        text("name"),
        text("description"),
        structure("format", vec![text("provider"), texts_by_name("options")]),
        text("schemaString"),
        texts("partitionColumns"),
        long("createdTime"),
        texts_by_name("configuration"),
    ]
}

fn protocol() -> Vec<Field> {
    vec![
        int("minReaderVersion"),
        int("minWriterVersion"),
        texts("readerFeatures"),
        texts("writerFeatures"),
    ]
}

fn vector() -> Field {
    let fields = vec![
        text("storageType"),
        text("pathOrInlineDv"),
        int("offset"),
        int("sizeInBytes"),
        long("cardinality"),
    ];
    structure("deletionVector", fields)
}

fn structure(name: &str, fields: Vec<Field>) -> Field {
    Field::new(name, DataType::Struct(fields.into()), true)
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn long(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn int(name: &str) -> Field {
    Field::new(name, DataType::Int32, true)
}

fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, true)
}

fn texts(name: &str) -> Field {
    Field::new(name, DataType::List(Arc::new(text("element"))), true)
}

fn texts_by_name(name: &str) -> Field {
    let key = Field::new("key", DataType::Utf8, false);
    let entries = DataType::Struct(Fields::from(vec![key, text("value")]));
    Field::new(name, DataType::Map(Arc::new(Field::new("key_value", entries, false)), false), true)
}
