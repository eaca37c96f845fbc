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
use connectors::source::{Batch, Launch, Position, Role, Share, Start as Begin};
use datasets::care::TopUp;
use datasets::usage::UsageEvent;
use operators::rows::Epoch;
use operators::tick::Tick;
use timely::worker::Worker;

use super::control::Control;
use super::dataflow::{self, Inputs, Shelves, take_up_to};
use super::feed::Feed;
use super::orders::{CutShare, Order, Progress, Report, Start, Took};
use super::publisher::{CutJob, Job, Publisher};
use super::recovery::{Recovery, Slice};
use super::{First, Head, RuntimeError, Shared};
use crate::charging::Catalogue;
use crate::charging::fold::{Suspended, Usage};
use crate::mediation::{Arrival, Lateness};
use crate::publish::Encoder;

/// The most records that an epoch takes in, over all workers.
const EPOCH_RECORDS: usize = 256 * 1_024;
/// How long a worker parks when there is nothing to do.
const PARK: Duration = Duration::from_millis(2);

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
    /// Stream time at the end of the last cut: all that arrival decides follows from it.
    cut_now: i64,
    positions: BTreeMap<(u8, u32), Position>,
    /// Sources that have said something; one whose share is empty never has a position.
    heard: BTreeSet<u8>,
    /// The positions of cuts that have ended and are not sealed, for lag tools.
    unsealed: BTreeMap<u64, BTreeMap<(u8, u32), Position>>,
    /// Cuts that have ended and whose last epoch is not done: cut, epoch, share, aside.
    ended: VecDeque<(u64, Epoch, CutShare, Vec<Suspended>)>,
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
    let catalogue = Catalogue::new(shared.names.clone());
    let (inputs, shelves) = dataflow::build(worker, shared.settings.dataflow, catalogue);
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
    let mut inputs = inputs;
    let epoch = recover(worker, shared, &start, (&mut inputs, &shelves))?;
    if first.is_some() && shared.settings.cluster.is_some() {
        inputs.texts.send_batch(&mut shared.names.texts());
    }
    let recovered = (control, inputs, shelves, epoch);
    let mut life = Life::begin(worker, shared, (&start, first), recovered)?;
    let outcome = life.live(worker);
    if outcome.is_err() {
        shared.fail();
    }
    life.end();
    outcome
}

/// Replays what the sealed cuts took in, and checks that it comes to what they published. Returns the next free epoch.
fn recover(
    worker: &mut Worker,
    shared: &Shared,
    start: &Start,
    (inputs, shelves): (&mut Inputs, &Shelves),
) -> Result<Epoch, RuntimeError> {
    let mut epoch = 0;
    if worker.index() == 0 {
        let slices = Recovery::new(&shared.lake, start, &shared.names).slices()?;
        let mut cut_now = i64::MIN;
        for mut slice in slices.into_values() {
            let arrival = Arrival::of(&shared.settings.dataflow, cut_now);
            let topups = std::mem::take(&mut slice.topups).into_iter();
            slice.topups = topups.map(|topup| arrival.topup(topup)).collect();
            cut_now = slice.now.0;
            replay(inputs, epoch, slice);
            epoch += 2;
            while epoch > 64 && shelves.probe.less_than(&(epoch - 64)) {
                shared.check()?;
                worker.step();
            }
        }
    } else {
        // Worker 0 reads raw for all; the exchange spreads it. The others tick along.
        for now in Recovery::new(&shared.lake, start, &shared.names).nows()? {
            replay(inputs, epoch, Slice { now, ..Slice::default() });
            epoch += 2;
        }
    }
    while shelves.probe.less_than(&epoch) {
        shared.check()?;
        worker.step_or_park(Some(PARK));
    }
    let rows = take_up_to(&shelves.outputs, epoch);
    // Muted: the sealed cuts have published all of this.
    drop((take_up_to(&shelves.duplicates, epoch), take_up_to(&shelves.superseded, epoch)));
    drop((take_up_to(&shelves.cancelled, epoch), take_up_to(&shelves.topup_duplicates, epoch)));
    if worker.peers() == 1 {
        super::audit::compare(&rows, start)?;
    }
    Ok(epoch)
}

fn take_count<D>(shelf: &dataflow::Shelf<D>, epoch: Epoch) -> usize {
    take_up_to(shelf, epoch).iter().map(Vec::len).sum()
}

fn replay(inputs: &mut Inputs, epoch: Epoch, slice: Slice) {
    let Slice { usage, topups, changes, now } = slice;
    inputs.usage.send_batch(&mut usage.into_iter().map(|usage| (usage, epoch, 1)).collect());
    inputs.topups.send_batch(&mut topups.into_iter().map(|topup| (topup, epoch, 1)).collect());
    inputs.changes.send_batch(&mut changes.into_iter().map(|change| (change, epoch, 1)).collect());
    close_epoch(inputs, Tick { epoch, now: now.0, ends_cut: true });
}

