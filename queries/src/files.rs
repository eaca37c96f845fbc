//! The files of a Delta table at one version, each with the rows of it that count.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetRowSelection;
use datasets::dictionary::Table;
use deltalake::DeltaTableBuilder;
use deltalake::kernel::{DeletionVectorDescriptor, LogicalFileView};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use url::Url;

use crate::deletion;
use crate::error::QueryError;
use crate::lake::{Lake, TableVersion};
use crate::pruning::LoggedStatistics;

/// A table at the version that a cut sealed.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) lake: Lake,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) table: &'static Table,
    pub(crate) schema: SchemaRef,
    pub(crate) version: TableVersion,
}

impl Sealed {
    /// Reads the log up to the version, and the deletion vectors; no data file is opened.
    pub(crate) async fn files(&self) -> Result<Vec<PartitionedFile>, QueryError> {
        let url = self.lake.address(&self.table.folder());
        let url = url.ok_or_else(|| self.damaged("its folder has no absolute path".to_owned()))?;
        let delta = self.open(url).await.map_err(|source| self.unopened(source))?;
        let snapshot = delta.snapshot().map_err(|source| self.unopened(source))?;
        if !snapshot.metadata().partition_columns().is_empty() {
            return Err(self.damaged("it is partitioned by a column".to_owned()));
        }
        let mut files = Vec::new();
        let mut live = Some(0);
        for view in snapshot.log_data().iter() {
            let (file, rows) = self.file(&view).await?;
            live = live.zip(rows).map(|(sum, rows)| sum + rows);
            // A file that has lost all its rows waits for its removal only.
            files.extend((rows != Some(0)).then_some(file));
        }
        self.agree(live)?;
        Ok(files)
    }

    async fn open(&self, url: Url) -> Result<deltalake::DeltaTable, deltalake::DeltaTableError> {
        let version = u64::try_from(self.version.version)
            .map_err(|_| deltalake::DeltaTableError::InvalidVersion(0))?;
        let table = DeltaTableBuilder::from_url(url.clone())?;
        let table = match url.scheme() {
            "file" => table,
            _ => table.with_storage_backend(Arc::clone(&self.store), url),
        };
        table.with_version(version).load().await
    }

    /// One file and the number of its live rows, where the log tells it.
    async fn file(
        &self,
        view: &LogicalFileView,
    ) -> Result<(PartitionedFile, Option<usize>), QueryError> {
        let logged = LoggedStatistics::parse(view.stats().as_deref());
        let file = PartitionedFile::new_from_meta(self.meta(view)?);
        let Some(vector) = view.deletion_vector_descriptor() else {
            let bounds = logged.bounds(&self.schema, None);
            return Ok((file.with_statistics(Arc::new(bounds)), logged.num_records));
        };
        let selection = self.live_rows(&vector, logged.num_records).await?;
        let rows = selection.selection().row_count();
        let bounds = logged.bounds(&self.schema, Some(rows));
        Ok((file.with_statistics(Arc::new(bounds)).with_extension(selection), Some(rows)))
    }

    async fn live_rows(
        &self,
        vector: &DeletionVectorDescriptor,
        row_count: Option<usize>,
    ) -> Result<ParquetRowSelection, QueryError> {
        let row_count = row_count
            .ok_or_else(|| self.damaged("a file with deleted rows has no row count".to_owned()))?;
        let deleted = deletion::read(&self.store, &self.folder(), vector).await;
        let selection = deleted.and_then(|deleted| deletion::live_rows(&deleted, row_count));
        selection.map(ParquetRowSelection::new).map_err(|what| self.damaged(what))
    }

    fn meta(&self, view: &LogicalFileView) -> Result<ObjectMeta, QueryError> {
        let damaged = |what: &str| self.damaged(format!("file \"{}\" {what}", view.path()));
        let size = u64::try_from(view.size()).map_err(|_| damaged("has no size"))?;
        let modified = view.modification_datetime().map_err(|_| damaged("has no date"))?;
        let location = self.folder().parts().chain(view.object_store_path().parts()).collect();
        Ok(ObjectMeta { location, last_modified: modified, size, e_tag: None, version: None })
    }

    /// The folder of the table in the lake's store.
    fn folder(&self) -> Path {
        Path::from(self.table.folder())
    }

    /// What the log holds and what the cut sealed are the same rows.
    fn agree(&self, live: Option<usize>) -> Result<(), QueryError> {
        match live.map(u64::try_from) {
            Some(live) if live != Ok(self.version.row_count) => Err(self.damaged(format!(
                "its cut sealed {} rows, and its log holds {}",
                self.version.row_count,
                live.unwrap_or(u64::MAX)
            ))),
            _ => Ok(()),
        }
    }

    fn unopened(&self, source: deltalake::DeltaTableError) -> QueryError {
        QueryError::Table {
            table: self.table.qualified_name(),
            version: self.version.version,
            source: Box::new(source),
        }
    }

    fn damaged(&self, what: String) -> QueryError {
        QueryError::Damaged {
            table: self.table.qualified_name(),
            version: self.version.version,
            what,
        }
    }
}
