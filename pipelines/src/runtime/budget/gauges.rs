//! What a run holds in memory, shown to whoever watches it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Budget, Holding};

/// What a run holds in memory, for whoever watches it.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Events held one by one, over all workers.
    pub events: AtomicU64,
    /// Keys with a state.
    pub keys: AtomicU64,
    /// Records that duplicates are found by.
    pub winners: AtomicU64,
    /// The estimate of what all of it takes, in bytes.
    pub bytes: AtomicU64,
    /// What it may take, in bytes.
    pub limit: AtomicU64,
    /// Whether sources wait until memory is free.
    pub paused: AtomicBool,
}

impl Gauges {
    /// Shows what a budget knows.
    pub fn show(&self, budget: &Budget) {
        let sum = |pick: fn(&Holding) -> u64| budget.held.iter().map(pick).sum();
        self.events.store(sum(|holding| holding.events), Ordering::Relaxed);
        self.keys.store(sum(|holding| holding.keys), Ordering::Relaxed);
        self.winners.store(sum(|holding| holding.winners), Ordering::Relaxed);
        self.limit.store(budget.limits.memory_budget, Ordering::Relaxed);
        self.bytes.store(budget.bytes(), Ordering::Relaxed);
        let paused = budget.is_exhausted();
        if paused != self.paused.swap(paused, Ordering::Relaxed) {
            let (bytes, limit) = (budget.bytes(), budget.limits.memory_budget);
            if paused {
                let (events, keys, identities) = (&self.events, &self.keys, &self.winners);
                tracing::warn!(
                    bytes,
                    limit,
                    ?events,
                    ?keys,
                    ?identities,
                    "sources wait: more is held than runtime.memory_budget allows"
                );
            } else {
                tracing::info!(bytes, limit, "sources go on");
            }
        }
    }
}
