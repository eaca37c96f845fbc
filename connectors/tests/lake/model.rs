//! Random histories equal their model at every sealed cut, through merges, rewrites, checkpoints and restarts.

use std::sync::Arc;

use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Lake, LocalStore, RemoteStore};
use object_store::memory::InMemory;

use super::script::{Run, busy_upkeep, check_cut, history};

fn simulated() -> Lake {
    Lake::on(Arc::new(LocalStore::on(SimulatedDisk::default())))
}

#[test]
fn every_sealed_cut_equals_the_model() {
    for seed in 0..6 {
        eprintln!("seed {seed}");
        let lake = simulated();
        let history = history(seed, 40, 60);
        let (mut run, _) = Run::open(&lake, busy_upkeep()).unwrap();
        for (cut, step) in (1..).zip(&history) {
            run.commit(cut, step).unwrap();
            if cut % 11 == seed % 11 {
                drop(run);
                let sealed;
                (run, sealed) = Run::open(&lake, busy_upkeep()).unwrap();
                assert_eq!(sealed, cut);
            }
        }
        for cut in 1..=40 {
            check_cut(&lake, &history, cut);
        }
    }
}

#[test]
fn many_rows_are_merged_and_large_vectors_go_to_files() {
    let lake = simulated();
    let history = history(31, 5, 40_000);
    super::script::run_to_end(&lake, &history).unwrap();
    let files = lake.store().list("bill/charges").unwrap();
    assert!(files.iter().any(|name| name.starts_with("deletion_vector_")), "{files:?}");
    assert!(files.iter().any(|name| name.contains("-m")), "{files:?}");
    for cut in 1..=5 {
        check_cut(&lake, &history, cut);
    }
}

#[test]
fn an_object_store_serves_as_well() {
    let lake = Lake::on(Arc::new(RemoteStore::new(Arc::new(InMemory::new())).unwrap()));
    let history = history(99, 12, 40);
    super::script::run_to_end(&lake, &history).unwrap();
    for cut in 1..=12 {
        check_cut(&lake, &history, cut);
    }
}

#[test]
fn a_folder_of_the_disk_serves_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
    let history = history(7, 6, 40);
    super::script::run_to_end(&lake, &history).unwrap();
    for cut in 1..=6 {
        check_cut(&lake, &history, cut);
    }
    assert!(Lake::open("ftp://host/lake").is_err());
}
