//! Folds each key's events and timers in the order of their own time, and emits only what changed.
//!
//! **Law:** at every epoch the accumulated output equals folding each key's sorted set of events from scratch, with
//! timers run up to `now`; the order of arrival, the batching and the number of workers do not matter.
//!
//! ```text
//! events ──exchange(home)──▶ ┌──────────┐ ──▶ outputs
//! bases ───exchange(key)───▶ │ timeline │ ──▶ changes of the bases
//! changes ──(broadcast)────▶ │          │
//! ticks ────(broadcast)────▶ └──────────┘ ──▶ moved ──exchange(key)──▶ back in, one epoch later
//! ```
//!
//! **Retirement:** events behind `since` are folded for good into their key's base, and cannot be taken out any more.
//! **Law:** a timeline that is given the bases, and then the events from `since` on, is one that was given all events.
//!
//! An event is routed by its key, and its key by the context (reference data that every worker holds). It first goes to
//! its *home* worker; where that does not own the key, or where a changed context gives the event another key, the event
//! moves to its owner in the next epoch. Whoever mints epochs leaves one epoch free after each that carries input.

pub mod packing;

mod contract;

mod config;

mod setting;

mod desk;

mod chunk;

mod track;

mod slots;

mod epoch;

mod store;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::StreamVec;
use timely::dataflow::channels::pact::{Exchange, Pipeline};
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::dataflow::operators::generic::{InputHandleCore, OutputBuilder};
use timely::dataflow::operators::{Capability, ConnectLoop, Feedback};
use timely::progress::frontier::MutableAntichain;

pub use config::{Config, Held};
pub use contract::{Emit, Fold, Input, Position, Touched};
pub use epoch::{EpochInput, EpochOutput};
pub use store::Store;

use crate::rows::{Diff, Epoch};
use crate::tick::Tick;

/// The streams that a timeline reads.
pub struct Inputs<'scope, F: Fold> {
    /// Events; a retraction needs to be right in position and in what decides home and key.
    pub events: StreamVec<'scope, Epoch, (F::Event, Epoch, Diff)>,
    /// The bases to start from, at the first epoch.
    pub bases: StreamVec<'scope, Epoch, BaseOf<F>>,
    /// Changes of the context, the same on every worker.
    pub changes: StreamVec<'scope, Epoch, (F::Change, Epoch, Diff)>,
    /// One tick per epoch, the same on every worker.
    pub ticks: StreamVec<'scope, Epoch, Tick>,
}

/// What a timeline maintains.
pub struct Timeline<'scope, F: Fold> {
    /// The rows that steps emit.
    pub outputs: StreamVec<'scope, Epoch, (F::Output, Epoch, Diff)>,
    /// The base of each key, where it is not the default: the fold of the events behind `since`.
    pub bases: StreamVec<'scope, Epoch, BaseChange<F>>,
    /// What this worker holds, and the last epoch that it has taken in.
    pub held: Rc<Cell<(Epoch, Held)>>,
}

/// A key and its base: what the events of the key that are folded for good came to.
pub type BaseOf<F> = (<F as Fold>::Key, <F as Fold>::State);

/// A change of a key's base.
pub type BaseChange<F> = (BaseOf<F>, Epoch, Diff);

/// What waits until its epoch is complete.
struct Waiting<F: Fold> {
    outputs: Capability<Epoch>,
    bases: Capability<Epoch>,
    moved: Capability<Epoch>,
    input: EpochInput<F>,
}

type Moving<E> = (u64, E, Diff);

