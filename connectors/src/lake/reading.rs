//! The rows of a table at a version, and the files that they are in.

use arrow::array::RecordBatch;
use bytes::Bytes;
use datasets::dictionary::Table;
use datasets::units::EventTime;
use roaring::RoaringTreemap;
use serde::Deserialize;

use super::Lake;
use super::actions::Add;
use super::encoder::conformed;
use super::error::LakeError;
use super::file_reader::{StoredFile, all_but};
use super::snapshot::Snapshot;
use super::vectors::VectorReader;

/// A file of a table at some version.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveFile {
    /// Path relative to the table's folder.
    pub path: String,
    /// Rows in the file, deleted ones included.
    pub rows: u64,
    /// Bytes of the file.
    pub size: u64,
    /// When the file was written.
    pub modified_at: EventTime,
    /// Delta statistics as JSON.
    pub stats: String,
    /// The rows that are deleted, if any.
    pub deleted: Option<RoaringTreemap>,
}

impl Lake {
    /// The files of a table at a version.
    ///
    /// # Errors
    /// When the version is not retained, or the store fails.
    pub fn live_files(&self, table: &Table, version: i64) -> Result<Vec<LiveFile>, LakeError> {
        let snapshot = Snapshot::load(self, table, version)?;
        let mut vectors = vectors_of(self, table);
        let live = |add: Add| {
            let deleted = add.deletion_vector.as_ref();
            Ok(LiveFile {
                rows: row_count(&add)?,
                size: size_of(&add),
                modified_at: EventTime(add.modification_time.saturating_mul(1_000)),
                deleted: deleted.map(|vector| vectors.read(vector)).transpose()?,
                stats: add.stats.unwrap_or_default(),
                path: add.path,
            })
        };
        snapshot.into_live().map(live).collect()
    }

    /// The rows of a table at a version, without the deleted ones, under the table's schema.
    ///
    /// # Errors
    /// When the version is not retained, or the store fails; an item is an error when its file cannot be read.
    pub fn read(
        &self,
        table: &'static Table,
        version: i64,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + Send + use<>, LakeError>
    {
        let files = self.live_files(table, version)?;
        let lake = self.clone();
        Ok(files.into_iter().flat_map(move |file| match lake.rows_of(table, &file) {
            Ok(batches) => Batches::Read(batches),
            Err(error) => Batches::Failed(std::iter::once(Err(error))),
        }))
    }

    /// The rows of one live file, without the deleted ones, under the table's schema.
    ///
    /// # Errors
    /// When the file cannot be read; an item is an error when part of it cannot.
    pub fn rows_of(
        &self,
        table: &'static Table,
        file: &LiveFile,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + Send + use<>, LakeError>
    {
        let name = table.qualified_name();
        let path = format!("{}/{}", table.folder(), file.path);
        let columns: Vec<usize> = (0..table.columns.len()).collect();
        let selection = file.deleted.as_ref().map(|deleted| all_but(deleted, file.rows));
        let rows =
            StoredFile::new(self.store(), &path, file.size).rows((table, &columns), selection);
        let rows = rows.map_err(|error| error.rows("read", &name))?;
        Ok(rows.map(move |batch| {
            let batch = batch.and_then(|batch| conformed(table, &batch));
            batch.map_err(|error| error.rows("read", &name))
        }))
    }
}

/// A reader of the table's deletion vectors.
pub(crate) fn vectors_of(
    lake: &Lake,
    table: &Table,
) -> VectorReader<impl FnMut(&str) -> Result<Bytes, LakeError>> {
    let (lake, folder) = (lake.clone(), table.folder());
    VectorReader::new(move |name: &str| lake.get(&format!("{folder}/{name}")))
}

/// Rows of a file, from its statistics.
pub(crate) fn row_count(add: &Add) -> Result<u64, LakeError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Counted {
        num_records: u64,
    }
    let stats = add.stats.as_deref().unwrap_or_default();
    let counted = serde_json::from_str::<Counted>(stats);
    let counted = counted.map_err(LakeError::malformed(&add.path, "a file with statistics"))?;
    Ok(counted.num_records)
}

/// Bytes of a file.
pub(crate) fn size_of(add: &Add) -> u64 {
    u64::try_from(add.size).unwrap_or_default()
}

enum Batches<R, F> {
    Read(R),
    Failed(F),
}

impl<T, R: Iterator<Item = T>, F: Iterator<Item = T>> Iterator for Batches<R, F> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Read(rows) => rows.next(),
            Self::Failed(error) => error.next(),
        }
    }
}
