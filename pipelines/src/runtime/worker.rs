//! One worker's life: recover, then at each tick hand in what has arrived, and give each finished cut to be written.
//!
//! **Invariant:** a record is written to raw in the cut in which it is handed to the dataflow, and the cut's positions
//! are those behind the last record of that cut. **Invariant:** what a cut publishes is what the dataflow held when the
//! probe passed the cut's last epoch, no row more, no row less.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use arrow::array::{AsArray, RecordBatch};
use connectors::lake::{FileWriter, SourcePosition};
use connectors::source::running::RunningSource;
use connectors::source::{Batch, Position, Role};
use datasets::care::TopUp;
use datasets::reference::RefChange;
use datasets::units::EventTime;
use datasets::usage::UsageEvent;
use operators::rows::Epoch;
use operators::tick::Tick;
use timely::worker::Worker;

use super::clock::Clock;
use super::control::Control;
use super::credit_watch::CreditWatch;
use super::dataflow::{self, Inputs, Shelves, take_up_to};
use super::opening::{open_sources, roles};
use super::orders::{CutShare, Order, Report, Start, Took, progress_of_usage};
use super::publisher::{CutJob, Job, Publisher};
use super::restart::Restart;
use super::{First, Head, RuntimeError, Shared};
use crate::charging::Catalogue;
use crate::charging::fold::{Suspended, Suspension, Usage};
use crate::mediation::{Lateness, Received};
use crate::publish::Encoder;

/// The most records that an epoch takes in, over all workers.
const EPOCH_RECORDS: usize = 256 * 1_024;
/// How long a worker parks when there is nothing to do.
pub(super) const PARK: Duration = Duration::from_millis(2);

/// A worker that has recovered and reads its sources.
pub(super) struct Life<'a> {
    shared: &'a Shared,
    control: Control,
    inputs: Inputs,
    shelves: Shelves,
    publisher: Publisher,
    sources: Vec<(u8, RunningSource)>,
    roles: BTreeMap<u8, Role>,
    batches: Receiver<Batch>,
    /// The open cut's share so far, and usage that arrival has set aside.
    share: CutShare,
    aside: Vec<Suspended>,
    /// Stream time at the end of the last cut, by which top-ups have arrived.
    cut_now: i64,
    positions: BTreeMap<(u8, u32), Position>,
    /// Sources that have said something; one whose share is empty never has a position.
    heard: BTreeSet<u8>,
    /// The positions of cuts that have ended and are not sealed, for lag tools.
    unsealed: BTreeMap<u64, BTreeMap<(u8, u32), Position>>,
    /// Cuts that have ended and whose last epoch is not done: cut, last tick, share, aside.
    ended: VecDeque<(u64, Tick, CutShare, Vec<Suspended>)>,
    credit_watch: Option<CreditWatch>,
    head: Option<Head>,
}

/// Tells the other workers when this one panics, so that none waits for it.
struct Alarm<'a>(&'a Shared);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail();
        }
    }
}

/// Runs a worker to its end.
pub(super) fn run(worker: &mut Worker, shared: &Shared) -> Result<(), RuntimeError> {
    let _alarm = Alarm(shared);
    let outcome = go(worker, shared);
    if outcome.is_err() {
        shared.fail();
    }
    outcome
}

fn go(worker: &mut Worker, shared: &Shared) -> Result<(), RuntimeError> {
    let mut control = Control::build(worker);
    let first = match worker.index() {
        0 => shared.first.lock().expect("no holder of the lock panics").take(),
        _ => None,
    };
    if let Some(first) = &first {
        control.order(Order::Start(first.start.clone()));
    }
    let start = loop {
        if let Some(Order::Start(start)) = control.next_order() {
            break start;
        }
        shared.check()?;
        worker.step_or_park(Some(PARK));
    };
    shared.check_sources(&start)?;
    let catalogue = Catalogue::new(shared.names.clone());
    let (inputs, shelves) = dataflow::build(worker, start.loaded(), catalogue);
    let mut restart = Restart::new(shared, &start, (control, inputs, shelves));
    let recovered = restart.run(worker);
    let (control, mut inputs, shelves) = restart.end();
    let epoch = recovered?;
    if first.is_some() && shared.settings.cluster.is_some() {
        inputs.texts.send_batch(&mut shared.names.texts());
    }
    let recovered = (control, inputs, shelves, epoch);
    let mut life = Life::begin(worker, shared, (&start, first), recovered)?;
    let outcome = life.live(worker);
    life.end();
    outcome
}

