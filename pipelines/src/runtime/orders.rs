//! What worker 0 tells all workers, and what they tell it: the control stream beside the data.

use std::collections::BTreeMap;

use connectors::lake::{Contribution, CutFacts, SourcePosition};
use connectors::source::{Position, Role};
use datasets::units::EventTime;
use operators::tick::Tick;
use serde::{Deserialize, Serialize};

use super::audit::Totals;
use super::budget::Holding;
use super::stream_time::{PartitionId, Reached};
use crate::decisions::credit_bars::Assessed;
use crate::decisions::credit_signals::SignalChange;

/// An order of worker 0, the same and in the same sequence for every worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Recover to this cut, then open the sources.
    Start(Start),
    /// While recovering: worker 0 has handed in what a sealed cut took in, and this epoch ends.
    Replay(Tick),
    /// Everything is handed in; this is the first epoch that is free.
    Replayed(u64),
    /// Hand in what has arrived, at this epoch.
    Tick {
        /// The epoch; the next one is left free for what moves between workers.
        epoch: u64,
        /// What the epoch means.
        tick: Tick,
        /// The cut that the epoch belongs to.
        cut: u64,
        /// Whether anything is to be taken in; if not, sources wait until memory is free.
        intake: bool,
    },
    /// A cut is sealed.
    Sealed {
        /// The cut.
        cut: u64,
    },
    /// Nothing more will come: close the inputs.
    Stop,
}

/// Where to go on from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Start {
    /// The last sealed cut, and what it recorded; the number 0 for a new lake.
    pub facts: CutFacts,
    /// The generation that names files.
    pub generation: u64,
    /// The version of each table at the seal.
    pub versions: BTreeMap<String, i64>,
    /// Rows and total amount (10⁻⁹) of each table at the seal.
    pub sealed: BTreeMap<String, (i64, i128)>,
}

/// What a worker tells worker 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Report {
    /// What its share of the recovered rows comes to.
    Recovered(Totals),
    /// What it handed in at an epoch.
    Took(Took),
    /// The credit signals that an epoch changes.
    Signals(Vec<SignalChange>),
    /// All it has for a cut.
    Contributed(u64, CutShare),
}

/// What a worker handed in at an epoch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Took {
    /// The worker.
    pub worker: usize,
    /// Records handed in.
    pub record_count: u64,
    /// Whether more was waiting.
    pub backlog: bool,
    /// Whether every source of the worker has ended or is caught up.
    pub idle: bool,
    /// Whether its process was asked to stop.
    pub stopping: bool,
    /// How far partitions have come.
    pub progress: Vec<Progress>,
    /// The sources of usage that the worker has heard nothing of.
    pub silent: Vec<u8>,
    /// What it holds in memory.
    pub holding: Holding,
}

/// How far the arrival of one partition has come.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// The source's number.
    pub source: u8,
    /// The partition.
    pub partition: u32,
    /// The broker's time of its last record.
    pub reached: EventTime,
    /// The offset at which reading goes on.
    pub next_offset: u64,
    /// Whether there was nothing more to read.
    pub caught_up: bool,
}

impl Progress {
    /// The same for stream time.
    pub(super) const fn reached(&self) -> (PartitionId, Reached) {
        let Self { source, partition, reached, next_offset, caught_up } = *self;
        ((source, partition), Reached { reached, next_offset, caught_up })
    }
}

/// Stream time follows the arrival of usage: reference data and money come when they come.
pub(super) fn progress_of_usage(
    positions: &BTreeMap<PartitionId, Position>,
    roles: &BTreeMap<u8, Role>,
) -> Vec<Progress> {
    let usage = positions.iter().filter(|((source, _), _)| roles[source] == Role::Usage);
    let progress = |(&(source, partition), position): (&PartitionId, &Position)| Progress {
        source,
        partition,
        reached: position.last_arrived_at,
        next_offset: position.next_offset,
        caught_up: position.caught_up,
    };
    usage.map(progress).collect()
}

/// All that a worker has for a cut.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CutShare {
    /// Files and removals.
    pub contribution: Contribution,
    /// Where reading goes on, for the partitions that this worker reads.
    pub positions: Vec<SourcePosition>,
    /// How the number of usage records in each state changed.
    pub accounting: Accounting,
    /// The accounts that crossed their limit.
    pub assessed: Vec<Assessed>,
    /// Usage records taken in, decoded or not.
    pub usage_count: i64,
    /// Records of all kinds taken in, decoded or not.
    pub record_count: u64,
}

/// Usage records by state and reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounting {
    /// The number of records, or its change.
    pub counts: BTreeMap<(String, String), i64>,
}

impl Accounting {
    /// Adds to a state.
    pub fn add(&mut self, state: &str, reason: &str, count: i64) {
        if count != 0 {
            *self.counts.entry((state.to_owned(), reason.to_owned())).or_default() += count;
        }
    }

    /// Adds another accounting, and forgets states without records.
    pub fn merge(&mut self, other: &Self) {
        for ((state, reason), count) in &other.counts {
            self.add(state, reason, *count);
        }
        self.counts.retain(|_, count| *count != 0);
    }

    /// The records in all states.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.counts.values().sum()
    }
}
