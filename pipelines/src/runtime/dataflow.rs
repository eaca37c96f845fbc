//! The graph of one worker: inputs, mediation, charging, and the shelves on which rows wait for their cut.

mod credits;

mod holding;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use datasets::reference::RefChange;
use datasets::units::EventTime;
use datasets::usage::UsageEvent;
use differential_dataflow::AsCollection;
use operators::dedup::verdicts::{Change, Duplicate, Remembered};
use operators::dedup::{Dedup, dedup};
use operators::rows::{Diff, Epoch};
use operators::tick::Tick;
use operators::timeline::{self, Held, timeline};
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::vec::{Broadcast, Map};
use timely::dataflow::operators::{Concat, Input, Probe};
use timely::dataflow::{InputHandle, ProbeHandle, Scope, StreamVec};
use timely::worker::Worker;

use crate::charging::fold::{AccountState, ChargingKey};
use crate::charging::{Catalogue, Charging, ChargingEvent, Output};
use crate::mediation::{self, Received};
use crate::names::Names;
use credits::credits;

/// Changes of one kind of row, by epoch, as the dataflow delivered them.
pub type Shelf<D> = Rc<RefCell<BTreeMap<Epoch, Vec<Vec<(D, Epoch, Diff)>>>>>;

/// An input of updates.
type Feed<D> = InputHandle<Epoch, CapacityContainerBuilder<Vec<(D, Epoch, Diff)>>>;

/// The base of a key.
pub type AccountBase = (ChargingKey, AccountState);

/// The inputs of a worker.
pub struct Inputs {
    /// Usage to be mediated.
    pub usage: Feed<UsageEvent>,
    /// Top-ups, which come twice as usage does.
    pub topups: Feed<Received>,
    /// What accounts start from; closed when recovery has read it.
    pub bases: Option<InputHandle<Epoch, CapacityContainerBuilder<Vec<AccountBase>>>>,
    /// Changes to reference data, of this worker's share of the topics.
    pub changes: Feed<RefChange>,
    /// Texts behind ids that the other processes of a cluster may have to write.
    pub texts: InputHandle<Epoch, CapacityContainerBuilder<Vec<(u64, String)>>>,
    /// One tick per epoch, handed in by every worker for itself.
    pub ticks: InputHandle<Epoch, CapacityContainerBuilder<Vec<Tick>>>,
}

/// Where a worker finds what its dataflow produced.
pub struct Shelves {
    /// Rows of charging.
    pub outputs: Shelf<Output>,
    /// Duplicates among usage.
    pub duplicates: Shelf<Duplicate>,
    /// Duplicates among top-ups.
    pub topup_duplicates: Shelf<Duplicate>,
    /// Superseded records, by packed provenance.
    pub superseded: Shelf<u64>,
    /// Usage that would correct what is folded for good.
    pub outside: Shelf<UsageEvent>,
    /// Changes of what is folded for good.
    pub bases: Shelf<AccountBase>,
    /// What the worker holds in memory, as of an epoch.
    pub held: Rc<Cell<(Epoch, Held)>>,
    /// What finding duplicates of usage and of top-ups takes.
    pub remembered: [Rc<Cell<Remembered>>; 2],
    /// Cancelled winners, `+1` and `-1`.
    pub cancelled: Shelf<()>,
    /// Passes an epoch when all of its rows are on the shelves.
    pub probe: ProbeHandle<Epoch>,
}

/// How far ahead of stream time a record may lie and still be folded, in microseconds: ten minutes.
const AHEAD: i64 = 600_000_000;

/// Builds the dataflow of a worker; what lies behind `loaded` is in the bases that it is given.
pub fn build(worker: &mut Worker, loaded: EventTime, catalogue: Catalogue) -> (Inputs, Shelves) {
    let number = |count: usize| u64::try_from(count).expect("a machine has fewer workers");
    let (worker_number, peers) = (number(worker.index()), number(worker.peers()));
    let config = timeline::Config { worker: worker_number, peers, ahead: AHEAD, loaded: loaded.0 };
    worker.dataflow_named("Weir", |scope| connect(scope, config, catalogue))
}

