//! How long something has waited: pacing at the edge, no part of any result.

use std::time::{Duration, Instant};

/// A span that has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins a span.
    #[expect(clippy::disallowed_methods, reason = "pacing at the edge, no part of any result")]
    pub(crate) fn started() -> Self {
        Self(Instant::now())
    }

    /// Whether the span has lasted so long.
    pub(crate) fn has_passed(self, span: Duration) -> bool {
        self.0.elapsed() >= span
    }
}
