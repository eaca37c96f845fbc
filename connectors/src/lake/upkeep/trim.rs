//! Keeps the folder of a table's log small: what no readable cut needs to be replayed goes.

use std::collections::{BTreeSet, VecDeque};

use crate::lake::Lake;
use crate::lake::checkpoint;
use crate::lake::error::LakeError;
use crate::lake::state::TableState;

use super::retention::History;

/// Log files that are to be deleted, some with every cut.
#[derive(Debug, Default)]
pub(crate) struct Trimmer {
    doomed: VecDeque<String>,
}

impl Trimmer {
    /// Marks the log files of a table that has a new checkpoint.
    pub(super) fn mark(
        &mut self,
        lake: &Lake,
        state: &TableState,
        history: &History,
    ) -> Result<(), LakeError> {
        let folder = format!("{}/_delta_log", state.table.folder());
        let log = Log::of(&lake.list(&folder)?);
        let name = state.name();
        let versions = history.kept.iter().filter_map(|kept| Some(kept.tables.get(&name)?.version));
        let needed = log.needed(versions);
        let doomed = log.doomed(&needed, state.checkpoint).into_iter();
        self.doomed.extend(doomed.map(|name| format!("{folder}/{name}")));
        Ok(())
    }

    /// Deletes some of what is marked.
    pub(super) fn trim(&mut self, lake: &Lake, most: usize) -> Result<(), LakeError> {
        for path in self.doomed.drain(..most.min(self.doomed.len())) {
            lake.delete(&path)?;
        }
        Ok(())
    }

    /// Whether everything marked is deleted.
    pub(super) fn is_idle(&self) -> bool {
        self.doomed.is_empty()
    }
}

/// The versions of which a log has a commit, and those of which it has a checkpoint.
#[derive(Debug, Default)]
struct Log {
    commits: BTreeSet<i64>,
    checkpoints: BTreeSet<i64>,
}

impl Log {
    fn of(names: &[String]) -> Self {
        let commit = |name: &String| name.strip_suffix(".json")?.parse().ok();
        Self {
            commits: names.iter().filter_map(commit).collect(),
            checkpoints: names.iter().filter_map(|name| checkpoint::version_of(name)).collect(),
        }
    }

    /// The part of the log without which some version could not be replayed.
    fn needed(&self, versions: impl Iterator<Item = i64>) -> Self {
        let mut needed = Self::default();
        for version in versions {
            let start = self.checkpoints.range(..=version).next_back();
            needed.checkpoints.extend(start);
            // The commit at the checkpoint's own version stays too: some readers look there for its time.
            needed.commits.extend(self.commits.range(start.copied().unwrap_or(0)..=version));
        }
        needed
    }

    /// Names of files that are not needed, up to the newest checkpoint.
    fn doomed(&self, needed: &Self, newest_checkpoint: i64) -> Vec<String> {
        let old = |version: &&i64| **version < newest_checkpoint;
        let commits = self.commits.difference(&needed.commits).filter(old);
        let checkpoints = self.checkpoints.difference(&needed.checkpoints).filter(old);
        let commits = commits.map(|version| format!("{version:020}.json"));
        commits
            .chain(checkpoints.map(|version| format!("{version:020}.checkpoint.parquet")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_keeps_its_checkpoint_and_the_commits_since() {
        let log = Log { commits: (0..=12).collect(), checkpoints: [4, 8, 11].into() };
        let needed = log.needed([2, 8, 10, 12].into_iter());
        assert_eq!(needed.checkpoints, [8, 11].into());
        assert_eq!(needed.commits, [0, 1, 2, 8, 9, 10, 11, 12].into());
        let doomed = log.doomed(&needed, 11);
        let number = |version: i64| format!("{version:020}");
        let expected: Vec<String> = (3..8)
            .map(|version| number(version) + ".json")
            .chain([number(4) + ".checkpoint.parquet"])
            .collect();
        assert_eq!(doomed, expected);
    }
}
