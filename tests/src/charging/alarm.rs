//! Workers that do not wait for one that has panicked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells the other workers when this one panics, so that none waits for it.
pub(super) struct Alarm(pub(super) Arc<AtomicBool>);

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.fetch_or(std::thread::panicking(), Ordering::Relaxed);
    }
}
