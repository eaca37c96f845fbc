//! A power cut at any change of the disk loses nothing that was sealed.

use std::sync::Arc;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore};
use fastrand::Rng;

use super::script::{Run, Step, busy_upkeep, check_cut, history, run_to_end};

fn lake_on(disk: &SimulatedDisk) -> Lake {
    Lake::on(Arc::new(LocalStore::on(disk.clone())))
}

/// Commits until the power fails; returns the last cut that was reported as sealed.
fn until_dark(disk: &SimulatedDisk, history: &[Step]) -> u64 {
    let mut sealed = 0;
    let Ok((mut run, _)) = Run::open(&lake_on(disk), busy_upkeep()) else { return sealed };
    for (cut, step) in (1..).zip(history) {
        match run.commit(cut, step) {
            Ok(_) => sealed = cut,
            Err(_) => break,
        }
    }
    sealed
}

#[test]
fn what_was_sealed_is_still_there() {
    let history = history(5, 4, 30);
    let whole = SimulatedDisk::default();
    run_to_end(&lake_on(&whole), &history).unwrap();
    let mut rng = Rng::with_seed(5);
    let mut dark_at = 0;
    while dark_at < whole.changes() {
        for kept in [0, 50, 100] {
            let disk = SimulatedDisk::default();
            disk.fail_after(dark_at);
            let reported = until_dark(&disk, &history);
            disk.power_cut(|_| rng.u8(..100) < kept);
            let lake = lake_on(&disk);
            let found = lake.latest().unwrap().map_or(0, |seal| seal.facts.cut);
            assert!(
                found >= reported,
                "cut {reported} was lost at change {dark_at}, kept {kept} %"
            );
            (1..=found).for_each(|cut| check_cut(&lake, &history, cut));
            run_to_end(&lake, &history).unwrap();
            check_cut(&lake, &history, 4);
        }
        dark_at += rng.u64(4..24);
    }
}
