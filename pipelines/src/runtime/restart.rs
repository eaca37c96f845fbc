//! What a worker does before it lives: it takes up where the sealed cuts left off, and checks that it has come there.
//!
//! Worker 0 reads the lake for all, and the exchanges spread it. **Invariant:** what is recomputed of charges, balances
//! and credit is what was sealed, to the last digit; otherwise nothing is taken in.

use operators::rows::Epoch;
use operators::tick::Tick;
use timely::worker::Worker;

use super::audit::Totals;
use super::clock::Clock;
use super::control::Control;
use super::dataflow::{Inputs, Shelves, take_up_to};
use super::orders::{Order, Report, Start};
use super::recovery::{Recovery, Slice};
use super::refold::Refolded;
use super::worker::{PARK, close_epoch};
use super::{RuntimeError, Shared};
use crate::charging::Base;
use crate::charging::fold::ChargingKey;

/// Rows that may be under way at once: enough to keep the dataflow busy, and no more.
const ROWS_UNDER_WAY: usize = 128 * 1_024;
/// Epochs that may be under way at once; they cost something even if they are empty.
const EPOCHS_UNDER_WAY: u64 = 128;

/// A worker that recovers.
pub(super) struct Restart<'a> {
    shared: &'a Shared,
    start: &'a Start,
    control: Control,
    inputs: Inputs,
    shelves: Shelves,
    totals: Totals,
    refolded: Refolded,
    /// Raw rows handed in.
    rows: usize,
}

impl<'a> Restart<'a> {
    /// Begins with an empty dataflow.
    pub(super) fn new(
        shared: &'a Shared,
        start: &'a Start,
        (control, inputs, shelves): (Control, Inputs, Shelves),
    ) -> Self {
        let (totals, refolded) = (Totals::default(), Refolded::of(start));
        Self { shared, start, control, inputs, shelves, totals, refolded, rows: 0 }
    }

    /// Brings the dataflow to the sealed cut; returns the next free epoch.
    pub(super) fn run(&mut self, worker: &mut Worker) -> Result<Epoch, RuntimeError> {
        let began = Clock.instant();
        let epoch = match worker.index() {
            0 => self.read(worker)?,
            _ => self.follow(worker)?,
        };
        while self.shelves.probe.less_than(&epoch) {
            self.step(worker, true)?;
        }
        self.clear(epoch);
        self.refolded.shelve(&self.shelves, epoch);
        self.control.report(Report::Recovered(self.totals));
        let (rows, held) = (self.rows, self.shelves.held.get().1);
        let took_ms = Clock.since(began).as_millis();
        tracing::info!(rows, events = held.events, keys = held.keys, took_ms, "recovered");
        if worker.index() == 0 {
            self.audit(worker)?;
        }
        Ok(epoch)
    }

    /// The dataflow, for what comes next.
    pub(super) fn end(self) -> (Control, Inputs, Shelves) {
        (self.control, self.inputs, self.shelves)
    }

    /// What worker 0 does: it hands in what the lake has.
    fn read(&mut self, worker: &mut Worker) -> Result<Epoch, RuntimeError> {
        let recovery = Recovery::new(&self.shared.lake, self.start, &self.shared.names);
        let mut bases = self.inputs.bases.take().expect("bases are read once");
        for batch in recovery.bases()? {
            let batch = batch?;
            batch.iter().for_each(|base| self.totals.add_base(&base.state));
            let keyed = |Base { account, state }| (ChargingKey::Account(account), state);
            bases.send_batch(&mut batch.into_iter().map(keyed).collect());
            self.step(worker, false)?;
        }
        drop(bases);
        let mut replay = recovery.replay()?;
        let mut rows = 0;
        while let Some(slice) = replay.next_slice()? {
            rows += slice.row_count();
            self.rows += slice.row_count();
            let tick = self.hand_in(slice);
            let behind = tick.epoch.saturating_sub(EPOCHS_UNDER_WAY);
            while self.shelves.probe.less_than(&behind) {
                self.step(worker, false)?;
            }
            if rows >= ROWS_UNDER_WAY {
                rows = 0;
                while self.shelves.probe.less_than(&tick.epoch) {
                    self.step(worker, false)?;
                }
            }
            self.clear(behind);
        }
        let epoch = replay.epoch();
        self.control.order(Order::Replayed(epoch));
        while !matches!(self.control.next_order(), Some(Order::Replayed(_))) {
            self.step(worker, true)?;
        }
        Ok(epoch)
    }

    /// What the other workers do: they end the epochs that worker 0 has filled.
    fn follow(&mut self, worker: &mut Worker) -> Result<Epoch, RuntimeError> {
        drop(self.inputs.bases.take());
        loop {
            match self.control.next_order() {
                Some(Order::Replay(tick)) => {
                    close_epoch(&mut self.inputs, tick);
                    self.clear(tick.epoch.saturating_sub(EPOCHS_UNDER_WAY));
                }
                Some(Order::Replayed(epoch)) => return Ok(epoch),
                Some(order) => unreachable!("{order:?} comes after recovery"),
                None => self.step(worker, true)?,
            }
        }
    }

    fn hand_in(&mut self, slice: Slice) -> Tick {
        let Slice { usage, topups, changes, tick } = slice;
        let epoch = tick.epoch;
        self.inputs.usage.send_batch(&mut usage.into_iter().map(|row| (row, epoch, 1)).collect());
        self.inputs.topups.send_batch(&mut topups.into_iter().map(|row| (row, epoch, 1)).collect());
        self.inputs
            .changes
            .send_batch(&mut changes.into_iter().map(|row| (row, epoch, 1)).collect());
        self.control.order(Order::Replay(tick));
        close_epoch(&mut self.inputs, tick);
        tick
    }

    fn step(&mut self, worker: &mut Worker, park: bool) -> Result<(), RuntimeError> {
        self.shared.check()?;
        if park {
            worker.step_or_park(Some(PARK));
        } else {
            worker.step();
        }
        if worker.index() == 0 {
            // Worker 0 hears its own orders, too.
            while self.control.next_order_if(|order| matches!(order, Order::Replay(_))).is_some() {}
        }
        Ok(())
    }

    /// Takes what the dataflow has recomputed off the shelves: the sealed cuts have published it.
    fn clear(&mut self, epoch: Epoch) {
        for (output, _, diff) in take_up_to(&self.shelves.outputs, epoch).iter().flatten() {
            self.totals.add(output, *diff);
        }
        self.refolded.take(take_up_to(&self.shelves.bases, epoch));
        drop(take_up_to(&self.shelves.duplicates, epoch));
        drop((
            take_up_to(&self.shelves.superseded, epoch),
            take_up_to(&self.shelves.outside, epoch),
        ));
        drop(take_up_to(&self.shelves.cancelled, epoch));
        drop(take_up_to(&self.shelves.topup_duplicates, epoch));
    }

    /// Adds up what all workers have recovered, and compares it with the seal.
    fn audit(&mut self, worker: &mut Worker) -> Result<(), RuntimeError> {
        let mut totals = Totals::default();
        let mut due = worker.peers();
        while due > 0 {
            match self.control.next_report() {
                Some(Report::Recovered(more)) => {
                    totals.merge(more);
                    due -= 1;
                }
                Some(report) => unreachable!("{report:?} comes after recovery"),
                None => self.step(worker, true)?,
            }
        }
        totals.compare(self.start).map_err(|differs| match self.start.refolds() {
            true => RuntimeError::OtherFold { source: Box::new(differs) },
            false => differs,
        })
    }
}
