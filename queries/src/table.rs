//! A table of the lake as SQL sees it: the sealed files, scanned with filters, projection and limit pushed down.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Statistics, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::files::Sealed;

/// The lake's own address in the session; nothing else has one.
pub(crate) const LAKE_URL: &str = "weir://lake";

/// Enough for the footer of most files, so that opening one takes one read.
const FOOTER_BYTES: usize = 64 << 10;

/// A table at the version that a cut sealed. Its log is read when the first query needs it.
pub(crate) struct LakeTable {
    sealed: Sealed,
    files: OnceCell<Vec<PartitionedFile>>,
}

impl LakeTable {
    pub(crate) fn new(sealed: Sealed) -> Self {
        Self { sealed, files: OnceCell::new() }
    }

    async fn plan(&self, state: &dyn Session, wanted: Wanted) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files.get_or_try_init(|| self.sealed.files()).await?;
        if files.is_empty() {
            let schema = project_schema(&self.sealed.schema, wanted.columns.as_ref())?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let url = ObjectStoreUrl::parse(LAKE_URL)?;
        let groups = FileGroup::new(files.clone()).split_files(state.config().target_partitions());
        let scan = FileScanConfigBuilder::new(url, Arc::new(self.source(state)))
            .with_file_groups(groups)
            .with_statistics(self.row_count())
            .with_projection_indices(wanted.columns)?
            .with_limit(wanted.limit)
            .build();
        Ok(DataSourceExec::from_data_source(scan))
    }

    fn source(&self, state: &dyn Session) -> ParquetSource {
        let footers = state.runtime_env().cache_manager.get_file_metadata_cache();
        let readers = CachedParquetFileReaderFactory::new(Arc::clone(&self.sealed.store), footers);
        ParquetSource::new(Arc::clone(&self.sealed.schema))
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_metadata_size_hint(FOOTER_BYTES)
            .with_parquet_file_reader_factory(Arc::new(readers))
    }

    /// All that is exact about the table as a whole: the rows that its cut sealed.
    fn row_count(&self) -> Statistics {
        let mut statistics = Statistics::new_unknown(&self.sealed.schema);
        if let Ok(rows) = usize::try_from(self.sealed.version.row_count) {
            statistics.num_rows = Precision::Exact(rows);
        }
        statistics
    }
}

/// What a query wants of the table.
struct Wanted {
    columns: Option<Vec<usize>>,
    limit: Option<usize>,
}

impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.sealed.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.row_count())
    }

    // Filters reach the files through the physical plan; here it is only said that they may prune.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    // The signature is that of an `async fn` of the trait, written out.
    fn scan<'table, 'state, 'columns, 'filters, 'scan>(
        &'table self,
        state: &'state dyn Session,
        projection: Option<&'columns Vec<usize>>,
        _filters: &'filters [Expr],
        limit: Option<usize>,
    ) -> BoxFuture<'scan, Result<Arc<dyn ExecutionPlan>>>
    where
        'table: 'scan,
        'state: 'scan,
        'columns: 'scan,
        'filters: 'scan,
        Self: 'scan,
    {
        Box::pin(self.plan(state, Wanted { columns: projection.cloned(), limit }))
    }
}

impl fmt::Debug for LakeTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sealed { table, version, .. } = &self.sealed;
        write!(f, "{} at version {}", table.qualified_name(), version.version)
    }
}
