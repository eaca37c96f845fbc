//! The only place that a session reads from: the lake. No path and no address in SQL leads anywhere else.

use std::sync::Arc;

use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreRegistry;
use object_store::ObjectStore;
use url::Url;

use crate::table::LAKE_URL;

/// Knows the lake and nothing else.
#[derive(Debug)]
pub(super) struct OnlyLake(pub(super) Arc<dyn ObjectStore>);

impl ObjectStoreRegistry for OnlyLake {
    fn register_store(
        &self,
        _url: &Url,
        _store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        if url.as_str().trim_end_matches('/') == LAKE_URL {
            Ok(Arc::clone(&self.0))
        } else {
            exec_err!("weir reads the lake only, not \"{url}\"")
        }
    }
}
