//! Runs a history through the dataflow as the runtime does, without its threads, clocks and files.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use datasets::reference::RefChange;
use datasets::units::EventTime;
use datasets::usage::UsageEvent;
use operators::accumulate::accumulate;
use operators::rows::Epoch;
use operators::tick::Tick;
use pipelines::charging::fold::{Suspended, Suspension, Usage};
use pipelines::charging::{Catalogue, Output};
use pipelines::mediation::{Lateness, Received};
use pipelines::names::Names;
use pipelines::runtime::dataflow::{self, Inputs, Shelf, Shelves};
use timely::Config;
use timely::worker::Worker;

use super::Row;
use super::alarm::Alarm;
use super::given::Given;
use crate::laws::Update;
use crate::pipeline::Answer;
use crate::pipeline::history::{Cut, History};

/// How far ahead of stream time a record may lie and still be folded.
pub const AHEAD: i64 = 600_000_000;

/// The instant behind which a cut folds for good, by the stream time at the end of the cut before: whole hours.
fn since(cut_now: i64, hot_window: i64) -> i64 {
    let since = cut_now.saturating_sub(hot_window);
    since.saturating_sub(since.rem_euclid(3_600_000_000))
}

/// What arrival decides by.
#[derive(Clone, Copy)]
struct Arrival {
    cut: u64,
    since: i64,
    cut_now: i64,
    wall: i64,
}

/// What is published at the end of each epoch.
///
/// # Panics
/// If a worker does.
pub fn run(history: &History<Given>, workers: usize) -> Vec<Answer<Row>> {
    let collected: Arc<Mutex<Vec<Update<Row>>>> = Arc::default();
    let (kept, fed) = (Arc::clone(&collected), history.clone());
    let failed = Arc::<AtomicBool>::default();
    let config = if workers == 1 { Config::thread() } else { Config::process(workers) };
    let guards = timely::execute(config, move |worker| {
        let _alarm = Alarm(Arc::clone(&failed));
        let updates = feed(worker, &fed, &failed);
        kept.lock().expect("no worker has panicked").extend(updates);
    });
    for outcome in guards.expect("the workers start").join() {
        outcome.unwrap_or_else(|problem| panic!("seed {}: {problem}", history.seed));
    }
    let updates = mem::take(&mut *collected.lock().expect("no worker has panicked"));
    let steps = history.cuts.iter().map(|cut| cut.steps.len()).sum::<usize>();
    let epochs = (0..steps).map(|step| Epoch::try_from(step).expect("few epochs") * 2 + 1);
    epochs.map(|epoch| accumulate(&updates, epoch)).collect()
}

/// One worker's part: its share of the records at each epoch, and what its shelves hold in the end.
fn feed(worker: &mut Worker, history: &History<Given>, failed: &AtomicBool) -> Vec<Update<Row>> {
    let catalogue = Catalogue::new(Names::default());
    let (mut inputs, shelves) = dataflow::build(worker, EventTime::MIN, catalogue);
    inputs.bases = None;
    let mut hand = Hand {
        inputs,
        updates: Vec::new(),
        epoch: 0,
        place: 0,
        of: (worker.index(), worker.peers()),
    };
    let mut cut_now = i64::MIN;
    for (number, cut) in (1..).zip(&history.cuts) {
        let since = since(cut_now, history.hot_window);
        let arrival = Arrival { cut: number, since, cut_now, wall: cut.wall };
        hand.cut(cut, arrival, |epoch| match worker.peers() {
            1 => worker.step_while(|| shelves.probe.less_than(&epoch)),
            // Several run ahead of each other, as they do in life.
            _ => drop(worker.step()),
        });
        cut_now = cut.now();
    }
    let goes_on = || shelves.probe.less_than(&hand.epoch) && !failed.load(Ordering::Relaxed);
    worker.step_while(goes_on);
    hand.updates.extend(rows_of(&shelves));
    hand.updates
}

