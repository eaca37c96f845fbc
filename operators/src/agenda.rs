//! What waits for its epoch to be complete, with the right to answer at that epoch.

use std::array;
use std::collections::BTreeMap;
use std::mem;

use differential_dataflow::AsCollection;
use timely::dataflow::StreamVec;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::Operator;
use timely::dataflow::operators::{Capability, InputCapability};

use crate::rows::{Diff, Epoch, Rows};
use crate::tick::Tick;

/// An item that belongs to an epoch of its own, at or after that of the message that brings it.
pub(crate) trait Dated: 'static {
    /// The epoch.
    fn epoch(&self) -> Epoch;
}

impl<D: 'static> Dated for (D, Epoch, Diff) {
    fn epoch(&self) -> Epoch {
        self.1
    }
}

impl Dated for Tick {
    fn epoch(&self) -> Epoch {
        self.epoch
    }
}

/// All that two inputs bring for one epoch, and the right to send on `N` outputs at it.
pub(crate) struct Page<A, B, const N: usize> {
    /// One capability per output.
    pub(crate) capabilities: [Capability<Epoch>; N],
    /// What the first input brings, as it came.
    pub(crate) left: Vec<Vec<A>>,
    /// What the second input brings, as it came.
    pub(crate) right: Vec<Vec<B>>,
}

/// The pages of the epochs that are not complete yet.
pub(crate) struct Agenda<A, B, const N: usize> {
    pages: BTreeMap<Epoch, Page<A, B, N>>,
}

impl<A: Dated, B: Dated, const N: usize> Agenda<A, B, N> {
    /// An agenda without pages.
    pub(crate) const fn new() -> Self {
        Self { pages: BTreeMap::new() }
    }

    /// Notes a message of the first input.
    pub(crate) fn note_left(&mut self, capability: &InputCapability<Epoch>, items: &mut Vec<A>) {
        for (epoch, run) in runs(mem::take(items)) {
            self.page(capability, epoch).left.push(run);
        }
    }

    /// Notes a message of the second input.
    pub(crate) fn note_right(&mut self, capability: &InputCapability<Epoch>, items: &mut Vec<B>) {
        for (epoch, run) in runs(mem::take(items)) {
            self.page(capability, epoch).right.push(run);
        }
    }

    /// Takes out the earliest page, once its epoch is complete.
    pub(crate) fn next(
        &mut self,
        complete: impl Fn(&Epoch) -> bool,
    ) -> Option<(Epoch, Page<A, B, N>)> {
        let earliest = self.pages.first_entry()?;
        complete(earliest.key()).then(|| earliest.remove_entry())
    }

    fn page(&mut self, capability: &InputCapability<Epoch>, epoch: Epoch) -> &mut Page<A, B, N> {
        self.pages.entry(epoch).or_insert_with(|| Page {
            capabilities: array::from_fn(|output| capability.delayed(&epoch, output)),
            left: Vec::new(),
            right: Vec::new(),
        })
    }
}

/// Cuts a message where its epoch changes; nearly always it is one run.
fn runs<A: Dated>(items: Vec<A>) -> Vec<(Epoch, Vec<A>)> {
    let Some(first) = items.first().map(Dated::epoch) else { return Vec::new() };
    if items.iter().all(|item| item.epoch() == first) {
        return vec![(first, items)];
    }
    let mut runs: Vec<(Epoch, Vec<A>)> = Vec::new();
    for item in items {
        match runs.last_mut() {
            Some((epoch, run)) if *epoch == item.epoch() => run.push(item),
            _ => runs.push((item.epoch(), vec![item])),
        }
    }
    runs
}

/// Answers two local inputs once per epoch, in order, when both are complete for it.
pub(crate) fn epoch_by_epoch<'scope, A: Dated, B: Dated, O: Clone + 'static>(
    left: StreamVec<'scope, Epoch, A>,
    right: StreamVec<'scope, Epoch, B>,
    name: &str,
    mut turn: impl FnMut(Vec<Vec<A>>, Vec<Vec<B>>) -> Vec<(O, Diff)> + 'static,
) -> Rows<'scope, O> {
    let answers = left.binary_frontier(right, Pipeline, Pipeline, name, |_capability, _info| {
        let mut agenda = Agenda::<A, B, 1>::new();
        move |(left, left_frontier), (right, right_frontier), output| {
            left.for_each(|capability, items| agenda.note_left(&capability, items));
            right.for_each(|capability, items| agenda.note_right(&capability, items));
            let complete = |epoch: &Epoch| {
                !left_frontier.less_equal(epoch) && !right_frontier.less_equal(epoch)
            };
            while let Some((epoch, page)) = agenda.next(complete) {
                let [capability] = page.capabilities;
                let answers = turn(page.left, page.right).into_iter();
                output
                    .session(&capability)
                    .give_iterator(answers.map(|(answer, diff)| (answer, epoch, diff)));
            }
        }
    });
    answers.as_collection()
}
