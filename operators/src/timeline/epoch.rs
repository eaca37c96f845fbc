//! What an epoch brings to a timeline, and what it emits.

use crate::rows::Diff;
use crate::tick::Tick;
use crate::timeline::{BaseOf, Fold};

/// What arrives at one epoch.
pub struct EpochInput<F: Fold> {
    /// Stream time of the epoch; without one it stays as it was.
    pub tick: Option<Tick>,
    /// Keys with the state that their first event starts from; each is given once, before any event of it.
    pub bases: Vec<BaseOf<F>>,
    /// Changes of the context.
    pub changes: Vec<(F::Change, Diff)>,
    /// Events put in and taken out.
    pub events: Vec<(F::Event, Diff)>,
}

impl<F: Fold> Default for EpochInput<F> {
    fn default() -> Self {
        Self { tick: None, bases: Vec::new(), changes: Vec::new(), events: Vec::new() }
    }
}

/// What one epoch emits.
pub struct EpochOutput<F: Fold> {
    /// Changes of the output rows.
    pub rows: Vec<(F::Output, Diff)>,
    /// Events whose key another worker owns, with what spreads that key.
    pub moved: Vec<(u64, F::Event, Diff)>,
    /// Changes of the bases: the folded state of each key at `since`, where it is not the default.
    pub bases: Vec<(BaseOf<F>, Diff)>,
}
