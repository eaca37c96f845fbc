//! Carries a plan out: each table's commit, then the seal. Doing it twice is as good as once.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Lake;
use super::actions::{Txn, app_id, commit_path};
use super::clock::Clock;
use super::error::LakeError;
use super::facts::Seal;
use super::parallel::in_parallel;
use super::plan::{Plan, TablePlan};
use super::seals;
use super::store::Creation;

/// Brings every table to the plan's version and seals the cut.
pub(crate) fn publish(lake: &Lake, plan: &Plan, clock: &Clock) -> Result<Seal, LakeError> {
    let changed = plan.tables.iter().filter(|(_, table)| !table.commit.is_empty());
    in_parallel(changed.collect(), |(name, table)| commit(lake, name, table, plan.facts.cut))?;
    let after = |(name, table): (&String, &TablePlan)| (name.clone(), table.after);
    let seal = Seal {
        facts: plan.facts.clone(),
        tables: plan.tables.iter().map(after).collect::<BTreeMap<_, _>>(),
        generation: plan.generation,
        sealed_at: clock.now(),
    };
    seals::record(lake, seal)
}

fn commit(lake: &Lake, name: &str, table: &TablePlan, cut: u64) -> Result<(), LakeError> {
    let path = commit_path(&name.replacen('.', "/", 1), table.after.version);
    match lake.create(&path, &table.lines())? {
        Creation::Created => Ok(()),
        Creation::Exists => check_ours(lake, &path, name, cut),
    }
}

/// A commit that is there already must be this cut's own, from before a crash.
fn check_ours(lake: &Lake, path: &str, name: &str, cut: u64) -> Result<(), LakeError> {
    let bytes = lake.get(path)?;
    let cut = i64::try_from(cut).expect("a cut's number is below 2^63");
    let ours = |line: &[u8]| {
        let line = serde_json::from_slice::<MaybeTxn>(line).ok();
        line.and_then(|line| line.txn)
            .is_some_and(|txn| txn.app_id == app_id(name) && txn.version >= cut)
    };
    if bytes.split(|byte| *byte == b'\n').any(ours) {
        return Ok(());
    }
    let problem =
        format!("\"{path}\" was written by another program; only weir may write to its lake");
    Err(LakeError::invariant(name, problem))
}

#[derive(Deserialize)]
struct MaybeTxn {
    txn: Option<Txn>,
}
