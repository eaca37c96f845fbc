//! A table at a version, replayed from its log.

use std::collections::{BTreeMap, HashMap, HashSet};

use datasets::dictionary::Table;

use super::Lake;
use super::actions::{Action, Add, Metadata, Remove, app_id, commit_path};
use super::checkpoint;
use super::error::LakeError;
use super::vectors;

const WHAT: &str = "a commit of a Delta table";

/// What the log says of a table at one version.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The version; −1 before the first commit.
    pub(crate) version: i64,
    pub(crate) metadata: Option<Metadata>,
    /// The last cut that changed the table.
    pub(crate) cut: i64,
    /// Version of the newest checkpoint that was used.
    pub(crate) checkpoint: i64,
    /// Files that were removed and may still be there.
    pub(crate) removed: Vec<Remove>,
    app_id: String,
    places: HashMap<String, u64>,
    live: BTreeMap<u64, Add>,
}

impl Snapshot {
    /// Replays the log of a table up to a version.
    pub(crate) fn load(lake: &Lake, table: &Table, version: i64) -> Result<Self, LakeError> {
        let mut snapshot = Self::empty(table);
        let folder = table.folder();
        if let Some((at, actions)) = checkpoint::newest(lake, &folder, version)? {
            snapshot.apply(actions);
            snapshot.version = at;
            snapshot.checkpoint = at;
        }
        for next in snapshot.version + 1..=version {
            let path = commit_path(&folder, next);
            let bytes = lake.get(&path)?;
            snapshot.apply(parse(&bytes).map_err(LakeError::malformed(&path, WHAT))?);
            snapshot.version = next;
        }
        Ok(snapshot)
    }

    fn empty(table: &Table) -> Self {
        Self {
            version: -1,
            metadata: None,
            cut: -1,
            checkpoint: -1,
            removed: Vec::new(),
            app_id: app_id(&table.qualified_name()),
            places: HashMap::new(),
            live: BTreeMap::new(),
        }
    }

    /// The live files, in the order in which they came.
    pub(crate) fn into_live(self) -> impl Iterator<Item = Add> {
        self.live.into_values()
    }

    fn apply(&mut self, actions: Vec<Action>) {
        let added = |action: &Action| match action {
            Action::Add(add) => Some(add.path.clone()),
            _ => None,
        };
        let added: HashSet<String> = actions.iter().filter_map(added).collect();
        for action in actions {
            match action {
                Action::CommitInfo(_) | Action::Protocol(_) => {}
                Action::MetaData(metadata) => self.metadata = Some(metadata),
                Action::Txn(txn) if txn.app_id == self.app_id => self.cut = txn.version,
                Action::Txn(_) => {}
                Action::Remove(remove) => self.remove(remove, &added),
                Action::Add(add) => self.add(add),
            }
        }
    }

    fn add(&mut self, add: Add) {
        let next = u64::try_from(self.places.len()).expect("a table has fewer than 2^64 files");
        let place = *self.places.entry(add.path.clone()).or_insert(next);
        self.live.insert(place, add);
    }

    /// Within one commit, removing and adding a path exchanges its deletion vector.
    fn remove(&mut self, remove: Remove, added: &HashSet<String>) {
        let stays = added.contains(&remove.path);
        if !stays && let Some(place) = self.places.get(&remove.path) {
            self.live.remove(place);
        }
        if !stays || remove.deletion_vector.as_ref().and_then(vectors::file_of).is_some() {
            self.removed.push(remove);
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Vec<Action>, serde_json::Error> {
    serde_json::Deserializer::from_slice(bytes).into_iter().collect()
}
