//! The wall clock, where reading a topic has to know what lies in the future.

use std::time::{SystemTime, UNIX_EPOCH};

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
