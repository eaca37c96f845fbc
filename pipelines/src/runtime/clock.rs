//! The clock on the wall for the runtime; the edges that need one of their own are the lake's `Clock` and the brokers'.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use datasets::units::EventTime;

/// Reads the wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// The wall clock, in UTC.
    ///
    /// # Panics
    /// If the machine's clock stands before 1970.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else asks")]
    pub fn now(self) -> EventTime {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        EventTime(i64::try_from(since_1970.as_micros()).expect("a clock before the year 294247"))
    }

    /// A monotone instant, for measuring spans.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else asks")]
    pub fn instant(self) -> Instant {
        Instant::now()
    }

    /// How long ago an instant was.
    #[must_use]
    pub fn since(self, instant: Instant) -> Duration {
        self.instant().saturating_duration_since(instant)
    }
}