/// Maintains the fold of every key; see the module for its law.
pub fn timeline<'scope, F: Fold>(
    inputs: Inputs<'scope, F>,
    config: Config,
    context: F::Context,
) -> Timeline<'scope, F> {
    let scope = inputs.events.scope();
    let (loop_handle, arrivals) = scope.feedback::<Vec<Moving<F::Event>>>(1);
    let mut builder = OperatorBuilder::new("Timeline".to_owned(), scope);
    let home = Exchange::new(|(event, _, _): &(F::Event, Epoch, Diff)| F::home(event));
    let mut events = builder.new_input(inputs.events, home);
    let mut arrivals = builder.new_input(arrivals, Exchange::new(|(spread, _, _)| *spread));
    let by_key = Exchange::new(|(key, _): &BaseOf<F>| F::spread(key));
    let mut given = builder.new_input(inputs.bases, by_key);
    let mut changes = builder.new_input(inputs.changes, Pipeline);
    let mut ticks = builder.new_input(inputs.ticks, Pipeline);
    let (outputs, output_rows) = builder.new_output();
    let (moved, moved_events) = builder.new_output();
    let (bases, base_changes) = builder.new_output();
    let mut outputs = OutputBuilder::<_, CapacityContainerBuilder<_>>::from(outputs);
    let mut moved = OutputBuilder::<_, CapacityContainerBuilder<_>>::from(moved);
    let mut bases = OutputBuilder::<_, CapacityContainerBuilder<_>>::from(bases);
    let mut store = Store::<F>::new(config, context);
    let held: Rc<Cell<(Epoch, Held)>> = Rc::default();
    let noted = Rc::clone(&held);
    builder.build(move |_capabilities| {
        let mut waiting: BTreeMap<Epoch, Waiting<F>> = BTreeMap::new();
        move |frontiers| {
            receive(&mut events, &mut waiting, |input, batch| {
                input.events.extend(batch.drain(..).map(|(event, _, diff)| (event, diff)));
            });
            receive(&mut arrivals, &mut waiting, |input, batch| {
                input.events.extend(batch.drain(..).map(|(_, event, diff)| (event, diff)));
            });
            receive(&mut given, &mut waiting, |input, batch| input.bases.append(batch));
            receive(&mut changes, &mut waiting, |input, batch| {
                input.changes.extend(batch.drain(..).map(|(change, _, diff)| (change, diff)));
            });
            receive(&mut ticks, &mut waiting, |input, batch| {
                input.tick = batch.drain(..).next_back().or(input.tick.take());
            });
            let mut outputs = outputs.activate();
            let mut moved = moved.activate();
            let mut bases = bases.activate();
            while let Some(ready) = take_complete(&mut waiting, frontiers) {
                let epoch = *ready.outputs.time();
                let mut rows = outputs.session(&ready.outputs);
                let done = store.apply_each(ready.input, &mut |row, diff| {
                    rows.give((row, epoch, diff));
                });
                drop(rows);
                moved.session(&ready.moved).give_iterator(done.moved.into_iter());
                let changes = done.bases.into_iter().map(|(base, diff)| (base, epoch, diff));
                bases.session(&ready.bases).give_iterator(changes);
                noted.set((epoch, store.held()));
            }
        }
    });
    moved_events.connect_loop(loop_handle);
    Timeline { outputs: output_rows, bases: base_changes, held }
}

/// Puts what has arrived at an input beside the rest of its epoch.
fn receive<F: Fold, D: 'static, P>(
    handle: &mut InputHandleCore<Epoch, Vec<D>, P>,
    waiting: &mut BTreeMap<Epoch, Waiting<F>>,
    mut keep: impl FnMut(&mut EpochInput<F>, &mut Vec<D>),
) where
    P: timely::communication::Pull<timely::dataflow::channels::Message<Epoch, Vec<D>>>,
{
    handle.for_each(|capability, batch| {
        let epoch = *capability.least().expect("every batch is sent at an epoch");
        let entry = waiting.entry(epoch).or_insert_with(|| Waiting {
            outputs: capability.delayed(&epoch, 0),
            moved: capability.delayed(&epoch, 1),
            bases: capability.delayed(&epoch, 2),
            input: EpochInput::default(),
        });
        keep(&mut entry.input, batch);
    });
}

/// The first epoch in wait, if nothing more can arrive for it.
fn take_complete<F: Fold>(
    waiting: &mut BTreeMap<Epoch, Waiting<F>>,
    frontiers: &[MutableAntichain<Epoch>],
) -> Option<Waiting<F>> {
    let first = waiting.first_entry()?;
    let open = frontiers.iter().any(|frontier| frontier.less_equal(first.key()));
    (!open).then(|| first.remove())
}
