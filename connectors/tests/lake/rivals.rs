//! Of two processes that believe they own the lake, one is fenced, and no cut is lost or doubled.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use connectors::lake::faults::SimulatedDisk;
use connectors::lake::{Creation, Lake, LocalStore, Store};

use super::script::{Run, busy_upkeep, check_cut, history};

fn new_store() -> Arc<dyn Store> {
    Arc::new(LocalStore::on(SimulatedDisk::default()))
}

#[test]
fn a_process_is_fenced_once_another_has_opened_the_lake() {
    let lake = Lake::on(new_store());
    let history = history(1, 3, 20);
    let (mut old, _) = Run::open(&lake, busy_upkeep()).unwrap();
    old.commit(1, &history[0]).unwrap();
    let (mut new, sealed) = Run::open(&lake, busy_upkeep()).unwrap();
    assert_eq!(sealed, 1);
    assert!(old.commit(2, &history[1]).unwrap_err().is_fenced());
    assert!(old.commit(2, &history[1]).is_err(), "once it failed it stays out");
    new.commit(2, &history[1]).unwrap();
    new.commit(3, &history[2]).unwrap();
    (1..=3).for_each(|cut| check_cut(&lake, &history, cut));
}

/// Lets a rival open the lake between the check of the generation and the creation of the plan.
#[derive(Debug)]
struct Overtaken {
    inner: Arc<dyn Store>,
    plan: String,
    rival: Mutex<Option<Run>>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a rival")
    }
}

impl Store for Overtaken {
    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<Creation> {
        if path == self.plan {
            let (rival, _) = Run::open(&Lake::on(Arc::clone(&self.inner)), busy_upkeep()).unwrap();
            *self.rival.lock().unwrap() = Some(rival);
        }
        self.inner.create(path, bytes)
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
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
        self.inner.delete(path)
    }
}

#[test]
fn whoever_creates_the_plan_first_owns_the_cut() {
    let store = new_store();
    let history = history(2, 4, 20);
    let overtaken = Arc::new(Overtaken {
        inner: Arc::clone(&store),
        plan: format!("_weir/plan/{:020}.json", 2),
        rival: Mutex::new(None),
    });
    let shared: Arc<dyn Store> = Arc::<Overtaken>::clone(&overtaken);
    let (mut old, _) = Run::open(&Lake::on(shared), busy_upkeep()).unwrap();
    old.commit(1, &history[0]).unwrap();
    old.commit(2, &history[1]).unwrap();
    let mut rival = overtaken.rival.lock().unwrap().take().unwrap();
    assert!(rival.commit(2, &history[1]).unwrap_err().is_fenced());
    let lake = Lake::on(store);
    super::script::run_to_end(&lake, &history).unwrap();
    (1..=4).for_each(|cut| check_cut(&lake, &history, cut));
}
