//! A session: SQL over every table of the lake at one sealed cut, read-only.

use std::sync::Arc;

use datafusion::catalog::{CatalogProvider, TableFunctionImpl};
use datafusion::execution::context::SQLOptions;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use datasets::dictionary::Table;
use futures::future::BoxFuture;

use crate::at_cut::AtCut;
use crate::catalog::Shelf;
use crate::error::QueryError;
use crate::lake::{At, Cut, Lake};
use store::OnlyLake;

mod store;

mod suggestion;

/// The catalog's name, and the schema in which unqualified names are looked up.
const CATALOG: &str = "weir";
const DEFAULT_SCHEMA: &str = "bill";

/// SQL over the lake at one sealed cut.
///
/// Every table is read at the version that the cut sealed, so answers of one session belong together, however many
/// cuts are sealed meanwhile.
pub struct Session {
    context: SessionContext,
    shelf: Shelf,
    cut: Cut,
}

impl Session {
    /// Opens a lake at a cut.
    ///
    /// # Errors
    /// When the lake has no sealed cut, or not this one.
    pub fn open(lake: &str, at: At) -> Result<Self, QueryError> {
        let lake = Lake::open(lake)?;
        let cut = lake.cut(at)?;
        let store = lake.objects().map_err(datafusion::error::DataFusionError::from)?;
        Self::new(Shelf { lake, store, vault: false }, cut)
    }

    /// The same session, with the `vault` schema of personal data.
    ///
    /// # Errors
    /// When the tables cannot be registered.
    pub fn with_vault(self) -> Result<Self, QueryError> {
        Self::new(Shelf { vault: true, ..self.shelf }, self.cut)
    }

    /// The same lake at another cut.
    ///
    /// # Errors
    /// When the cut is not retained.
    pub fn at(&self, at: At) -> Result<Self, QueryError> {
        Self::new(self.shelf.clone(), self.shelf.lake.cut(at)?)
    }

    /// The cut that every table is read at.
    #[must_use]
    pub const fn cut(&self) -> &Cut {
        &self.cut
    }

    /// The numbers of the retained cuts, ascending.
    ///
    /// # Errors
    /// When the folder of cuts cannot be read.
    pub fn retained_cuts(&self) -> Result<Vec<u64>, QueryError> {
        self.shelf.lake.retained()
    }

    /// The seal of any retained cut.
    ///
    /// # Errors
    /// When it is not retained.
    pub fn seal(&self, at: At) -> Result<Cut, QueryError> {
        self.shelf.lake.cut(at)
    }

    /// The tables that the session sees.
    #[must_use]
    pub fn tables(&self) -> Vec<&'static Table> {
        self.shelf.tables(&self.cut)
    }

    /// Plans one statement; its rows are read when the frame is collected or streamed.
    ///
    /// # Errors
    /// When it is not valid SQL over these tables, or would change something.
    pub fn query<'query>(
        &'query self,
        sql: &'query str,
    ) -> BoxFuture<'query, Result<DataFrame, QueryError>> {
        Box::pin(self.plan(sql))
    }

    async fn plan(&self, sql: &str) -> Result<DataFrame, QueryError> {
        let state = self.context.state();
        let planned = state.create_logical_plan(sql).await;
        let plan = planned.map_err(|error| suggestion::explain(error, sql, &self.tables()))?;
        read_only().verify_plan(&plan).map_err(refused)?;
        Ok(DataFrame::new(state, plan))
    }

    fn new(shelf: Shelf, cut: Cut) -> Result<Self, QueryError> {
        let only: Arc<dyn ObjectStoreRegistry> = Arc::new(OnlyLake(Arc::clone(&shelf.store)));
        let runtime = RuntimeEnvBuilder::new().with_object_store_registry(only).build_arc()?;
        let context = SessionContext::new_with_config_rt(config(), runtime);
        let catalog: Arc<dyn CatalogProvider> = shelf.catalog(&cut)?;
        context.register_catalog(CATALOG, catalog);
        let at_cut: Arc<dyn TableFunctionImpl> = Arc::new(AtCut(shelf.clone()));
        context.register_udtf("at_cut", at_cut);
        Ok(Self { context, shelf, cut })
    }
}

fn config() -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_information_schema(true)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOG, DEFAULT_SCHEMA);
    // 0.1 is money more often than not: it must not become a float on its way to a decimal column.
    config.options_mut().sql_parser.parse_float_as_decimal = true;
    config
}

/// No DDL, no DML, no COPY, no SET.
fn read_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

fn refused(error: datafusion::error::DataFusionError) -> QueryError {
    QueryError::ReadOnly { what: crate::error::plain(&error) }
}
