//! The six laws of a pipeline, as functions of a history: what arrives, in cuts of epochs.
//!
//! A pipeline says how it runs and how its answer is computed the slow way; each of its views is one line of
//! [`Pipeline::VIEWS`], and from then on every law holds for it or names it.

pub mod history;

use std::collections::BTreeMap;
use std::fmt::Debug;

use operators::rows::Diff;

use history::History;

/// All rows that are published, each as often as it stands there.
pub type Answer<R> = BTreeMap<R, Diff>;

/// Some of the rows that a pipeline publishes.
#[derive(Clone, Copy, Debug)]
pub struct View<R> {
    /// Its name, for failures.
    pub name: &'static str,
    /// Which rows are its own.
    pub has: fn(&R) -> bool,
    /// Whether what was taken back leaves no trace in it.
    pub forgets: bool,
}

/// A history that takes back all of something, and one that never had it.
pub struct Undoing<G> {
    /// What is taken back.
    pub what: &'static str,
    /// With it, and then its negation.
    pub undone: History<G>,
    /// Without it.
    pub never: History<G>,
}

/// A pipeline under test.
pub trait Pipeline {
    /// What arrives.
    type Given: Clone + Debug;
    /// What is published.
    type Row: Ord + Clone + Debug + 'static;
    /// The views, one line each.
    const VIEWS: &'static [View<Self::Row>];

    /// Runs the dataflow on so many workers; returns what is published at the end of each epoch.
    fn run(history: &History<Self::Given>, workers: usize) -> Vec<Answer<Self::Row>>;
    /// What should be published at the end of a history, computed from all of it.
    fn answer(history: &History<Self::Given>) -> Answer<Self::Row>;
    /// What can be taken back, where something can.
    fn undoings(history: &History<Self::Given>) -> Vec<Undoing<Self::Given>>;
}

/// **Oracle**: at every epoch each view is what the recorded input up to then comes to.
pub fn oracle<P: Pipeline>(history: &History<P::Given>) {
    let found = P::run(history, 1);
    for (place, found) in found.iter().enumerate() {
        let expected = P::answer(&history.up_to(place + 1));
        agree::<P>(found, &expected, &format!("oracle at epoch {place}, seed {}", history.seed));
    }
}

/// **Steps**: one record per epoch and all of a cut in one epoch come to the same at the end of every cut.
pub fn steps<P: Pipeline>(history: &History<P::Given>) {
    let all = history.cuts.len();
    for (other, how) in [(history.one_by_one(), "one by one"), (history.replayed(all), "at once")] {
        same_cuts::<P>(&other, history, &format!("steps, {how}, seed {}", history.seed));
    }
}

/// **Order**: shuffling what arrives within each cut changes nothing at the end of any cut.
pub fn order<P: Pipeline>(history: &History<P::Given>) {
    same_cuts::<P>(&history.shuffled(), history, &format!("order, seed {}", history.seed));
}

/// **Workers**: 1, 2 and 4 workers publish the same at every epoch.
pub fn workers<P: Pipeline>(history: &History<P::Given>) {
    let alone = P::run(history, 1);
    for workers in [2, 4] {
        let together = P::run(history, workers);
        for (place, (together, alone)) in together.iter().zip(&alone).enumerate() {
            let law = format!("{workers} workers at epoch {place}, seed {}", history.seed);
            agree::<P>(together, alone, &law);
        }
    }
}

/// **Undo**: what is taken back altogether leaves what there would be without it.
pub fn undo<P: Pipeline>(history: &History<P::Given>) {
    for Undoing { what, undone, never } in P::undoings(history) {
        let last = |history| P::run(history, 1).pop().unwrap_or_default();
        let law = format!("undo of {what}, seed {}", history.seed);
        agree_on::<P>(&last(&undone), &last(&never), (&law, |view| view.forgets));
    }
}

/// **Resume**: stopping after any cut, replaying what raw recorded cut by cut, and going on changes nothing.
pub fn resume<P: Pipeline>(history: &History<P::Given>) {
    for cuts in 1..=history.cuts.len() {
        let law = format!("resume behind cut {cuts}, seed {}", history.seed);
        same_cuts::<P>(&history.replayed(cuts), history, &law);
    }
}

/// Compares two histories at the end of each of their cuts.
fn same_cuts<P: Pipeline>(other: &History<P::Given>, history: &History<P::Given>, law: &str) {
    let at_cuts = |history: &History<P::Given>| {
        let answers = P::run(history, 1);
        let ends = history.cuts.iter().scan(0, |steps, cut| {
            *steps += cut.steps.len();
            Some(*steps - 1)
        });
        ends.map(|end| answers[end].clone()).collect::<Vec<_>>()
    };
    for (cut, (found, expected)) in at_cuts(other).iter().zip(&at_cuts(history)).enumerate() {
        agree::<P>(found, expected, &format!("{law}, at the end of cut {}", cut + 1));
    }
}

fn agree<P: Pipeline>(found: &Answer<P::Row>, expected: &Answer<P::Row>, law: &str) {
    agree_on::<P>(found, expected, (law, |_| true));
}

/// Which views are compared.
type Choice<R> = fn(&View<R>) -> bool;

/// Fails with the first rows that only one side has, view by view.
fn agree_on<P: Pipeline>(
    found: &Answer<P::Row>,
    expected: &Answer<P::Row>,
    (law, counts): (&str, Choice<P::Row>),
) {
    for view in P::VIEWS.iter().filter(|view| counts(view)) {
        let only = |one: &Answer<P::Row>, other: &Answer<P::Row>| {
            let own = one.iter().filter(|(row, _)| (view.has)(row));
            let alone = own.filter(|(row, copies)| other.get(row) != Some(copies));
            alone.take(4).map(|(row, copies)| format!("{copies} x {row:?}")).collect::<Vec<_>>()
        };
        let (more, less) = (only(found, expected), only(expected, found));
        assert!(
            more.is_empty() && less.is_empty(),
            "law \"{law}\" does not hold for {}\n   only found {more:#?}\nonly expected {less:#?}",
            view.name,
        );
    }
}
