//! What dedup has to know of a record, and what it says about it.

use serde::{Deserialize, Serialize};

use crate::rows::{Diff, Instant};

/// What dedup has to know of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// A content hash, the same for all records that tell of the same thing.
    pub identity: u64,
    /// A correction has a higher one.
    pub revision: u16,
    /// Where the record came from; no two records share it, and the lower one counts.
    pub provenance: u64,
    /// Its event time.
    pub at: Instant,
    /// Where its consumer is; comes back in the withdrawal.
    pub route: u64,
}

/// A change of the set of records that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Change<D> {
    /// This record counts from now on.
    Insert(D),
    /// The record of these facts, inserted in an earlier epoch, no longer counts.
    Withdraw(Facts),
}

/// A record that another one of the same identity and revision makes redundant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duplicate {
    /// The provenance of the record that does not count.
    pub provenance: u64,
    /// The provenance of the record that does.
    pub of: u64,
}

/// What one epoch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts<D> {
    /// Records that begin or cease to count; each of them at most once.
    pub winners: Vec<Change<D>>,
    /// Redundant records; a duplicate is taken back while its cut is open, if its winner changes.
    pub duplicates: Vec<(Duplicate, Diff)>,
    /// Provenances of records that a higher revision replaces, for good.
    pub superseded: Vec<u64>,
    /// Records that are too old to be judged.
    pub outside: Vec<D>,
}

impl<D> Default for Verdicts<D> {
    fn default() -> Self {
        Self {
            winners: Vec::new(),
            duplicates: Vec::new(),
            superseded: Vec::new(),
            outside: Vec::new(),
        }
    }
}

/// What a worker holds in memory to find duplicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Winners, forgotten ones included that are not freed yet.
    pub winners: usize,
    /// The bytes of the tables that they are in.
    pub bytes: usize,
}
