//! The laws that every operator and every view obeys, as functions of a history and a dataflow.
//!
//! A dataflow under test has one input collection; an enum tells its inputs apart.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::mem;
use std::sync::{Arc, Mutex};

use differential_dataflow::consolidation::consolidate_updates;
use differential_dataflow::input::Input;
use operators::accumulate::accumulate;
use operators::rows::{Diff, Epoch, Row, Rows};
use timely::Config;

/// A change of a collection.
pub type Update<D> = (D, Epoch, Diff);

/// A dataflow from one collection to one collection.
pub type Build<I, O> = for<'scope> fn(Rows<'scope, I>) -> Rows<'scope, O>;

/// A history of input, and the dataflow that it is fed to.
#[derive(Clone)]
pub struct Law<I: 'static, O: 'static> {
    /// What the history was generated from; named in every failure.
    pub seed: u64,
    /// The changes of the input.
    pub history: Vec<Update<I>>,
    /// The dataflow.
    pub build: Build<I, O>,
}

impl<I: Row + Sync, O: Row> Law<I, O> {
    /// **Oracle**: at every epoch the view is what `answer` computes from the history up to then.
    pub fn oracle(&self, answer: impl Fn(&[Update<I>]) -> BTreeMap<O, Diff>) {
        let view = maintain(&self.history, 1, self.build);
        for epoch in 0..=last_epoch(&self.history) {
            let past = self.history.iter().filter(|update| update.1 <= epoch);
            let expected = answer(&past.cloned().collect::<Vec<_>>());
            self.agree(&accumulate(&view, epoch), &expected, &format!("oracle at epoch {epoch}"));
        }
    }

    /// **Steps**: one change per epoch and all in one epoch give the same final view.
    pub fn steps(&self) {
        let change = self.history.iter().cloned();
        let spread = (0..).zip(change.clone()).map(|(epoch, (row, _, diff))| (row, epoch, diff));
        let at_once = change.map(|(row, _epoch, diff)| (row, 0, diff));
        self.same_view(spread.collect(), "steps, one change per epoch");
        self.same_view(at_once.collect(), "steps, all in one epoch");
    }

    /// **Order**: shuffling the changes inside each epoch changes nothing, at no epoch.
    pub fn order(&self) {
        let mut shuffled = self.history.clone();
        fastrand::Rng::with_seed(self.seed).shuffle(&mut shuffled);
        let shuffled = maintain(&shuffled, 1, self.build);
        self.agree(&shuffled, &maintain(&self.history, 1, self.build), "order");
    }

    /// **Workers**: 1, 2 and 4 workers give the same updates.
    pub fn workers(&self) {
        let alone = maintain(&self.history, 1, self.build);
        for workers in [2, 4] {
            let together = maintain(&self.history, workers, self.build);
            self.agree(&together, &alone, &format!("{workers} workers"));
        }
    }

    /// **Undo**: every change and then its negation leave the empty view.
    pub fn undo(&self) {
        let after = last_epoch(&self.history) + 1;
        let undone = self.history.iter().map(|(row, _epoch, diff)| (row.clone(), after, -diff));
        let both: Vec<_> = self.history.iter().cloned().chain(undone).collect();
        let left = accumulate(&maintain(&both, 1, self.build), Epoch::MAX);
        self.agree(&left, &BTreeMap::new(), "undo");
    }

    /// Another history that tells the same gives the same final view.
    pub fn same_view(&self, other: Vec<Update<I>>, law: &str) {
        let view = accumulate(&maintain(&self.history, 1, self.build), Epoch::MAX);
        let other = accumulate(&maintain(&other, 1, self.build), Epoch::MAX);
        self.agree(&other, &view, law);
    }

    fn agree<T: PartialEq + Debug>(&self, found: &T, expected: &T, law: &str) {
        assert!(
            found == expected,
            "law \"{law}\" does not hold, seed {}\n   found {found:?}\nexpected {expected:?}\n history {:?}",
            self.seed,
            self.history,
        );
    }
}

/// The last epoch of a history.
fn last_epoch<I>(history: &[Update<I>]) -> Epoch {
    history.iter().map(|update| update.1).max().unwrap_or_default()
}

/// Feeds a history to a dataflow, epoch by epoch, dealt out to the workers; returns its
/// consolidated updates.
pub fn maintain<I: Row + Sync, O: Row>(
    history: &[Update<I>],
    workers: usize,
    build: Build<I, O>,
) -> Vec<Update<O>> {
    let history = history.to_vec();
    let updates = Arc::new(Mutex::new(Vec::new()));
    let collected = Arc::clone(&updates);
    let config = if workers == 1 { Config::thread() } else { Config::process(workers) };
    let guards = timely::execute(config, move |worker| {
        let collected = Arc::clone(&collected);
        let (mut input, probe) = worker.dataflow(|scope| {
            let (input, rows) = scope.new_collection();
            let collect = move |update: &Update<O>| {
                collected.lock().expect("no worker has panicked").push(update.clone());
            };
            (input, build(rows).inspect(collect).probe().0)
        });
        let (index, peers) = (worker.index(), worker.peers());
        for epoch in 0..=last_epoch(&history) {
            input.advance_to(epoch);
            let changes = history.iter().enumerate().filter(|(place, _)| place % peers == index);
            for (_place, (row, _epoch, diff)) in changes.filter(|(_, update)| update.1 == epoch) {
                input.update(row.clone(), *diff);
            }
            input.advance_to(epoch + 1);
            input.flush();
            match peers {
                1 => worker.step_while(|| probe.less_than(input.time())),
                // Several run ahead of each other, as they do in life.
                _ => drop(worker.step()),
            }
        }
    });
    drop(guards.expect("the workers start"));
    let mut updates = mem::take(&mut *updates.lock().expect("no worker has panicked"));
    consolidate_updates(&mut updates);
    updates
}