/// The story: usage is mediated, and what counts is charged together with top-ups.
fn connect(
    scope: Scope<'_, Epoch>,
    config: timeline::Config,
    catalogue: Catalogue,
) -> (Inputs, Shelves) {
    let (usage, usage_rows) = scope.new_input();
    let (topups, topup_rows) = scope.new_input();
    let (bases, base_rows) = scope.new_input();
    let (changes, change_rows) = scope.new_input();
    let (texts, text_rows) = scope.new_input();
    let (ticks, tick_rows): (_, StreamVec<'_, Epoch, Tick>) = scope.new_input();
    let probe = ProbeHandle::new();
    learn(text_rows, catalogue.names().clone(), &probe);

    let judged: Dedup<'_, UsageEvent> = dedup(
        usage_rows.as_collection(),
        tick_rows.clone(),
        |tick| mediation::usage_remembered_from(tick.since),
        mediation::facts,
    );
    let credited: Dedup<'_, Received> = dedup(
        topup_rows.as_collection(),
        tick_rows.clone(),
        |tick| mediation::topups_remembered_from(tick.now),
        mediation::topup_facts,
    );
    let credits = credits(credited.winners.inner, tick_rows.clone());
    let winners = judged.winners.inner;
    let cancelled = winners.clone().flat_map(count_cancelled);
    let charged = timeline::<Charging>(
        timeline::Inputs {
            events: winners.flat_map(to_charge).concat(credits),
            bases: base_rows,
            changes: StreamVec::broadcast(change_rows),
            ticks: tick_rows,
        },
        config,
        catalogue,
    );
    let shelves = Shelves {
        outputs: shelve(charged.outputs, "Outputs", &probe),
        bases: shelve(charged.bases, "Bases", &probe),
        outside: shelve(judged.outside.inner, "Outside", &probe),
        held: charged.held,
        remembered: [judged.remembered, credited.remembered],
        duplicates: shelve(judged.duplicates.inner, "Duplicates", &probe),
        topup_duplicates: shelve(credited.duplicates.inner, "TopUpDuplicates", &probe),
        superseded: shelve(judged.superseded.inner, "Superseded", &probe),
        cancelled: shelve(cancelled, "Cancelled", &probe),
        probe,
    };
    (Inputs { usage, topups, bases: Some(bases), changes, texts, ticks }, shelves)
}

type Update<D> = (D, Epoch, Diff);

fn to_charge((change, epoch, diff): Update<Change<UsageEvent>>) -> Option<Update<ChargingEvent>> {
    mediation::to_charge(&change).map(|(event, sign)| (event, epoch, sign * diff))
}

fn count_cancelled((change, epoch, _): Update<Change<UsageEvent>>) -> Option<Update<()>> {
    match mediation::cancelled(&change) {
        0 => None,
        count => Some(((), epoch, isize::try_from(count).expect("one record counts once"))),
    }
}

/// Registers the texts that any worker sends with every process, before the epoch that may need them is done.
fn learn(texts: StreamVec<'_, Epoch, (u64, String)>, names: Names, probe: &ProbeHandle<Epoch>) {
    let learned = StreamVec::broadcast(texts).flat_map(move |(id, text)| {
        names.register(id, &text);
        None::<()>
    });
    learned.probe_with(probe);
}

/// Puts updates on a shelf, by epoch and without touching them.
fn shelve<'scope, D: Clone + 'static>(
    rows: StreamVec<'scope, Epoch, (D, Epoch, Diff)>,
    name: &str,
    probe: &ProbeHandle<Epoch>,
) -> Shelf<D> {
    let shelf: Shelf<D> = Rc::default();
    let filled = Rc::clone(&shelf);
    type Nothing = CapacityContainerBuilder<Vec<()>>;
    let done = rows.unary::<Nothing, _, _, _>(Pipeline, name, move |_, _| {
        move |input, _output| {
            input.for_each(|capability, batch| {
                let epoch = *capability.least().expect("rows are sent at an epoch");
                filled.borrow_mut().entry(epoch).or_default().push(std::mem::take(batch));
            });
        }
    });
    done.probe_with(probe);
    shelf
}

/// Takes everything up to an epoch off a shelf.
pub fn take_up_to<D>(shelf: &Shelf<D>, epoch: Epoch) -> Vec<Vec<(D, Epoch, Diff)>> {
    let mut shelf = shelf.borrow_mut();
    let later = shelf.split_off(&(epoch + 1));
    std::mem::replace(&mut *shelf, later).into_values().flatten().collect()
}
