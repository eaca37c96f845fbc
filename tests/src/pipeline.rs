//! The six laws of a pipeline, as functions of a history: what arrives, in cuts of epochs.
//!
//! A pipeline says how it runs and how its answer is computed the slow way; each of its views is one line of
//! [`Pipeline::VIEWS`], and from then on every law holds for it or names it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use operators::rows::Diff;

/// All rows that are published, each as often as it stands there.
pub type Answer<R> = BTreeMap<R, Diff>;

/// What arrives at one epoch.
#[derive(Clone, Debug)]
pub struct Step<G> {
    /// Stream time at its end.
    pub now: i64,
    /// The records.
    pub given: Vec<G>,
}

/// The epochs of one cut; there is at least one.
#[derive(Clone, Debug)]
pub struct Cut<G> {
    /// In their order.
    pub steps: Vec<Step<G>>,
}

impl<G> Cut<G> {
    /// Stream time at the end of the cut.
    ///
    /// # Panics
    /// If the cut has no epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.steps.last().expect("a cut has an epoch").now
    }
}

/// A recorded input.
#[derive(Clone, Debug)]
pub struct History<G> {
    /// What it was made from; named in every failure.
    pub seed: u64,
    /// For how long events are held one by one, in microseconds.
    pub hot_window: i64,
    /// The cuts, in their order.
    pub cuts: Vec<Cut<G>>,
}

impl<G: Clone> History<G> {
    /// Everything that arrives, in its order.
    pub fn given(&self) -> impl Iterator<Item = &G> {
        self.cuts.iter().flat_map(|cut| &cut.steps).flat_map(|step| &step.given)
    }

    /// The same with one more cut, at the stream time of the last one.
    #[must_use]
    pub fn and_then(&self, given: Vec<G>) -> Self {
        let now = self.cuts.last().map_or(0, Cut::now);
        let mut longer = self.clone();
        longer.cuts.push(Cut { steps: vec![Step { now, given }] });
        longer
    }

    /// The same without some of what arrives.
    #[must_use]
    pub fn without(&self, is_left_out: impl Fn(&G) -> bool) -> Self {
        let mut fewer = self.clone();
        for step in fewer.cuts.iter_mut().flat_map(|cut| &mut cut.steps) {
            step.given.retain(|given| !is_left_out(given));
        }
        fewer
    }

    /// The history up to a number of epochs: the last cut may be open.
    fn up_to(&self, steps: usize) -> Self {
        let (mut left, mut past) = (steps, Self { cuts: Vec::new(), ..self.clone() });
        for cut in &self.cuts {
            let taken = cut.steps.len().min(left);
            left -= taken;
            if taken > 0 {
                past.cuts.push(Cut { steps: cut.steps[..taken].to_vec() });
            }
        }
        past
    }

    /// Each of the first cuts as one epoch, as a recovery replays it.
    fn replayed(&self, cuts: usize) -> Self {
        let mut replayed = self.clone();
        for cut in &mut replayed.cuts[..cuts] {
            let given = cut.steps.iter().flat_map(|step| step.given.clone()).collect();
            cut.steps = vec![Step { now: cut.now(), given }];
        }
        replayed
    }

    /// Each record in an epoch of its own.
    fn one_by_one(&self) -> Self {
        let mut slow = self.clone();
        for cut in &mut slow.cuts {
            let end = Step { now: cut.now(), given: Vec::new() };
            let alone = |step: &Step<G>| {
                let now = step.now;
                step.given.clone().into_iter().map(move |given| Step { now, given: vec![given] })
            };
            cut.steps = cut.steps.iter().flat_map(alone).chain([end]).collect();
        }
        slow
    }

    /// The records of each cut in another order, spread over its epochs as before.
    fn shuffled(&self) -> Self {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        let mut shuffled = self.clone();
        for cut in &mut shuffled.cuts {
            let mut given: Vec<G> = cut.steps.iter().flat_map(|step| step.given.clone()).collect();
            rng.shuffle(&mut given);
            for step in &mut cut.steps {
                let count = step.given.len();
                step.given = given.drain(..count).collect();
            }
        }
        shuffled
    }
}

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

/// Fails with the first rows that only one side has, view by view.
fn agree_on<P: Pipeline>(
    found: &Answer<P::Row>,
    expected: &Answer<P::Row>,
    (law, counts): (&str, fn(&View<P::Row>) -> bool),
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
