//! The plan of a cut: all that is left to do once the cut is decided.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Lake;
use super::actions::Action;
use super::error::LakeError;
use super::facts::{CutFacts, TableSeal};
use super::store::Creation;

pub(crate) const FOLDER: &str = "_weir/plan";

/// A list of actions that anyone can carry out: no dataflow is needed to finish a cut.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) generation: u64,
    pub(crate) facts: CutFacts,
    pub(crate) tables: BTreeMap<String, TablePlan>,
}

/// What the cut does to one table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TablePlan {
    /// The exact lines of its commit; none where nothing changes.
    pub(crate) commit: Vec<Box<RawValue>>,
    /// The table once that is done.
    pub(crate) after: TableSeal,
}

impl TablePlan {
    /// A plan from a commit's actions.
    pub(crate) fn new(actions: &[Action], after: TableSeal) -> Self {
        let line = |action: &Action| {
            serde_json::value::to_raw_value(action).expect("an action is plain JSON")
        };
        Self { commit: actions.iter().map(line).collect(), after }
    }

    /// The bytes of the commit.
    pub(crate) fn lines(&self) -> Vec<u8> {
        let lines: Vec<&str> = self.commit.iter().map(|line| line.get()).collect();
        lines.join("\n").into_bytes()
    }
}

impl Plan {
    /// Decides the cut by creating the plan; false if another process has decided it otherwise.
    pub(crate) fn record(&self, lake: &Lake) -> Result<bool, LakeError> {
        let path = path(self.facts.cut);
        let bytes = serde_json::to_vec(self).expect("a plan is plain JSON");
        match lake.create(&path, &bytes)? {
            Creation::Created => Ok(true),
            // A storage that repeats a request by itself may meet the effect of its first try.
            Creation::Exists => Ok(lake.get(&path)? == bytes),
        }
    }

    /// The plan of a cut, if it was decided.
    pub(crate) fn find(lake: &Lake, cut: u64) -> Result<Option<Self>, LakeError> {
        lake.find_json(&path(cut), "the plan of a cut")
    }
}

/// Path of a cut's plan.
pub(crate) fn path(cut: u64) -> String {
    format!("{FOLDER}/{cut:020}.json")
}
