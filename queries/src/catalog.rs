//! Which tables a session sees: the published schemas, at one cut; the vault only when it is asked for.

use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider, TableProvider,
};
use datafusion::error::Result;
use datasets::dictionary::Table;
use datasets::tables;
use object_store::ObjectStore;

use crate::dictionary;
use crate::files::Sealed;
use crate::lake::{Cut, Lake};
use crate::table::LakeTable;

/// The schema of personal data in clear.
const VAULT: &str = "vault";

/// Where tables are taken from, and which of them may be seen.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    pub(crate) lake: Lake,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) vault: bool,
}

impl Shelf {
    /// The published tables that the session may see and the cut knows.
    pub(crate) fn tables(&self, cut: &Cut) -> Vec<&'static Table> {
        let seen = |table: &&'static Table| {
            self.may_see(table) && cut.tables.contains_key(&table.qualified_name())
        };
        tables::ALL.into_iter().filter(seen).collect()
    }

    /// Whether the session may see a table of this name at some cut.
    pub(crate) fn knows(&self, name: &str) -> bool {
        tables::named(name).is_some_and(|table| self.may_see(table))
    }

    /// One table as the cut sealed it; nothing is read yet.
    pub(crate) fn provider(&self, name: &str, cut: &Cut) -> Option<Arc<dyn TableProvider>> {
        let table = tables::named(name).filter(|table| self.may_see(table))?;
        let sealed = Sealed {
            lake: self.lake.clone(),
            store: Arc::clone(&self.store),
            table,
            schema: table.arrow_schema(),
            version: *cut.tables.get(name)?,
        };
        Some(Arc::new(LakeTable::new(sealed)))
    }

    /// All tables of a cut by schema, and the dictionary that explains them.
    pub(crate) fn catalog(&self, cut: &Cut) -> Result<Arc<dyn CatalogProvider>> {
        let catalog = MemoryCatalogProvider::new();
        let seen = self.tables(cut);
        for table in &seen {
            let provider = self.provider(&table.qualified_name(), cut);
            let provider = provider.expect("the tables of a cut have their provider");
            schema(&catalog, table.schema)?.register_table(table.name.to_owned(), provider)?;
        }
        let explained = dictionary::provider(&seen)?;
        schema(&catalog, dictionary::SCHEMA)?
            .register_table(dictionary::NAME.to_owned(), explained)?;
        Ok(Arc::new(catalog))
    }

    fn may_see(&self, table: &Table) -> bool {
        self.vault || table.schema != VAULT
    }
}

/// The schema of this name, made when it is first needed.
fn schema(catalog: &MemoryCatalogProvider, name: &str) -> Result<Arc<dyn SchemaProvider>> {
    if let Some(known) = catalog.schema(name) {
        return Ok(known);
    }
    let made: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
    catalog.register_schema(name, Arc::clone(&made))?;
    Ok(made)
}
