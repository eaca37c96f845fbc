//! Carries a plan out: each table's commit, then the seal. Doing it twice is as good as once.

use std::collections::BTreeMap;

use super::Lake;
use super::actions::commit_path;
use super::clock::Clock;
use super::error::LakeError;
use super::facts::Seal;
use super::parallel::in_parallel;
use super::plan::{Plan, TablePlan};
use super::seals;
use super::store::Creation;

/// Brings every table to the plan's version and seals the cut; a cut that others have left behind is not touched again.
pub(crate) fn publish(lake: &Lake, plan: &Plan, clock: &Clock) -> Result<Seal, LakeError> {
    let cut = plan.facts.cut;
    if lake.latest()?.is_some_and(|newest| newest.facts.cut > cut) {
        return Err(LakeError::Fenced { cut, generation: plan.generation });
    }
    let changed = plan.tables.iter().filter(|(_, table)| !table.commit.is_empty());
    in_parallel(changed.collect(), |(name, table)| commit(lake, name, table))?;
    let after = |(name, table): (&String, &TablePlan)| (name.clone(), table.after);
    let seal = Seal {
        facts: plan.facts.clone(),
        tables: plan.tables.iter().map(after).collect::<BTreeMap<_, _>>(),
        generation: plan.generation,
        sealed_at: clock.now(),
    };
    seals::record(lake, seal)
}

/// A commit that is there already must be this plan's own, from before a crash.
fn commit(lake: &Lake, name: &str, table: &TablePlan) -> Result<(), LakeError> {
    let path = commit_path(&name.replacen('.', "/", 1), table.after.version);
    let lines = table.lines();
    if lake.create(&path, &lines)? == Creation::Created || lake.get(&path)? == lines {
        return Ok(());
    }
    let problem =
        format!("\"{path}\" was written by another program; only weir may write to its lake");
    Err(LakeError::invariant(name, problem))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lake::clock::wall_clock;
    use crate::lake::faults::SimulatedDisk;
    use crate::lake::{Committer, CutFacts, LocalStore};

    /// A lake with some sealed cuts, of which the first makes every table.
    fn lake(cuts: u64) -> Lake {
        let lake = Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())));
        let (mut committer, _) = Committer::open(lake.clone()).unwrap();
        for cut in 1..=cuts {
            committer.commit(CutFacts { cut, ..CutFacts::default() }, Vec::new()).unwrap();
        }
        lake
    }

    fn publish_again(lake: &Lake) -> Result<Seal, LakeError> {
        publish(lake, &Plan::find(lake, 1).unwrap().unwrap(), &wall_clock())
    }

    #[test]
    fn a_plan_is_carried_out_once_however_often_it_is_tried() {
        let lake = lake(1);
        assert_eq!(publish_again(&lake).unwrap(), lake.latest().unwrap().unwrap());
    }

    #[test]
    fn a_cut_below_the_newest_seal_is_refused() {
        assert!(publish_again(&lake(2)).unwrap_err().is_fenced());
    }

    /// Its own transaction in a commit does not make it the plan's: another plan of a later cut would have it as well.
    #[test]
    fn a_commit_that_is_not_the_plans_is_refused() {
        let lake = lake(1);
        let path = commit_path("bill/charges", 0);
        let mut bytes = lake.get(&path).unwrap().to_vec();
        assert!(String::from_utf8_lossy(&bytes).contains("\"txn\""));
        bytes.extend(b"\n{\"remove\":{\"path\":\"x\",\"dataChange\":true}}");
        lake.put(&path, &bytes).unwrap();
        let said = publish_again(&lake).unwrap_err().to_string();
        assert!(said.contains("was written by another program"), "{said}");
    }
}
