//! Upkeep leaves few files, and only files that something refers to.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Creation, Lake, LocalStore, Store};
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

/// A store that for a while neither deletes nor takes merged files and checkpoints.
#[derive(Debug)]
struct Sulking {
    inner: LocalStore<SimulatedDisk>,
    sulks: AtomicBool,
}

impl Sulking {
    fn refuse(&self, is_upkeep: bool) -> io::Result<()> {
        match is_upkeep && self.sulks.load(Ordering::Relaxed) {
            true => Err(io::Error::other("not now")),
            false => Ok(()),
        }
    }
}

impl Store for Sulking {
    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<Creation> {
        self.inner.create(path, bytes)
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.refuse(path.contains("-m") || path.contains("checkpoint"))?;
        self.inner.put(path, bytes)
    }

    fn get(&self, path: &str) -> io::Result<Bytes> {
        self.inner.get(path)
    }

    fn get_range(&self, path: &str, range: Range<u64>) -> io::Result<Bytes> {
        self.inner.get_range(path, range)
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        self.inner.size(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.inner.list(folder)
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        self.refuse(true)?;
        self.inner.delete(path)
    }
}

#[test]
fn upkeep_that_fails_keeps_no_cut_from_being_sealed_and_is_made_up_for() {
    let inner = LocalStore::on(SimulatedDisk::default());
    let store = Arc::new(Sulking { inner, sulks: AtomicBool::new(true) });
    let shared: Arc<dyn Store> = Arc::<Sulking>::clone(&store);
    let lake = Lake::on(shared);
    let history = history(23, 90, 12);
    let (mut run, _) = Run::open(&lake, forgetful_upkeep(0)).unwrap();
    for (cut, step) in (1..).zip(&history) {
        store.sulks.store(cut < 45, Ordering::Relaxed);
        run.commit(cut, step).unwrap();
    }
    assert!(lake.seals().unwrap().len() < 40, "old cuts are let go of after all");
    check_cut(&lake, &history, 90);
    let sealed = lake.latest().unwrap().unwrap();
    for table in CHANGED {
        let files = sealed.tables[&table.qualified_name()].files;
        // Two workers write in ninety cuts, and one merge in a cut takes in three files.
        assert!(files < 90, "{} has {files} files: they are merged after all", table.name);
        let listed = listed(&lake, &table.folder(), ".parquet").len();
        let surplus = listed - referenced(&lake, table).len();
        assert!(surplus < 8, "{surplus} files of {} have outlived their cuts", table.name);
    }
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
