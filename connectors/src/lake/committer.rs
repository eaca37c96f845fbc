//! The one that commits cuts: plan, tables, seal.

use std::collections::BTreeMap;

use datasets::dictionary::Table;
use datasets::tables;

use super::apply::publish;
use super::error::LakeError;
use super::facts::{Contribution, CutFacts, Seal, TableSeal};
use super::parallel::in_parallel;
use super::plan::{Plan, TablePlan};
use super::seals::next_cut;
use super::staging::{Changes, Cut, stage};
use super::state::TableState;
use super::upkeep::{History, Merger, Trimmer, Upkeep, warn};
use super::{Lake, generation};

/// Commits the cuts of a lake, one after the other, as long as no other process opens the lake to do the same.
///
/// After an error nothing is known but what the lake says: open it again.
#[derive(Debug)]
pub struct Committer {
    pub(crate) lake: Lake,
    pub(crate) generation: u64,
    pub(crate) upkeep: Upkeep,
    pub(crate) seal: Option<Seal>,
    pub(crate) tables: BTreeMap<String, TableState>,
    pub(crate) merger: Merger,
    pub(crate) history: History,
    pub(crate) trimmer: Trimmer,
    pub(crate) swept: bool,
    pub(crate) broken: bool,
}

impl Committer {
    /// Opens a lake to commit: finishes a cut that was decided but not sealed, fences older processes, and returns
    /// the last seal.
    ///
    /// # Errors
    /// When the store fails, or a table is not as the last seal says.
    pub fn open(lake: Lake) -> Result<(Self, Option<Seal>), LakeError> {
        Self::open_with(lake, Upkeep::default())
    }

    /// The generation of this process, which names its files.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The number that the next cut must have.
    #[must_use]
    pub fn next_cut(&self) -> u64 {
        next_cut(self.seal.as_ref())
    }

    /// Publishes a cut: once this returns, every table is at it and the seal says so.
    ///
    /// # Errors
    /// [`LakeError::Fenced`] when another process has taken over; otherwise when the contributions contradict the
    /// tables, which leaves the lake as it was, or when the store fails.
    pub fn commit(
        &mut self,
        facts: CutFacts,
        contributions: Vec<Contribution>,
    ) -> Result<Seal, LakeError> {
        if self.broken {
            return Err(LakeError::Broken);
        }
        if facts.cut != self.next_cut() {
            return Err(LakeError::OutOfOrder { expected: self.next_cut(), found: facts.cut });
        }
        self.broken = true;
        let plan = self.plan(facts, contributions)?;
        self.decide(&plan)?;
        let seal = publish(&self.lake, &plan, &self.upkeep.clock)?;
        self.seal = Some(seal.clone());
        self.keep_up(seal.clone());
        self.broken = false;
        Ok(seal)
    }

    fn plan(
        &mut self,
        facts: CutFacts,
        contributions: Vec<Contribution>,
    ) -> Result<Plan, LakeError> {
        let mut changes = by_table(contributions)?;
        let merges = self.merger.finished(self.upkeep.wait).unwrap_or_else(|error| {
            // What it wrote is named by no plan, and its files are merged another time.
            warn(facts.cut, "merge files", &error);
            Vec::new()
        });
        for (table, merge) in merges {
            changes.entry(table).or_default().merge = Some(merge);
        }
        let cut = Cut {
            lake: &self.lake,
            generation: self.generation,
            number: facts.cut,
            at: self.upkeep.clock.now(),
        };
        let job = |(name, state): (&String, _)| {
            (name.clone(), state, changes.remove(name).unwrap_or_default())
        };
        let jobs: Vec<(String, &mut TableState, Changes)> =
            self.tables.iter_mut().map(job).collect();
        let planned = in_parallel(jobs, |(name, state, changes)| {
            Ok::<_, LakeError>((name, stage(state, &cut, changes)?))
        })?;
        let mut tables = self.untouched();
        tables.extend(planned);
        Ok(Plan { generation: self.generation, facts, tables })
    }

    /// Tables of the last seal that this version of weir does not know; they stay as they are.
    fn untouched(&self) -> BTreeMap<String, TablePlan> {
        let sealed = self.seal.iter().flat_map(|seal| &seal.tables);
        let unknown = sealed.filter(|(name, _)| !self.tables.contains_key(*name));
        let still =
            |(name, seal): (&String, &TableSeal)| (name.clone(), TablePlan::new(&[], *seal));
        unknown.map(still).collect()
    }

    /// The commit point.
    fn decide(&self, plan: &Plan) -> Result<(), LakeError> {
        if generation::is_newest(&self.lake, self.generation)? && plan.record(&self.lake)? {
            return Ok(());
        }
        Err(LakeError::Fenced { cut: plan.facts.cut, generation: self.generation })
    }
}

fn by_table(contributions: Vec<Contribution>) -> Result<BTreeMap<String, Changes>, LakeError> {
    let mut changes: BTreeMap<String, Changes> = BTreeMap::new();
    for contribution in contributions {
        for file in contribution.files {
            known(&file.table)?;
            changes.entry(file.table.clone()).or_default().files.push(file);
        }
        for removal in contribution.removals {
            known(&removal.table)?;
            changes.entry(removal.table.clone()).or_default().removals.push(removal);
        }
    }
    Ok(changes)
}

fn known(table: &str) -> Result<&'static Table, LakeError> {
    let unknown = || LakeError::invariant(table, "the data dictionary has no such table");
    tables::named(table).ok_or_else(unknown)
}
