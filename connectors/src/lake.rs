//! The lake: plain Delta tables that are all published together, cut by cut.
//!
//! ```text
//! workers ── FileWriter ──▶ Parquet files ─┐
//!                                          ├─ Committer ─▶ plan ─▶ tables ─▶ seal ─▶ latest.json ─▶ readers
//! worker 0 ── CutFacts ────────────────────┘               (commit point)
//! ```
//!
//! **Guarantees.** Creating the plan is the commit: before it nothing of a cut is visible, after it the cut will be
//! sealed by this process or by whoever opens the lake next. Sealed cuts never change. Of two processes that believe
//! they own the lake, one loses the next plan and gets [`LakeError::Fenced`].

mod actions;
mod adoption;
mod apply;
mod arrivals;
mod bucket;
mod checkpoint;
mod clock;
mod committer;
mod definition;
pub mod disk;
mod encoder;
mod error;
mod facts;
pub mod faults;
mod file_reader;
mod file_writer;
mod generation;
mod keys;
mod local;
mod locator;
mod open;
mod parallel;
mod plan;
mod reading;
mod remote;
mod seals;
mod snapshot;
mod staging;
mod state;
mod statistics;
mod store;
mod upkeep;
mod vectors;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

pub use arrivals::{Arrivals, Arrived};
pub use clock::{Clock, wall_clock};
pub use committer::Committer;
pub use error::LakeError;
pub use facts::{Contribution, CutFacts, NewFile, Removal, Seal, SourcePosition, TableSeal};
pub use file_writer::FileWriter;
pub use local::LocalStore;
pub use reading::LiveFile;
pub use remote::RemoteStore;
pub use store::{Creation, Store};
pub use upkeep::{Retention, Upkeep};
pub use verify::Report;

/// A lake at its place; clones are the same lake.
///
/// ```
/// use weir_connectors::lake::{Committer, CutFacts, Lake};
///
/// let folder = tempfile::tempdir().unwrap();
/// let lake = Lake::local(folder.path())?;
/// let (mut committer, _last_seal) = Committer::open(lake.clone())?;
/// let facts = CutFacts { cut: committer.next_cut(), ..CutFacts::default() };
/// let seal = committer.commit(facts, Vec::new())?;
/// assert_eq!(lake.latest()?, Some(seal));
/// # Ok::<(), weir_connectors::lake::LakeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lake {
    store: Arc<dyn Store>,
    root: Option<PathBuf>,
}

impl Lake {
    /// The lake at a location: a path, `file://` and a path, or a bucket such as `s3://bucket/prefix`, which the environment
    /// says how to reach.
    ///
    /// # Errors
    /// When the location is of another kind, its folder cannot be made, or the settings of the bucket cannot be used.
    pub fn open(location: &str) -> Result<Self, LakeError> {
        let path = location.strip_prefix("file://").unwrap_or(location);
        if path.contains("://") {
            let refuse = |reason| LakeError::Location { location: location.to_owned(), reason };
            let objects = bucket::objects(location).map_err(refuse)?;
            let store = RemoteStore::new(objects).map_err(|error| refuse(error.to_string()))?;
            return Ok(Self::on(Arc::new(store)));
        }
        Self::local(Path::new(path))
    }

    /// The lake in a folder of the local disk.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn local(root: &Path) -> Result<Self, LakeError> {
        let store = LocalStore::new(root).map_err(|error| LakeError::Location {
            location: root.display().to_string(),
            reason: error.to_string(),
        })?;
        Ok(Self { store: Arc::new(store), root: Some(root.to_owned()) })
    }

    /// The lake on a store.
    #[must_use]
    pub fn on(store: Arc<dyn Store>) -> Self {
        Self { store, root: None }
    }

    /// The store that the lake is on.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The lake's folder, if it is on the local disk.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    pub(crate) fn find(&self, path: &str) -> Result<Option<Bytes>, LakeError> {
        match self.store.get(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some).map_err(LakeError::store("read", path)),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Result<Bytes, LakeError> {
        self.store.get(path).map_err(LakeError::store("read", path))
    }

    pub(crate) fn has(&self, path: &str) -> Result<bool, LakeError> {
        match self.store.size(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            other => other.map(|_size| true).map_err(LakeError::store("look for", path)),
        }
    }

    pub(crate) fn create(&self, path: &str, bytes: &[u8]) -> Result<Creation, LakeError> {
        self.store.create(path, bytes).map_err(LakeError::store("create", path))
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) -> Result<(), LakeError> {
        self.store.put(path, bytes).map_err(LakeError::store("write", path))
    }

    pub(crate) fn list(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        self.store.list(folder).map_err(LakeError::store("list", folder))
    }

    pub(crate) fn delete(&self, path: &str) -> Result<(), LakeError> {
        self.store.delete(path).map_err(LakeError::store("delete", path))
    }

    pub(crate) fn find_json<T: DeserializeOwned>(
        &self,
        path: &str,
        expected: &'static str,
    ) -> Result<Option<T>, LakeError> {
        let parse = |bytes: Bytes| {
            serde_json::from_slice(&bytes).map_err(LakeError::malformed(path, expected))
        };
        self.find(path)?.map(parse).transpose()
    }
}
