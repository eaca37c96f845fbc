//! What only worker 0 does: it judges when epochs and cuts begin and end, and has cuts committed.

use std::time::Instant;

use super::clock::Clock;
use super::committing::Committing;
use super::control::Control;
use super::coordinator::Coordinator;
use super::deciding::Outward;
use super::orders::{Order, Report};
use super::recovery::Recovery;
use super::signalling::Signalling;
use super::watch::Watch;
use super::{First, RuntimeError, Shared};

/// Worker 0's head.
pub(super) struct Head {
    coordinator: Coordinator,
    committing: Committing,
    signalling: Option<Signalling>,
    watch: Watch,
    clock: Clock,
    began: Instant,
}

impl Head {
    /// Takes over behind the start; `epoch` is the first that recovery left free.
    pub(super) fn begin(
        shared: &Shared,
        First { committer, seal, start, sinks }: First,
        (peers, epoch): (usize, u64),
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, RuntimeError> {
        let start = &start;
        let accounting = Recovery::new(&shared.lake, start, &shared.names).accounting()?;
        let terms = (shared.settings.pace, shared.settings.limits, peers);
        let coordinator = Coordinator::new(terms, start, accounting.clone(), epoch);
        let Outward { deciding, signalling } =
            Outward::begin(&shared.lake, seal.as_ref(), (sinks, shared.settings.band))?;
        let own = (accounting, deciding);
        let committing = Committing::start((&shared.lake, committer), seal, own, wake);
        let clock = Clock;
        let (watch, began) = (Watch::default(), clock.instant());
        Ok(Self { coordinator, committing, signalling, watch, clock, began })
    }

    /// Does what is due: takes reports, hands complete cuts over, notes seals, gives the next order.
    pub(super) fn turn(
        &mut self,
        control: &mut Control,
        done: u64,
        shared: &Shared,
    ) -> Result<(), RuntimeError> {
        let wall = self.clock.now();
        while let Some(report) = control.next_report() {
            match report {
                Report::Recovered(_) => unreachable!("recovery has ended"),
                Report::Signals(changes) => {
                    if let Some(signalling) = &self.signalling {
                        signalling.give(changes);
                    }
                }
                Report::Took(took) => self.coordinator.note(&took, wall),
                Report::Contributed(cut, share) => {
                    if let Some(cut) = self.coordinator.collect(cut, share) {
                        shared.vitals.handed_over(&cut);
                        self.committing.give(cut);
                    }
                }
            }
        }
        self.watch.look(&self.coordinator, shared, wall);
        while let Some(seal) = self.committing.finished()? {
            tracing::info!(cut = seal.facts.cut, records = seal.facts.record_count, "sealed");
            shared.vitals.sealed(&seal);
            self.coordinator.sealed(seal.facts.cut);
            control.order(Order::Sealed { cut: seal.facts.cut });
        }
        if shared.is_to_stop() {
            self.coordinator.stop();
        }
        let at = self.clock.since(self.began);
        if let Some(order) = self.coordinator.next_order(at, done, wall) {
            tracing::trace!(?order, "order");
            control.order(order);
        }
        Ok(())
    }

    /// Lets the threads finish.
    pub(super) fn end(self) {
        self.committing.stop();
        if let Some(signalling) = self.signalling {
            signalling.stop();
        }
    }
}
