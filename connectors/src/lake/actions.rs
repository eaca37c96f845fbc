//! The actions of the Delta protocol that weir's tables use, as JSON lines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One line of a commit, or one row of a checkpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Action {
    CommitInfo(serde_json::Value),
    Protocol(Protocol),
    MetaData(Metadata),
    Txn(Txn),
    Remove(Remove),
    Add(Add),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Protocol {
    pub(crate) min_reader_version: i32,
    pub(crate) min_writer_version: i32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) reader_features: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) writer_features: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) format: Format,
    pub(crate) schema_string: String,
    pub(crate) partition_columns: Vec<String>,
    pub(crate) created_time: i64,
    #[serde(default)]
    pub(crate) configuration: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Format {
    pub(crate) provider: String,
    #[serde(default)]
    pub(crate) options: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Txn {
    pub(crate) app_id: String,
    pub(crate) version: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) last_updated: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Add {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) partition_values: BTreeMap<String, String>,
    pub(crate) size: i64,
    pub(crate) modification_time: i64,
    pub(crate) data_change: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) stats: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) deletion_vector: Option<VectorDescriptor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remove {
    pub(crate) path: String,
    pub(crate) deletion_timestamp: i64,
    pub(crate) data_change: bool,
    pub(crate) extended_file_metadata: bool,
    #[serde(default)]
    pub(crate) partition_values: BTreeMap<String, String>,
    pub(crate) size: i64,
    /// Holds the cut that removed the file, by which retention decides.
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) deletion_vector: Option<VectorDescriptor>,
}

/// Where a deletion vector is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VectorDescriptor {
    /// `i` for inline, `u` for a file named by a UUID.
    pub(crate) storage_type: String,
    pub(crate) path_or_inline_dv: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) offset: Option<i32>,
    pub(crate) size_in_bytes: i32,
    pub(crate) cardinality: i64,
}

/// Tag of a `remove`: the cut in which the file left the table.
pub(crate) const REMOVED_BY_CUT: &str = "weir.cut";

/// The name under which a table's commits record their cut.
pub(crate) fn app_id(table: &str) -> String {
    format!("weir/{table}")
}

/// Path of a commit in the lake, given the table's folder.
pub(crate) fn commit_path(folder: &str, version: i64) -> String {
    format!("{folder}/_delta_log/{version:020}.json")
}

/// Path of a checkpoint in the lake, given the table's folder.
pub(crate) fn checkpoint_path(folder: &str, version: i64) -> String {
    format!("{folder}/_delta_log/{version:020}.checkpoint.parquet")
}

/// Path of the pointer to the newest checkpoint.
pub(crate) fn last_checkpoint_path(folder: &str) -> String {
    format!("{folder}/_delta_log/_last_checkpoint")
}