/// Hands a worker's share in.
struct Hand {
    inputs: Inputs,
    /// What arrival has set aside.
    updates: Vec<Update<Row>>,
    epoch: Epoch,
    /// How many records all workers have handed in.
    place: usize,
    of: (usize, usize),
}

impl Hand {
    fn cut(&mut self, cut: &Cut<Given>, arrival: Arrival, mut work: impl FnMut(Epoch)) {
        for (number, step) in (1..).zip(&cut.steps) {
            for given in &step.given {
                let (index, peers) = self.of;
                if self.place % peers == index {
                    self.give(given, arrival);
                }
                self.place += 1;
            }
            let ends_cut = number == cut.steps.len();
            self.inputs.ticks.send(Tick {
                epoch: self.epoch,
                now: step.now,
                since: arrival.since,
                ends_cut,
            });
            self.epoch += 2;
            self.inputs.usage.advance_to(self.epoch);
            self.inputs.topups.advance_to(self.epoch);
            self.inputs.changes.advance_to(self.epoch);
            self.inputs.texts.advance_to(self.epoch);
            self.inputs.ticks.advance_to(self.epoch);
            work(self.epoch);
        }
    }

    fn give(&mut self, given: &Given, arrival: Arrival) {
        let epoch = self.epoch;
        match given {
            Given::Usage(usage) => {
                let lateness = Lateness::of(usage.started_at, arrival.since, arrival.wall);
                match lateness.suspension() {
                    None => self.inputs.usage.send((*usage, epoch, 1)),
                    Some(reason) => self.updates.extend(aside(usage, reason, epoch)),
                }
            }
            Given::TopUp(topup) => {
                let received = Received::of(*topup, arrival.since, arrival.cut_now);
                self.inputs.topups.send((received, epoch, 1));
            }
            Given::Change(change) => {
                let change = RefChange { arrived_in: arrival.cut, ..change.clone() };
                self.inputs.changes.send((change, epoch, 1));
            }
        }
    }
}

/// What stands for usage that is not folded.
fn aside(usage: &UsageEvent, reason: Suspension, epoch: Epoch) -> [Update<Row>; 2] {
    let suspended = Suspended { usage: Usage::from(usage), reason };
    let row = Row::Output(Output::Suspended(suspended));
    [(row, epoch, 1), (Row::State("suspended", reason.as_str()), epoch, 1)]
}

/// The rows on a worker's shelves, and the states of usage that they tell of.
fn rows_of(shelves: &Shelves) -> Vec<Update<Row>> {
    let mut rows = Vec::new();
    for (output, epoch, diff) in all(&shelves.outputs) {
        rows.push((Row::Output(output), epoch, diff));
        match output {
            Output::Charge(_) => rows.push((Row::State("rated", ""), epoch, diff)),
            Output::Suspended(suspended) => {
                let reason = suspended.reason.as_str();
                rows.push((Row::State("suspended", reason), epoch, diff));
            }
            _ => {}
        }
    }
    for (usage, epoch, _) in all(&shelves.outside) {
        rows.extend(aside(&usage, Suspension::BehindHotWindow, epoch));
    }
    for (duplicate, epoch, diff) in all(&shelves.duplicates) {
        rows.push((Row::Duplicate(duplicate), epoch, diff));
        rows.push((Row::State("duplicate", ""), epoch, diff));
    }
    let again = all(&shelves.topup_duplicates).into_iter();
    rows.extend(again.map(|(topup, epoch, diff)| (Row::TopUpDuplicate(topup), epoch, diff)));
    let superseded = all(&shelves.superseded).into_iter();
    let superseded = superseded.map(|(_, epoch, diff)| (Row::State("superseded", ""), epoch, diff));
    rows.extend(superseded);
    let cancelled = all(&shelves.cancelled).into_iter();
    rows.extend(cancelled.map(|((), epoch, diff)| (Row::State("superseded", ""), epoch, diff)));
    rows
}

fn all<D: Clone>(shelf: &Shelf<D>) -> Vec<Update<D>> {
    shelf.borrow().values().flatten().flatten().cloned().collect()
}
