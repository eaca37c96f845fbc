//! A process that dies at any step of any cut leaves nothing behind that the next one does not put right.

use std::sync::Arc;

use connectors::lake::faults::{FaultyStore, Flavour, SimulatedDisk};
use connectors::lake::{Lake, LocalStore, Store};

use super::script::{Step, check_cut, history, run_to_end};

const CUTS: u64 = 4;

fn new_store() -> Arc<dyn Store> {
    Arc::new(LocalStore::on(SimulatedDisk::default()))
}

fn steps_of(history: &[Step]) -> u64 {
    let immortal = Arc::new(FaultyStore::new(new_store(), u64::MAX, Flavour::Before));
    let store: Arc<dyn Store> = Arc::<FaultyStore>::clone(&immortal);
    run_to_end(&Lake::on(store), history).unwrap();
    immortal.steps()
}

fn seals(lake: &Lake) -> Vec<(u64, bytes::Bytes)> {
    let seal = |cut| (cut, lake.store().get(&format!("_weir/cuts/{cut:020}.json")).unwrap());
    lake.seals().unwrap().into_iter().map(seal).collect()
}

fn die_and_recover(history: &[Step], step: u64, flavour: Flavour) {
    let store = new_store();
    let mortal = FaultyStore::new(Arc::clone(&store), step, flavour);
    // What dies after the last cut is a merge that nobody waits for.
    let survived = run_to_end(&Lake::on(Arc::new(mortal)), history).is_ok();
    let lake = Lake::on(store);
    let before = seals(&lake);
    assert!(!survived || before.len() == history.len(), "step {step} {flavour:?}");
    run_to_end(&lake, history).unwrap();
    assert_eq!(seals(&lake)[..before.len()], before, "a seal changed: step {step} {flavour:?}");
    let last = u64::try_from(before.len()).unwrap();
    for cut in [last.max(1), (last + 1).min(CUTS), CUTS] {
        check_cut(&lake, history, cut);
    }
}

#[test]
fn dying_before_any_step_changes_no_table() {
    let history = history(3, usize::try_from(CUTS).unwrap(), 30);
    for step in 0..steps_of(&history) {
        die_and_recover(&history, step, Flavour::Before);
    }
}

#[test]
fn dying_after_any_step_changes_no_table() {
    let history = history(4, usize::try_from(CUTS).unwrap(), 30);
    for step in 0..steps_of(&history) {
        die_and_recover(&history, step, Flavour::After);
    }
}
