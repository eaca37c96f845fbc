//! A store whose process dies at a chosen step.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::lake::store::{Creation, Store};

/// What became of the step at which the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// It never happened.
    Before,
    /// It happened, but nobody heard of it.
    After,
}

/// A store that works for a number of steps (creations, puts and deletions) and fails every call from then on.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    flavour: Flavour,
    dies_at: u64,
    steps: AtomicU64,
}

impl FaultyStore {
    /// A store that does `steps` steps on `inner` and dies at the next.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, steps: u64, flavour: Flavour) -> Self {
        Self { inner, flavour, dies_at: steps, steps: AtomicU64::new(0) }
    }

    /// How many steps were asked for.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::SeqCst)
    }

    fn step<T>(&self, effect: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let step = self.steps.fetch_add(1, Ordering::SeqCst);
        if step < self.dies_at {
            return effect();
        }
        if step == self.dies_at && self.flavour == Flavour::After {
            effect()?;
        }
        Err(dead())
    }

    fn look<T>(&self, answer: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.steps() > self.dies_at { Err(dead()) } else { answer() }
    }
}

fn dead() -> io::Error {
    io::Error::other("the store died as it was told to")
}

impl Store for FaultyStore {
    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<Creation> {
        self.step(|| self.inner.create(path, bytes))
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.step(|| self.inner.put(path, bytes))
    }

    fn get(&self, path: &str) -> io::Result<Bytes> {
        self.look(|| self.inner.get(path))
    }

    fn get_range(&self, path: &str, range: Range<u64>) -> io::Result<Bytes> {
        self.look(|| self.inner.get_range(path, range))
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        self.look(|| self.inner.size(path))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.look(|| self.inner.list(folder))
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        self.step(|| self.inner.delete(path))
    }
}
