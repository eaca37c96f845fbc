//! A table as the committer knows it: version, live files and where each key is.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use datasets::dictionary::Table;
use roaring::RoaringTreemap;

use super::Lake;
use super::actions::{Action, Add, Metadata, Remove, Txn, app_id};
use super::definition;
use super::error::{FormatError, LakeError};
use super::facts::TableSeal;
use super::file_reader::{StoredFile, only};
use super::keys;
use super::locator::{Deleted, Locator, Place};
use super::reading::{row_count, size_of, vectors_of};
use super::snapshot::Snapshot;

/// A live file.
#[derive(Debug)]
pub(crate) struct DataFile {
    pub(crate) add: Add,
    pub(crate) rows: u64,
    pub(crate) deleted: RoaringTreemap,
}

/// The live files by a number that only this process knows, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) live: BTreeMap<u32, DataFile>,
    next: u32,
}

impl Files {
    /// Takes a file in and numbers it.
    pub(crate) fn push(&mut self, file: DataFile) -> u32 {
        let number = self.next;
        self.next += 1;
        self.live.insert(number, file);
        number
    }

    fn live_rows(&self) -> u64 {
        self.live.values().map(|file| file.rows - file.deleted.len()).sum()
    }
}

impl Deleted for Files {
    fn contains(&self, place: Place) -> bool {
        self.live.get(&place.file).is_none_or(|file| file.deleted.contains(place.row.into()))
    }
}

/// A table as the committer knows it.
#[derive(Debug)]
pub(crate) struct TableState {
    pub(crate) table: &'static Table,
    pub(crate) metadata: Option<Metadata>,
    /// Version, rows and amount after the last cut; the version is −1 while there is no table.
    pub(crate) seal: TableSeal,
    pub(crate) files: Files,
    pub(crate) locator: Locator,
    /// Files that left the table and are still in the store.
    pub(crate) removed: Vec<Remove>,
    /// The last cut that changed the table.
    pub(crate) cut: i64,
    /// Version of the newest checkpoint.
    pub(crate) checkpoint: i64,
}

impl TableState {
    /// The table at its sealed version; a table that was never sealed is empty.
    pub(crate) fn load(
        lake: &Lake,
        table: &'static Table,
        seal: Option<&TableSeal>,
    ) -> Result<Self, LakeError> {
        let none = TableSeal { version: -1, rows: 0, files: 0, amount: 0 };
        let seal = *seal.unwrap_or(&none);
        let mut snapshot = Snapshot::load(lake, table, seal.version)?;
        let mut state = Self {
            table,
            metadata: snapshot.metadata.take(),
            seal,
            files: Files::default(),
            locator: Locator::new(table),
            removed: std::mem::take(&mut snapshot.removed),
            cut: snapshot.cut,
            checkpoint: snapshot.checkpoint,
        };
        state.load_files(lake, snapshot)?;
        state.check()?;
        Ok(state)
    }

    fn load_files(&mut self, lake: &Lake, snapshot: Snapshot) -> Result<(), LakeError> {
        let mut vectors = vectors_of(lake, self.table);
        for add in snapshot.into_live() {
            let deleted = add.deletion_vector.as_ref().map(|vector| vectors.read(vector));
            let deleted = deleted.transpose()?.unwrap_or_default();
            let number = self.files.push(DataFile { rows: row_count(&add)?, deleted, add });
            self.index(lake, number)?;
        }
        Ok(())
    }

    /// Takes the keys of a live file into the index.
    pub(crate) fn index(&mut self, lake: &Lake, number: u32) -> Result<(), LakeError> {
        if matches!(self.locator, Locator::None) {
            return Ok(());
        }
        let mut start = Place { file: number, row: 0 };
        for keys in self.keys(lake, &self.files.live[&number].add)? {
            let keys = keys.map_err(|error| error.rows("read", &self.name()))?;
            let added = self.locator.add(start, &keys, &self.files);
            added.map_err(|misfit| super::staging::misfit(&self.name(), misfit, &keys))?;
            start.row += u32::try_from(keys.num_rows()).expect("a batch has fewer than 2^32 rows");
        }
        Ok(())
    }

    /// The key columns of a file, batch by batch.
    pub(crate) fn keys(
        &self,
        lake: &Lake,
        add: &Add,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, FormatError>> + use<>, LakeError> {
        let places = keys::places(self.table);
        let rows = self.stored(lake, add).rows((self.table, &places), None);
        rows.map_err(|error| error.rows("read", &self.name()))
    }

    /// The keys of some rows of a file.
    pub(crate) fn keys_of(
        &self,
        lake: &Lake,
        file: &DataFile,
        rows: &RoaringTreemap,
    ) -> Result<RecordBatch, FormatError> {
        let places = keys::places(self.table);
        let selection = Some(only(rows, file.rows));
        let reader = self.stored(lake, &file.add).rows((self.table, &places), selection)?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        Ok(concat_batches(&schema, &batches)?)
    }

    fn stored(&self, lake: &Lake, add: &Add) -> StoredFile {
        let path = format!("{}/{}", self.table.folder(), add.path);
        StoredFile::new(lake.store(), &path, size_of(add))
    }

    /// Qualified name of the table.
    pub(crate) fn name(&self) -> String {
        self.table.qualified_name()
    }

    /// Fails unless files and seal agree on the number of rows.
    pub(crate) fn check(&self) -> Result<(), LakeError> {
        let (found, sealed) = (self.files.live_rows(), self.seal.rows);
        if found == sealed {
            return Ok(());
        }
        let problem = format!("its files hold {found} rows, but {sealed} are accounted for");
        Err(LakeError::invariant(&self.name(), problem))
    }

    /// The whole state as a checkpoint's actions.
    pub(crate) fn actions(&self) -> Vec<Action> {
        let txn = Txn { app_id: app_id(&self.name()), version: self.cut, last_updated: None };
        let head = [Action::Protocol(definition::protocol(self.table)), Action::Txn(txn)];
        let metadata = self.metadata.iter().cloned().map(Action::MetaData);
        let removed = self.removed.iter().cloned().map(Action::Remove);
        let live = self.files.live.values().map(|file| Action::Add(file.add.clone()));
        head.into_iter().chain(metadata).chain(removed).chain(live).collect()
    }
}
