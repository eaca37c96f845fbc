//! The one place where reading a topic looks at the clock: how long something waits, and what lies in the future.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use datasets::units::EventTime;

/// The wall clock, to see through broker timestamps that lie in the future.
#[expect(
    clippy::disallowed_methods,
    reason = "an upper bound of arrival, which is recorded with the cut"
)]
pub(super) fn wall_clock() -> EventTime {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_micros()).map_or(EventTime::MAX, EventTime)
}

/// A span that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins a span.
    #[expect(clippy::disallowed_methods, reason = "pacing of a client, no part of any result")]
    pub(super) fn started() -> Self {
        Self(Instant::now())
    }

    /// Whether the span has lasted so long.
    pub(super) fn has_passed(self, span: Duration) -> bool {
        self.0.elapsed() >= span
    }
}