fn take_count<D>(shelf: &dataflow::Shelf<D>, epoch: Epoch) -> usize {
    take_up_to(shelf, epoch).iter().map(Vec::len).sum()
}

/// Sends the tick and moves all inputs on, past the epoch that is left free.
pub(super) fn close_epoch(inputs: &mut Inputs, tick: Tick) {
    let next = tick.epoch + 2;
    inputs.ticks.send(tick);
    inputs.usage.advance_to(next);
    inputs.topups.advance_to(next);
    inputs.changes.advance_to(next);
    inputs.texts.advance_to(next);
    inputs.ticks.advance_to(next);
}

impl<'a> Life<'a> {
    /// Starts the threads of a worker that has recovered.
    fn begin(
        worker: &Worker,
        shared: &'a Shared,
        (start, first): (&Start, Option<First>),
        (control, inputs, shelves, epoch): (Control, Inputs, Shelves, Epoch),
    ) -> Result<Self, RuntimeError> {
        let me = std::thread::current();
        let sources = start.facts.sources.iter().map(|source| source.as_str().into()).collect();
        let encoder = Encoder::new(shared.names.clone(), sources);
        let writer = FileWriter::new(&shared.lake, start.generation, worker.index());
        let (band, waker) = (shared.settings.band, me.clone());
        let publisher = Publisher::start((writer, encoder, band), move || waker.unpark());
        let (sources, batches) = open_sources(worker, shared, start)?;
        let begin =
            |first| Head::begin(shared, first, (worker.peers(), epoch), move || me.unpark());
        let head = first.map(begin).transpose()?;
        let credit_watch =
            shared.tells_credit.then(|| CreditWatch::from(epoch, shared.names.clone()));
        shared.vitals.recovered(head.is_some());
        Ok(Self {
            shared,
            control,
            inputs,
            shelves,
            publisher,
            sources,
            roles: roles(shared, start),
            batches,
            share: super::refold::first_share(shared, start, head.is_some())?,
            aside: Vec::new(),
            cut_now: start.facts.now.0,
            positions: BTreeMap::new(),
            heard: BTreeSet::new(),
            unsealed: BTreeMap::new(),
            ended: VecDeque::new(),
            credit_watch,
            head,
        })
    }

    fn live(&mut self, worker: &mut Worker) -> Result<(), RuntimeError> {
        loop {
            while let Some(order) = self.control.next_order() {
                match order {
                    Order::Tick { tick, cut, intake, .. } => {
                        self.hand_in((tick, cut, intake), worker)?;
                    }
                    Order::Sealed { cut } => self.tell_lag_tools(cut),
                    Order::Stop => return Ok(()),
                    Order::Start(_) | Order::Replay(_) | Order::Replayed(_) => {
                        unreachable!("the cluster has started")
                    }
                }
            }
            self.tell_credit();
            self.pass_on_cuts();
            while let Some((cut, mut share)) = self.publisher.finished()? {
                share.contribution.worker = worker.index();
                self.control.report(Report::Contributed(cut, share));
            }
            if let Some(head) = &mut self.head {
                let done = self.shelves.probe.with_frontier(|frontier| frontier.first().copied());
                head.turn(&mut self.control, done.unwrap_or(Epoch::MAX), self.shared)?;
            }
            self.check_sources()?;
            self.shared.check()?;
            worker.step_or_park(Some(PARK));
        }
    }

