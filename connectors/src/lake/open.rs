//! Opens a lake to commit: fence, finish, load.

use std::collections::BTreeMap;

use datasets::dictionary::Table;
use datasets::tables;

use super::apply::publish;
use super::committer::Committer;
use super::error::LakeError;
use super::facts::Seal;
use super::local::STAGING;
use super::parallel::in_parallel;
use super::plan::Plan;
use super::seals::next_cut;
use super::state::TableState;
use super::upkeep::{History, Merger, Trimmer, Upkeep};
use super::{Lake, generation};

impl Committer {
    /// The same as [`Committer::open`], with chosen upkeep.
    ///
    /// # Errors
    /// When the store fails, or a table is not as the last seal says.
    pub fn open_with(lake: Lake, upkeep: Upkeep) -> Result<(Self, Option<Seal>), LakeError> {
        let generation = generation::mint(&lake)?;
        let seal = finish(&lake, &upkeep)?;
        drop_staged(&lake)?;
        let committer = Self {
            tables: load(&lake, seal.as_ref())?,
            seal: seal.clone(),
            merger: Merger::new(&lake, generation),
            history: History::load(&lake)?,
            trimmer: Trimmer::default(),
            generation,
            lake,
            upkeep,
            swept: false,
            broken: false,
        };
        Ok((committer, seal))
    }
}

/// Seals the cut that was decided last, if a crash prevented it; no dataflow is needed for that.
fn finish(lake: &Lake, upkeep: &Upkeep) -> Result<Option<Seal>, LakeError> {
    let seal = lake.latest()?;
    match Plan::find(lake, next_cut(seal.as_ref()))? {
        Some(plan) => publish(lake, &plan, &upkeep.clock).map(Some),
        None => Ok(seal),
    }
}

/// Drops what older processes wrote but never named.
fn drop_staged(lake: &Lake) -> Result<(), LakeError> {
    for name in lake.list(STAGING)? {
        lake.delete(&format!("{STAGING}/{name}"))?;
    }
    Ok(())
}

fn load(lake: &Lake, seal: Option<&Seal>) -> Result<BTreeMap<String, TableState>, LakeError> {
    let loaded = in_parallel(tables::ALL.to_vec(), |table: &'static Table| {
        let name = table.qualified_name();
        let sealed = seal.and_then(|seal| seal.tables.get(&name));
        Ok::<_, LakeError>((name, TableState::load(lake, table, sealed)?))
    })?;
    Ok(loaded.into_iter().collect())
}
