//! Upkeep leaves few files, and only files that something refers to.

use std::sync::Arc;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore};
use datasets::tables::{CHARGES, RAW_TOPUPS};

use super::script::{Run, busy_upkeep, history, run_to_end};

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
