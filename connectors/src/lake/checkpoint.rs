//! Checkpoints: a table's whole state as one Parquet file, so that nobody replays the log from its start.

mod schema;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::json::{LineDelimitedWriter, ReaderBuilder};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};

use super::Lake;
use super::actions::{Action, checkpoint_path, last_checkpoint_path};
use super::error::{FormatError, LakeError};

const WHAT: &str = "a checkpoint of a Delta table";

/// What `_last_checkpoint` says.
#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    version: i64,
    size: usize,
}

/// Writes the state of a table at a version, and points the readers to it.
pub(crate) fn write(
    lake: &Lake,
    folder: &str,
    version: i64,
    actions: &[Action],
) -> Result<(), LakeError> {
    let path = checkpoint_path(folder, version);
    let bytes = encode(actions).map_err(LakeError::malformed(&path, WHAT))?;
    lake.put(&path, &bytes)?;
    let pointer = Pointer { version, size: actions.len() };
    let pointer = serde_json::to_vec(&pointer).expect("a pointer is plain JSON");
    lake.put(&last_checkpoint_path(folder), &pointer)
}

/// The newest checkpoint up to a version, with its version.
pub(crate) fn newest(
    lake: &Lake,
    folder: &str,
    version: i64,
) -> Result<Option<(i64, Vec<Action>)>, LakeError> {
    let Some(at) = newest_version(lake, folder, version)? else {
        return Ok(None);
    };
    let path = checkpoint_path(folder, at);
    let bytes = lake.get(&path)?;
    let actions = decode(bytes).map_err(LakeError::malformed(&path, WHAT))?;
    Ok(Some((at, actions)))
}

fn newest_version(lake: &Lake, folder: &str, version: i64) -> Result<Option<i64>, LakeError> {
    match lake.find_json::<Pointer>(&last_checkpoint_path(folder), WHAT)? {
        None => Ok(None),
        Some(pointer) if pointer.version <= version => Ok(Some(pointer.version)),
        Some(_) => {
            let names = lake.list(&format!("{folder}/_delta_log"))?;
            let versions = names.iter().filter_map(|name| version_of(name));
            Ok(versions.filter(|found| *found <= version).max())
        }
    }
}

/// The version of a checkpoint, from its name.
pub(crate) fn version_of(name: &str) -> Option<i64> {
    name.strip_suffix(".checkpoint.parquet")?.parse().ok()
}

fn encode(actions: &[Action]) -> Result<Vec<u8>, FormatError> {
    let schema = Arc::new(schema::checkpoint());
    let mut decoder = ReaderBuilder::new(Arc::clone(&schema))
        .with_batch_size(actions.len().max(1))
        .build_decoder()?;
    decoder.serialize(actions)?;
    let batch = decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(&schema)));
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, None)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

fn decode(bytes: Bytes) -> Result<Vec<Action>, FormatError> {
    let mut lines = LineDelimitedWriter::new(Vec::new());
    for batch in ParquetRecordBatchReaderBuilder::try_new(bytes)?.build()? {
        lines.write(&batch?)?;
    }
    lines.finish()?;
    let lines = lines.into_inner();
    let actions: Result<_, serde_json::Error> =
        serde_json::Deserializer::from_slice(&lines).into_iter().collect();
    actions.map_err(|error| FormatError::Content(error.to_string()))
}

#[cfg(test)]
mod tests {
    use datasets::tables;
    use datasets::units::EventTime;

    use super::*;
    use crate::lake::actions::{Add, Remove, Txn, VectorDescriptor};
    use crate::lake::definition;

    fn vector() -> VectorDescriptor {
        VectorDescriptor {
            storage_type: "i".to_owned(),
            path_or_inline_dv: "xyz".to_owned(),
            offset: None,
            size_in_bytes: 34,
            cardinality: 2,
        }
    }

    fn add(vector: Option<VectorDescriptor>) -> Action {
        Action::Add(Add {
            path: "part-1.parquet".to_owned(),
            partition_values: [].into(),
            size: 9,
            modification_time: 8,
            data_change: false,
            stats: Some("{\"numRecords\":3}".to_owned()),
            deletion_vector: vector,
        })
    }

    #[test]
    fn every_action_reads_back() {
        let actions = vec![
            Action::Protocol(definition::protocol(&tables::CHARGES)),
            Action::MetaData(definition::metadata(&tables::CHARGES, EventTime(5_000))),
            Action::Txn(Txn { app_id: "weir/x".to_owned(), version: 4, last_updated: Some(1) }),
            add(None),
            add(Some(vector())),
            Action::Remove(Remove {
                path: "part-0.parquet".to_owned(),
                deletion_timestamp: 7,
                data_change: true,
                extended_file_metadata: true,
                partition_values: [].into(),
                size: 3,
                tags: [("weir.cut".to_owned(), "12".to_owned())].into(),
                deletion_vector: Some(vector()),
            }),
        ];
        let bytes = Bytes::from(encode(&actions).unwrap());
        let text = |actions: &[Action]| serde_json::to_string(actions).unwrap();
        assert_eq!(text(&decode(bytes).unwrap()), text(&actions));
    }
}
