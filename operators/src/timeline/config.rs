//! How a timeline is set up, and what it holds.

use crate::rows::Instant;

/// How a timeline is spread, how far ahead of `now` it folds, and where it starts.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// This worker's number.
    pub worker: u64,
    /// How many workers there are.
    pub peers: u64,
    /// An event later than `now` by more than this waits as early.
    pub ahead: Instant,
    /// What lies before this instant is in the bases that the timeline is given; the least instant where there are none.
    ///
    /// As long as ticks say an earlier `since`, history is being replayed, and events behind this one are passed over.
    pub loaded: Instant,
}

/// What a timeline holds in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Events, early ones included.
    pub events: usize,
    /// Keys.
    pub keys: usize,
}
