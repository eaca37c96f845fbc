//! Upkeep leaves few files, and only files that something refers to.

use std::collections::BTreeSet;
use std::sync::Arc;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore};
use datasets::dictionary::Table;
use datasets::tables::{CHARGES, RAW_TOPUPS};

use super::script::{
    CHANGED, Run, busy_upkeep, check_cut, forgetful_upkeep, history, run_to_end, run_with,
};

#[test]
fn files_are_merged_and_the_log_has_checkpoints() {
    let lake = Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())));
    let history = history(8, 60, 40);
    run_to_end(&lake, &history).unwrap();
    let seal = lake.latest().unwrap().unwrap();
    for table in [&CHARGES, &RAW_TOPUPS] {
        let sealed = seal.tables[&table.qualified_name()];
        assert!(sealed.files < 12, "{} has {} files", table.name, sealed.files);
        let log = lake.store().list(&format!("{}/_delta_log", table.folder())).unwrap();
        assert!(log.iter().any(|name| name == "_last_checkpoint"));
        assert!(log.iter().filter(|name| name.ends_with(".checkpoint.parquet")).count() > 5);
    }
    let (run, sealed) = Run::open(&lake, busy_upkeep()).unwrap();
    assert_eq!((sealed, run.committer.next_cut()), (60, 61));
}

/// The data files that the retained cuts refer to.
fn referenced(lake: &Lake, table: &Table) -> BTreeSet<String> {
    let version = |cut| lake.seal(cut).unwrap().tables[&table.qualified_name()].version;
    let files = |cut| lake.live_files(table, version(cut)).unwrap();
    let paths = |cut: u64| files(cut).into_iter().map(|file| file.path);
    lake.seals().unwrap().into_iter().flat_map(paths).collect()
}

fn listed(lake: &Lake, folder: &str, suffix: &str) -> BTreeSet<String> {
    let names = lake.store().list(folder).unwrap();
    names.into_iter().filter(|name| name.ends_with(suffix)).collect()
}

#[test]
fn old_cuts_thin_out_and_take_their_files_along() {
    let lake = Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())));
    let history = history(17, 300, 12);
    run_with(&lake, &history[..200], forgetful_upkeep(0)).unwrap();
    run_with(&lake, &history, forgetful_upkeep(4_000)).unwrap();
    let kept = lake.seals().unwrap();
    assert!(kept.len() < 30, "{} cuts are kept", kept.len());
    assert!(kept.first().unwrap() < &120, "the first cut of an hour is kept: {kept:?}");
    kept.iter().for_each(|cut| check_cut(&lake, &history, *cut));
    for table in CHANGED {
        let files = listed(&lake, &table.folder(), ".parquet");
        assert!(files.is_superset(&referenced(&lake, table)));
        let surplus = files.len() - referenced(&lake, table).len();
        assert!(surplus < 8, "{surplus} files of {} have outlived their cuts", table.name);
        let log = listed(&lake, &format!("{}/_delta_log", table.folder()), ".json");
        assert!(log.len() < 60, "{} commits of {} are kept", log.len(), table.name);
    }
}
