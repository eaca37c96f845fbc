//! What a source tells about itself while it runs: its state, its counts and its lag.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Batch;

/// What a source is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Reading, or waiting for records.
    #[default]
    Running,
    /// The dataflow is behind: partitions are paused until it has taken what was read.
    Paused,
    /// No broker is connected; the client keeps trying.
    Disconnected,
    /// The thread has ended.
    Ended,
}

impl State {
    /// The name in metrics and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Disconnected => "disconnected",
            Self::Ended => "ended",
        }
    }
}

/// How far one partition is read, and how far it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The offset at which reading goes on.
    pub next_offset: u64,
    /// The offset behind the last record that may be read, as far as the broker has told.
    pub end_offset: u64,
}

impl Reach {
    /// How many offsets are still to be read.
    #[must_use]
    pub fn lag(self) -> u64 {
        self.end_offset.saturating_sub(self.next_offset)
    }
}

/// A source's state at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is doing.
    pub state: State,
    /// How many records it has decoded since its start.
    pub record_count: u64,
    /// How many it could not decode.
    pub dead_letter_count: u64,
    /// Each partition.
    pub partitions: BTreeMap<u32, Reach>,
    /// The last complaint of the client, if there is one.
    pub complaint: Option<String>,
}

impl Snapshot {
    /// Counts what a batch has.
    pub(crate) fn count(&mut self, batch: &Batch) {
        let count = |records: usize| u64::try_from(records).expect("a batch is bounded");
        self.record_count += count(batch.record_count());
        self.dead_letter_count += count(batch.dead.len());
    }

    /// How many offsets are still to be read in all partitions.
    #[must_use]
    pub fn lag(&self) -> u64 {
        self.partitions.values().map(|reach| reach.lag()).sum()
    }
}

/// The state that a source's thread writes and that anyone may look at.
#[derive(Debug, Default)]
pub struct Status {
    snapshot: Mutex<Snapshot>,
}

impl Status {
    /// The state now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.lock().clone()
    }

    /// Changes the state.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
