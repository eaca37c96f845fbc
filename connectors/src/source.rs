//! What a source hands to the runtime: bounded batches of decoded records with the places they came from.

pub mod error;

pub mod running;

pub mod status;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use arrow::record_batch::RecordBatch;
use datasets::care::TopUp;
use datasets::ids::Pseudonyms;
use datasets::provenance::Provenance;
use datasets::reference::{RefChange, RefTopic};
use datasets::units::EventTime;
use datasets::usage::UsageEvent;

/// The most records that a batch holds.
pub const BATCH_RECORDS: usize = 8_192;
/// The most payload bytes that a batch is made of; one more record may pass it.
pub const BATCH_BYTES: usize = 8 << 20;

/// What the records of a source are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Usage records.
    Usage,
    /// Top-ups.
    TopUps,
    /// Documents of one reference topic.
    Reference(RefTopic),
}

/// Where reading begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the first record that there is.
    Earliest,
    /// At these offsets; partitions that are not named begin with their first record.
    Positions(BTreeMap<u32, u64>),
    /// At the first record that the broker took at this instant or later.
    At(EventTime),
}

/// Which of the partitions of a topic one reader reads: every `of`-th, from `reader` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The reader's number, from 0.
    pub reader: usize,
    /// How many readers there are.
    pub of: usize,
}

impl Share {
    /// All partitions.
    pub const WHOLE: Self = Self { reader: 0, of: 1 };

    /// Whether a partition is read by this reader.
    ///
    /// ```
    /// use weir_connectors::source::Share;
    /// let second = Share { reader: 1, of: 3 };
    /// assert_eq!((0..6).filter(|partition| second.has(*partition)).collect::<Vec<_>>(), [1, 4]);
    /// ```
    #[must_use]
    pub fn has(self, partition: u32) -> bool {
        let partition = usize::try_from(partition).expect("a topic has at most 16,384 partitions");
        partition % self.of == self.reader
    }
}

/// What a source needs to run.
#[derive(Clone)]
pub struct Launch {
    /// The lake's number for the source.
    pub number: u8,
    /// Which partitions are read, where a source can be read by several.
    pub share: Share,
    /// Makes numbers pseudonyms.
    pub pseudonyms: Pseudonyms,
    /// Where reading begins.
    pub start: Start,
    /// Where batches go.
    pub batches: SyncSender<Batch>,
}

/// How far one partition has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The partition of the topic, or the number of the file.
    pub partition: u32,
    /// The offset at which reading goes on.
    pub next_offset: u64,
    /// When the broker took the last record that was read; `EventTime::MIN` before the first.
    pub last_arrived_at: EventTime,
    /// Whether there was nothing more to read.
    pub caught_up: bool,
}

/// A record that could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Where the record came from.
    pub provenance: Provenance,
    /// The topic, or the file.
    pub topic: Arc<str>,
    /// What is wrong, as a code.
    pub reason: &'static str,
    /// What is wrong and where, without personal data.
    pub detail: String,
    /// The start of the payload with its digits masked.
    pub masked_payload: String,
    /// The first line of the file, where it names the columns: without it the record cannot be read again.
    pub header: Option<Arc<str>>,
    /// The record's key, for the vault.
    pub key: Option<Vec<u8>>,
    /// The record as it came, for the vault.
    pub payload: Vec<u8>,
}

/// One bounded batch of one source.
///
/// At most one of `usage`, `topups` and `changes` has records, by the source's role, and `raw` has one row for
/// each of them in the same order: the columns of the role's raw table without those that the cut decides
/// (`arrival_cut`, `lateness`).
#[derive(Clone, Debug)]
pub struct Batch {
    /// The lake's number for the source.
    pub source: u8,
    /// Usage records.
    pub usage: Vec<UsageEvent>,
    /// Top-ups.
    pub topups: Vec<TopUp>,
    /// Changes to reference data.
    pub changes: Vec<RefChange>,
    /// The rows for the raw table.
    pub raw: RecordBatch,
    /// What could not be decoded.
    pub dead: Vec<DeadLetter>,
    /// How far each partition that was touched has been read.
    pub positions: Vec<Position>,
}

impl Batch {
    /// How many records were decoded.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.usage.len() + self.topups.len() + self.changes.len()
    }

    /// Whether the batch tells of positions only.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.record_count() == 0 && self.dead.is_empty()
    }
}