    /// Takes what has arrived, gives it to raw and to the dataflow, and ends the epoch.
    fn hand_in(
        &mut self,
        (tick, cut, intake): (Tick, u64, bool),
        worker: &Worker,
    ) -> Result<(), RuntimeError> {
        let limit = EPOCH_RECORDS / worker.peers();
        let (mut taken, mut backlog, mut drained) = (0, false, false);
        let reading = self.reading();
        while intake && !self.publisher.is_behind() {
            let Ok(batch) = self.batches.try_recv() else {
                drained = true;
                break;
            };
            taken += batch.record_count() + batch.dead.len();
            self.take_batch(batch, tick, cut);
            if taken >= limit {
                backlog = true;
                break;
            }
        }
        close_epoch(&mut self.inputs, tick);
        let taken = u64::try_from(taken).expect("an epoch holds fewer than 2^64 records");
        self.share.record_count += taken;
        let took = Took {
            worker: worker.index(),
            record_count: taken,
            backlog: backlog || self.publisher.is_behind(),
            idle: drained && self.are_idle(&reading),
            stopping: self.shared.is_to_stop(),
            progress: progress_of_usage(&self.positions, &self.roles),
            silent: self.silent(),
            holding: self.shelves.holding(),
        };
        self.control.report(Report::Took(took));
        if tick.ends_cut {
            self.cut_now = tick.now;
            self.end_cut(cut, tick);
        }
        Ok(())
    }

    /// The sources of usage that have not said anything.
    fn silent(&self) -> Vec<u8> {
        let silent = self.sources.iter().map(|(number, _)| *number);
        let silent = silent.filter(|number| !self.heard.contains(number));
        silent.filter(|number| self.roles[number] == Role::Usage).collect()
    }

    fn end_cut(&mut self, cut: u64, tick: Tick) {
        let mut share = std::mem::take(&mut self.share);
        let position = |(&(source, partition), position): (&(u8, u32), &Position)| SourcePosition {
            source,
            partition,
            next_offset: position.next_offset,
        };
        share.positions = self.positions.iter().map(position).collect();
        self.unsealed.insert(cut, self.positions.clone());
        self.ended.push_back((cut, tick, share, std::mem::take(&mut self.aside)));
    }

    /// Has sources commit what a sealed cut has read; nothing of weir's own depends on it.
    fn tell_lag_tools(&mut self, cut: u64) {
        let Some(positions) = self.unsealed.remove(&cut) else { return };
        for (number, source) in &self.sources {
            let own = positions.range((*number, 0)..=(*number, u32::MAX));
            source.commit(own.map(|(_, position)| *position).collect());
        }
    }

    fn take_batch(&mut self, batch: Batch, tick: Tick, cut: u64) {
        let Batch { source, usage, topups, changes, raw, dead, positions } = batch;
        self.heard.insert(source);
        for position in positions {
            self.positions.insert((source, position.partition), position);
        }
        let role = self.roles[&source];
        if role == Role::Usage {
            let count = usage.len() + dead.len();
            self.share.usage_count += i64::try_from(count).expect("a batch is bounded");
            let rejected = i64::try_from(dead.len()).expect("a batch is bounded");
            self.share.accounting.add("rejected", "", rejected);
        }
        if !dead.is_empty() {
            self.publisher.give(Job::Dead { cut, letters: dead });
        }
        if raw.num_rows() == 0 {
            return;
        }
        let lateness = match role {
            Role::Usage => self.take_usage(usage, tick),
            Role::TopUps => self.take_topups(topups, &raw, tick),
            Role::Reference(_) => {
                let arrived = |change| RefChange { arrived_in: cut, ..change };
                let changes = changes.into_iter().map(arrived);
                self.inputs.changes.send_batch(&mut dated(changes, tick.epoch));
                Vec::new()
            }
        };
        if role != Role::Usage || self.shared.settings.keeps_raw {
            self.publisher.give(Job::Raw { cut, role, rows: raw, lateness });
        }
    }

    /// Hands usage to mediation, but for what arrival sets aside.
    fn take_usage(&mut self, usage: Vec<UsageEvent>, tick: Tick) -> Vec<Lateness> {
        let wall = Clock.now().0;
        let judge = |usage: &UsageEvent| Lateness::of(usage.started_at, tick.since, wall);
        let lateness: Vec<Lateness> = usage.iter().map(judge).collect();
        let mut hot = Vec::with_capacity(usage.len());
        for (usage, lateness) in usage.into_iter().zip(&lateness) {
            match lateness.suspension() {
                None => hot.push((usage, tick.epoch, 1)),
                Some(reason) => {
                    self.aside.push(Suspended { usage: Usage::from(&usage), reason });
                }
            }
        }
        self.inputs.usage.send_batch(&mut hot);
        lateness
    }

