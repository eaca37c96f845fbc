//! Hands batches to the runtime without ever blocking on it.

use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use crate::source::Batch;
use crate::stopwatch::Stopwatch;

/// Nobody takes batches any more.
pub(super) struct Unwanted;

/// The way to the runtime, with at most one batch that waits for room.
pub(super) struct Delivery {
    batches: SyncSender<Batch>,
    waiting: Option<Batch>,
    waits: Stopwatch,
    sent: Stopwatch,
}

impl Delivery {
    pub(super) fn new(batches: SyncSender<Batch>) -> Self {
        let (waits, sent) = (Stopwatch::started(), Stopwatch::started());
        Self { batches, waiting: None, waits, sent }
    }

    /// Whether a batch waits for room.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Whether a batch has waited so long.
    pub(super) fn has_waited(&self, span: Duration) -> bool {
        self.is_waiting() && self.waits.has_passed(span)
    }

    /// Whether nothing was handed over for so long.
    pub(super) fn is_silent(&self, span: Duration) -> bool {
        self.sent.has_passed(span)
    }

    /// Hands over the batch that waits, if there is room now.
    pub(super) fn retry(&mut self) -> Result<(), Unwanted> {
        match self.waiting.take() {
            Some(batch) => self.hand_over(batch),
            None => Ok(()),
        }
    }

    /// Hands a batch over, or lets it wait.
    ///
    /// # Panics
    /// If another one waits already.
    pub(super) fn send(&mut self, batch: Batch) -> Result<(), Unwanted> {
        assert!(self.waiting.is_none(), "one batch waits at a time");
        self.waits = Stopwatch::started();
        self.hand_over(batch)
    }

    fn hand_over(&mut self, batch: Batch) -> Result<(), Unwanted> {
        match self.batches.try_send(batch) {
            Ok(()) => {
                self.sent = Stopwatch::started();
                Ok(())
            }
            Err(TrySendError::Full(batch)) => {
                self.waiting = Some(batch);
                Ok(())
            }
            Err(TrySendError::Disconnected(_batch)) => Err(Unwanted),
        }
    }
}
