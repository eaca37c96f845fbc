//! The end of an epoch, as the runtime tells it to every worker.

use serde::{Deserialize, Serialize};
use timely::dataflow::StreamVec;

use crate::rows::{Epoch, Instant};

/// What is recorded about an epoch once no more input can join it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tick {
    /// The epoch that ends.
    pub epoch: Epoch,
    /// Stream time at its end; it never goes back.
    pub now: Instant,
    /// The instant behind which events are folded for good. It never goes back, and moves between cuts only.
    pub since: Instant,
    /// Whether a cut ends with this epoch.
    pub ends_cut: bool,
}

/// The ticks, each at its own epoch; every worker receives every tick exactly once.
pub type Ticks<'scope> = StreamVec<'scope, Epoch, Tick>;