/// Sends the tick and moves all inputs on, past the epoch that is left free.
fn close_epoch(inputs: &mut Inputs, tick: Tick) {
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
        let waker = me.clone();
        let publisher = Publisher::start(writer, encoder, move || waker.unpark());
        let (sources, batches) = open_sources(worker, shared, start)?;
        let begin =
            |first| Head::begin(shared, first, (worker.peers(), epoch), move || me.unpark());
        let head = first.map(begin).transpose()?;
        Ok(Self {
            shared,
            control,
            inputs,
            shelves,
            publisher,
            sources,
            roles: roles(shared, start),
            batches,
            share: CutShare::default(),
            aside: Vec::new(),
            cut_now: start.facts.now.0,
            positions: BTreeMap::new(),
            heard: BTreeSet::new(),
            unsealed: BTreeMap::new(),
            ended: VecDeque::new(),
            head,
        })
    }

    fn live(&mut self, worker: &mut Worker) -> Result<(), RuntimeError> {
        loop {
            while let Some(order) = self.control.next_order() {
                match order {
                    Order::Tick { epoch, tick, cut } => self.hand_in((epoch, tick, cut), worker)?,
                    Order::Sealed { cut } => self.tell_lag_tools(cut),
                    Order::Stop => return Ok(()),
                    Order::Start(_) => unreachable!("the cluster starts once"),
                }
            }
            self.pass_on_cuts();
            while let Some(share) = self.publisher.finished() {
                let (cut, mut share) = share?;
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
        (epoch, tick, cut): (Epoch, Tick, u64),
        worker: &Worker,
    ) -> Result<(), RuntimeError> {
        let limit = EPOCH_RECORDS / worker.peers();
        let (mut taken, mut backlog) = (0, false);
        while !self.publisher.is_behind() {
            let Ok(batch) = self.batches.try_recv() else { break };
            taken += batch.record_count() + batch.dead.len();
            self.take_batch(batch, tick, cut);
            if taken >= limit {
                backlog = true;
                break;
            }
        }
        close_epoch(&mut self.inputs, tick);
        let progress = self.progress_of_usage();
        let taken = u64::try_from(taken).expect("an epoch holds fewer than 2^64 records");
        self.share.record_count += taken;
        let took = Took {
            worker: worker.index(),
            record_count: taken,
            backlog: backlog || self.publisher.is_behind(),
            idle: self.is_idle(),
            stopping: self.shared.is_to_stop(),
            progress,
        };
        self.control.report(Report::Took(took));
        if tick.ends_cut {
            self.cut_now = tick.now;
            self.end_cut(cut, epoch);
        }
        Ok(())
    }

    /// Stream time follows the arrival of usage: reference data and money come when they come.
    fn progress_of_usage(&self) -> Vec<Progress> {
        let usage =
            self.positions.iter().filter(|((source, _), _)| self.roles[source] == Role::Usage);
        let progress = |(&(source, partition), position): (&(u8, u32), &Position)| Progress {
            source,
            partition,
            reached: position.last_arrived_at,
            caught_up: position.caught_up,
        };
        usage.map(progress).collect()
    }

    fn end_cut(&mut self, cut: u64, epoch: Epoch) {
        let mut share = std::mem::take(&mut self.share);
        let position = |(&(source, partition), position): (&(u8, u32), &Position)| SourcePosition {
            source,
            partition,
            next_offset: position.next_offset,
        };
        share.positions = self.positions.iter().map(position).collect();
        self.unsealed.insert(cut, self.positions.clone());
        self.ended.push_back((cut, epoch, share, std::mem::take(&mut self.aside)));
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
            Role::Usage => self.take_usage(usage, tick.epoch),
            Role::TopUps => self.take_topups(topups, &raw, tick.epoch),
            Role::Reference(_) => {
                self.inputs.changes.send_batch(&mut dated(changes, tick.epoch));
                Vec::new()
            }
        };
        self.publisher.give(Job::Raw { cut, role, rows: raw, lateness });
    }

    /// Hands usage to mediation, but for what arrival sets aside.
    fn take_usage(&mut self, usage: Vec<UsageEvent>, epoch: Epoch) -> Vec<Lateness> {
        let arrival = self.arrival();
        let lateness: Vec<Lateness> = usage.iter().map(|usage| arrival.usage(usage)).collect();
        let mut hot = Vec::with_capacity(usage.len());
        for (usage, lateness) in usage.into_iter().zip(&lateness) {
            match lateness.suspension() {
                None => hot.push((usage, epoch, 1)),
                Some(reason) => {
                    self.aside.push(Suspended { usage: Usage::from(&usage), reason });
                }
            }
        }
        self.inputs.usage.send_batch(&mut hot);
        lateness
    }

    fn take_topups(
        &mut self,
        topups: Vec<TopUp>,
        raw: &RecordBatch,
        epoch: Epoch,
    ) -> Vec<Lateness> {
        let accounts = raw.column_by_name("account_id").expect("sources give the account");
        for account in accounts.as_string::<i32>().iter().flatten() {
            let id = self.shared.names.intern_account(account);
            if self.shared.settings.cluster.is_some() {
                self.inputs.texts.send((id.spread(), account.to_owned()));
            }
        }
        let arrival = self.arrival();
        let lateness = topups.iter().map(|topup| arrival.lateness_of(topup)).collect();
        let topups = topups.into_iter().map(|topup| arrival.topup(topup));
        self.inputs.topups.send_batch(&mut dated(topups, epoch));
        lateness
    }

    fn arrival(&self) -> Arrival {
        Arrival::of(&self.shared.settings.dataflow, self.cut_now)
    }

    /// Gives the encode thread the cuts whose last epoch is done.
    fn pass_on_cuts(&mut self) {
        while let Some((_, epoch, _, _)) = self.ended.front() {
            if self.shelves.probe.less_than(&(epoch + 2)) {
                return;
            }
            let (cut, epoch, mut share, aside) = self.ended.pop_front().expect("there was a front");
            let last = epoch + 1;
            let superseded = take_count(&self.shelves.superseded, last);
            let cancelled = take_up_to(&self.shelves.cancelled, last);
            let cancelled: isize = cancelled.iter().flatten().map(|(_, _, diff)| *diff).sum();
            let count = isize::try_from(superseded).expect("a cut is bounded") + cancelled;
            let count = i64::try_from(count).expect("a cut is bounded");
            share.accounting.add("superseded", "", count);
            let outputs = take_up_to(&self.shelves.outputs, last);
            let duplicates = take_up_to(&self.shelves.duplicates, last);
            let topup_duplicates = take_up_to(&self.shelves.topup_duplicates, last);
            let job = CutJob { cut, outputs, duplicates, topup_duplicates, aside, share };
            self.publisher.give(Job::Cut(Box::new(job)));
        }
    }

    /// Whether there is nothing left to read: every source has ended, or is caught up.
    fn is_idle(&self) -> bool {
        let caught_up = |number: u8| {
            let mut partitions = self.positions.range((number, 0)..=(number, u32::MAX));
            self.heard.contains(&number) && partitions.all(|(_, at)| at.caught_up)
        };
        self.sources.iter().all(|(number, source)| source.is_finished() || caught_up(*number))
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

fn dated<D>(rows: impl IntoIterator<Item = D>, epoch: Epoch) -> Vec<(D, Epoch, isize)> {
    rows.into_iter().map(|row| (row, epoch, 1)).collect()
}

type Opened = (Vec<(u8, RunningSource)>, Receiver<Batch>);

/// Starts the sources that are this worker's: its share of those that can be shared, and in turn the others.
fn open_sources(worker: &Worker, shared: &Shared, start: &Start) -> Result<Opened, RuntimeError> {
    let (sender, batches) = std::sync::mpsc::sync_channel(BATCHES_WAITING);
    let mut sources = Vec::new();
    for (place, feed) in shared.feeds.iter().enumerate() {
        let share = match feed.is_shared() {
            true => Share { reader: worker.index(), of: worker.peers() },
            false => Share::WHOLE,
        };
        if share == Share::WHOLE && place % worker.peers() != worker.index() {
            continue;
        }
        let number = number_of(feed.source_id(), start);
        let positions = start.facts.positions.iter().filter(|at| at.source == number);
        let positions: BTreeMap<u32, u64> =
            positions.map(|at| (at.partition, at.next_offset)).collect();
        let begin = if positions.is_empty() {
            shared.settings.begin.clone()
        } else {
            Begin::Positions(positions)
        };
        let pseudonyms = shared.pseudonyms.clone();
        let launch = Launch { number, share, pseudonyms, start: begin, batches: sender.clone() };
        sources.push((number, feed.start(launch)?));
    }
    Ok((sources, batches))
}

/// The lake's number for a source.
fn number_of(source_id: &str, start: &Start) -> u8 {
    let place = start.facts.sources.iter().position(|known| known == source_id);
    let place = place.expect("the start names every configured source");
    u8::try_from(place).expect("a lake has at most 256 sources")
}

fn roles(shared: &Shared, start: &Start) -> BTreeMap<u8, Role> {
    let feeds = shared.feeds.iter();
    feeds.map(|feed| (number_of(feed.source_id(), start), feed.role())).collect()
}

/// How many batches may wait before sources pause.
const BATCHES_WAITING: usize = 16;
