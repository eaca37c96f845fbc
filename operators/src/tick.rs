//! The beat of the dataflow: one tick per epoch, the same on every worker.

use serde::{Deserialize, Serialize};

/// What an epoch means: its stream time, and whether a cut ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tick {
    /// Stream time, in the unit of event time; never goes back.
    pub now: i64,
    /// Events before this instant are folded for good; never goes back.
    pub since: i64,
    /// Whether all tables are published after this epoch.
    pub ends_cut: bool,
}
