//! What a run goes on in spite of, told where people look: once in the log, and in the vital signs for as long as it lasts.

use datasets::units::EventTime;

use super::Shared;
use super::coordinator::Coordinator;
use super::vitals::HeldBack;

/// Watches what holds a run back.
#[derive(Default)]
pub(super) struct Watch {
    last: HeldBack,
}

impl Watch {
    /// Tells what has changed.
    pub(super) fn look(&mut self, coordinator: &Coordinator, shared: &Shared, wall: EventTime) {
        shared.gauges.show(coordinator.budget());
        let left_out = coordinator.left_out(wall);
        let sources_wait = coordinator.budget().is_exhausted();
        let found = HeldBack { left_out, sources_wait };
        if found != self.last {
            self.last.tell(&found);
            shared.vitals.held_back(found.clone());
            self.last = found;
        }
    }
}

impl HeldBack {
    /// Says which partitions are left out now, and which no longer.
    fn tell(&self, next: &Self) {
        let new = next.left_out.iter().filter(|at| !self.left_out.contains(at));
        new.for_each(|(source, partition)| {
            tracing::warn!(
                source,
                partition,
                "has not moved for ten minutes: stream time goes on without it"
            );
        });
        let back = self.left_out.iter().filter(|at| !next.left_out.contains(at));
        back.for_each(|(source, partition)| tracing::info!(source, partition, "moves again"));
    }
}
