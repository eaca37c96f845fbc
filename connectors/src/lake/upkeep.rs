//! What keeps a lake small and quick to open: merged files, checkpoints, and an end to what nobody retains.
//!
//! None of it is on the way of a cut: files are merged aside and adopted by a later plan, everything else follows the
//! seal and is bounded per cut.

mod interleave;
mod merge;
mod merger;
mod retention;
mod sweep;
mod trim;
mod vacuum;

use std::error::Error;

use super::clock::{Clock, wall_clock};
use super::committer::Committer;
use super::error::LakeError;
use super::facts::Seal;
use super::parallel::in_parallel;
use super::state::TableState;
use super::{Lake, checkpoint, plan};

pub use retention::Retention;

pub(crate) use merge::Merge;
pub(crate) use merger::Merger;
pub(crate) use retention::History;
pub(crate) use trim::Trimmer;

/// Plans stay for so many cuts: as long as there is one, no process that slept can decide its cut again.
const PLANS: u64 = 1_000;

/// When upkeep is done.
#[derive(Clone, Debug)]
pub struct Upkeep {
    /// Tells the time of seals, by which retention decides.
    pub clock: Clock,
    /// How many files of one order of size are merged into one.
    pub merged_files: usize,
    /// A merged file is no larger than this.
    pub merged_bytes: u64,
    /// A file is rewritten when more than this share of its rows is deleted.
    pub rewrite_percent: u64,
    /// A table gets a checkpoint after that many commits.
    pub checkpoint_every: i64,
    /// Which cuts stay readable.
    pub retention: Retention,
    /// How many files of a kind are deleted after a cut at most.
    pub deletions_per_cut: usize,
    /// Whether a cut waits for the merges of the one before, so that a test can rely on them.
    pub wait: bool,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self {
            clock: wall_clock(),
            merged_files: 16,
            merged_bytes: 256 << 20,
            rewrite_percent: 10,
            checkpoint_every: 100,
            retention: Retention::default(),
            deletions_per_cut: 200,
            wait: false,
        }
    }
}

impl Committer {
    /// Upkeep after a seal. What fails is told and tried again after a later cut, as the cut is sealed without it.
    pub(crate) fn keep_up(&mut self, seal: Seal) {
        let cut = seal.facts.cut;
        let swept = self.sweep_once(cut);
        let first_of_hour = self.history.push(seal);
        self.merger.start(self.tables.values(), &self.upkeep, cut + 1);
        let taken = self.take_checkpoints(first_of_hour);
        let let_go = self.let_go(cut + 1);
        let done = [("sweep", swept), ("write a checkpoint", taken), ("delete old files", let_go)];
        for (doing, outcome) in done {
            if let Err(error) = outcome {
                warn(cut, doing, &error);
            }
        }
    }

    /// Deletes what older generations left behind, after this generation's first plan.
    fn sweep_once(&mut self, cut: u64) -> Result<(), LakeError> {
        if self.swept {
            return Ok(());
        }
        for name in self.lake.list(plan::FOLDER)? {
            let number = name.strip_suffix(".json").and_then(|number| number.parse::<u64>().ok());
            if number.is_some_and(|number| number + PLANS < cut) {
                self.lake.delete(&format!("{}/{name}", plan::FOLDER))?;
            }
        }
        let tables = self.tables.values().collect();
        in_parallel(tables, |state| sweep::sweep(&self.lake, state, self.generation))?;
        self.swept = true;
        Ok(())
    }

    /// Checkpoints the tables that are due; all that changed at the first cut of an hour, which is retained longest.
    fn take_checkpoints(&mut self, all: bool) -> Result<(), LakeError> {
        let every = if all { 1 } else { self.upkeep.checkpoint_every };
        let due = |state: &&mut TableState| state.seal.version - state.checkpoint >= every;
        let due: Vec<_> = self.tables.values_mut().filter(due).collect();
        let taken = in_parallel(due, |state| take_checkpoint(&self.lake, state))?;
        if self.trimmer.is_idle() {
            for name in taken {
                self.trimmer.mark(&self.lake, &self.tables[&name], &self.history)?;
            }
        }
        Ok(())
    }

    /// Deletes what is no longer retained.
    fn let_go(&mut self, next_cut: u64) -> Result<(), LakeError> {
        let (lake, most) = (&self.lake, self.upkeep.deletions_per_cut);
        self.history.thin(lake, self.upkeep.retention, most)?;
        for state in self.tables.values_mut() {
            vacuum::vacuum(lake, state, &self.history, most)?;
        }
        self.trimmer.trim(lake, most)?;
        match next_cut.checked_sub(PLANS + 1) {
            Some(old) => lake.delete(&plan::path(old)),
            None => Ok(()),
        }
    }
}

/// Tells of upkeep that failed.
pub(crate) fn warn(cut: u64, doing: &str, error: &LakeError) {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(cut, %error, cause, "could not {doing}; a later cut or the next start makes up for it");
}

fn take_checkpoint(lake: &Lake, state: &mut TableState) -> Result<String, LakeError> {
    let version = state.seal.version;
    checkpoint::write(lake, &state.table.folder(), version, &state.actions())?;
    state.checkpoint = version;
    Ok(state.name())
}
