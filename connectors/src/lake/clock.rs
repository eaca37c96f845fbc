//! The wall clock, as the lake sees it.

use std::fmt;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use datasets::units::EventTime;

/// Tells the time at which a cut is sealed, and by which retention decides.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> EventTime + Send + Sync>);

impl Clock {
    /// A clock that tells what the function says.
    pub fn new(tell: impl Fn() -> EventTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> EventTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// The computer's own clock.
#[must_use]
pub fn wall_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the seal records when it was made")]
    let now = || std::time::SystemTime::now();
    Clock::new(move || {
        let since = now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
        EventTime(i64::try_from(since.as_micros()).expect("the clock is before the year 294,000"))
    })
}