    fn take_topups(&mut self, topups: Vec<TopUp>, raw: &RecordBatch, tick: Tick) -> Vec<Lateness> {
        let accounts = raw.column_by_name("account_id").expect("sources give the account");
        for account in accounts.as_string::<i32>().iter().flatten() {
            let id = self.shared.names.intern_account(account);
            if self.shared.settings.cluster.is_some() {
                self.inputs.texts.send((id.spread(), account.to_owned()));
            }
        }
        let lateness = |topup: &TopUp| match topup.topped_up_at.0 < tick.since {
            true => Lateness::BehindHotWindow,
            false => Lateness::Hot,
        };
        let lateness = topups.iter().map(lateness).collect();
        let receive = |topup| Received::of(topup, tick.since, self.cut_now);
        let mut received = dated(topups.into_iter().map(receive), tick.epoch);
        self.inputs.topups.send_batch(&mut received);
        lateness
    }

    /// Tells worker 0 what epochs that are done mean for credit, before their cut is taken off the shelves.
    fn tell_credit(&mut self) {
        let Some(watch) = &mut self.credit_watch else { return };
        let changes = watch.look(&self.shelves);
        if !changes.is_empty() {
            self.control.report(Report::Signals(changes));
        }
    }

    /// Gives the encode thread the cuts whose last epoch is done.
    fn pass_on_cuts(&mut self) {
        while let Some((_, tick, _, _)) = self.ended.front() {
            if self.shelves.probe.less_than(&(tick.epoch + 2)) {
                return;
            }
            let (cut, tick, mut share, mut aside) =
                self.ended.pop_front().expect("there was a front");
            let last = tick.epoch + 1;
            let outside = take_up_to(&self.shelves.outside, last);
            aside.extend(outside.iter().flatten().map(|(usage, _, _)| uncorrected(usage)));
            let superseded = take_count(&self.shelves.superseded, last);
            let cancelled = take_up_to(&self.shelves.cancelled, last);
            let cancelled: isize = cancelled.iter().flatten().map(|(_, _, diff)| *diff).sum();
            let count = isize::try_from(superseded).expect("a cut is bounded") + cancelled;
            let count = i64::try_from(count).expect("a cut is bounded");
            share.accounting.add("superseded", "", count);
            let outputs = take_up_to(&self.shelves.outputs, last);
            let duplicates = take_up_to(&self.shelves.duplicates, last);
            let topup_duplicates = take_up_to(&self.shelves.topup_duplicates, last);
            let bases = take_up_to(&self.shelves.bases, last);
            let since = EventTime(tick.since);
            let job =
                CutJob { cut, outputs, duplicates, topup_duplicates, aside, bases, since, share };
            self.publisher.give(Job::Cut(Box::new(job)));
        }
    }

    /// The sources that have not ended. One that has gave its last batch before it did: who asks first, and then takes
    /// all there is, has taken that too.
    fn reading(&self) -> Vec<u8> {
        let reading = self.sources.iter().filter(|(_, source)| !source.is_finished());
        reading.map(|(number, _)| *number).collect()
    }

    /// Whether these sources have nothing more to give for now.
    fn are_idle(&self, sources: &[u8]) -> bool {
        sources.iter().all(|number| {
            let mut partitions = self.positions.range((*number, 0)..=(*number, u32::MAX));
            self.heard.contains(number) && partitions.all(|(_, at)| at.caught_up)
        })
    }

    /// Finds out why a source has ended, if one has.
    fn check_sources(&mut self) -> Result<(), RuntimeError> {
        while let Some(place) = self.sources.iter().position(|(_, source)| source.is_finished()) {
            let (_, source) = self.sources.swap_remove(place);
            source.join()?;
        }
        Ok(())
    }

    /// Closes the inputs and lets the threads finish.
    fn end(self) {
        drop((self.control, self.inputs, self.sources, self.batches));
        self.publisher.stop();
        if let Some(head) = self.head {
            head.end();
        }
    }
}

/// What would correct a record that is folded for good waits as if it had come too late itself.
fn uncorrected(usage: &UsageEvent) -> Suspended {
    Suspended { usage: Usage::from(usage), reason: Suspension::BehindHotWindow }
}

fn dated<D>(rows: impl IntoIterator<Item = D>, epoch: Epoch) -> Vec<(D, Epoch, isize)> {
    rows.into_iter().map(|row| (row, epoch, 1)).collect()
}
