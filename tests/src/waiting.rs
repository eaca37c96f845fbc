//! Waiting for what must come, without sleeping for a fixed time, and letting chosen spans pass.

use std::time::{Duration, Instant};

/// How long something may take that must happen, on a machine that does other things too.
const DEADLINE: Duration = Duration::from_secs(120);
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// A span that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins a span.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "bounds how long a test waits")]
    pub fn started() -> Self {
        Self(Instant::now())
    }

    /// How long it has lasted.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Looks until there is something to see.
///
/// # Panics
/// If it does not come in time; says what was waited for.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let watch = Stopwatch::started();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(watch.elapsed() < DEADLINE, "{what} did not come within {DEADLINE:?}");
        pause();
    }
}

/// Lets a span pass, and does something now and then meanwhile.
pub fn during(span: Duration, mut act: impl FnMut()) {
    let watch = Stopwatch::started();
    while watch.elapsed() < span {
        act();
        pause();
    }
}

fn pause() {
    std::thread::park_timeout(PAUSE);
}
