//! Does a subscriber make two calls at once? One of them is another's: the SIM was cloned.

use datasets::reference::Validity;
use serde::{Deserialize, Serialize};

/// A call of a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Call {
    /// From when to when.
    pub span: Validity,
    /// The id of its record; unique.
    pub id: u64,
}

/// Two calls at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Collision {
    /// The one that began first.
    pub first: u64,
    /// The other one.
    pub second: u64,
    /// For how many microseconds.
    pub overlap: i64,
}

/// What the fold of a subscriber remembers: the calls that may still go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Calls {
    open: Vec<Call>,
}

impl Calls {
    /// Folds a call, in the order in which calls begin; clocks of two switches may differ by `tolerance` microseconds.
    pub fn step(&mut self, tolerance: i64, call: Call) -> Vec<Collision> {
        self.open.retain(|other| other.span.to > call.span.from);
        let collide = |other: &Call| {
            let end = other.span.to.min(call.span.to);
            let overlap = end.0.saturating_sub(call.span.from.0);
            (overlap > tolerance).then_some(Collision { first: other.id, second: call.id, overlap })
        };
        let collisions = self.open.iter().filter_map(collide).collect();
        self.open.push(call);
        collisions
    }
}
