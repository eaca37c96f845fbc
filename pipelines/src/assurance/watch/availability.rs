//! How much of the time a node was up, without the time in which it was worked on as planned.

use datasets::reference::Validity;
use datasets::units::{EventTime, Fraction};
use serde::{Deserialize, Serialize};

use super::status::Status;

/// Time in microseconds, as far as it counts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Uptime {
    /// In which it served.
    pub served: i64,
    /// In which it should have.
    pub expected: i64,
}

impl Uptime {
    /// The share of the time; none where no time counts.
    #[must_use]
    pub fn availability(self) -> Option<Fraction> {
        Fraction::of(self.served.into(), self.expected.into())
    }
}

/// The uptime within a span, from changes of the status in order; before the first nothing counts.
#[must_use]
pub fn uptime(changes: &[(EventTime, Status)], span: Validity) -> Uptime {
    let mut uptime = Uptime::default();
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([span.to]);
    for ((at, status), end) in changes.iter().zip(ends) {
        let counted = end.min(span.to).0.saturating_sub(at.0.max(span.from.0)).max(0);
        let (served, expected) = match status {
            Status::Up | Status::Degraded => (counted, counted),
            Status::Down | Status::Silent => (0, counted),
            Status::Maintenance => (0, 0),
        };
        uptime.served += served;
        uptime.expected += expected;
    }
    uptime
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_work_does_not_count() {
        let span = Validity { from: EventTime(100), to: EventTime(200) };
        let changes = [
            (EventTime(0), Status::Up),
            (EventTime(120), Status::Down),
            (EventTime(130), Status::Maintenance),
            (EventTime(150), Status::Degraded),
            (EventTime(190), Status::Silent),
            (EventTime(300), Status::Up),
        ];
        let found = uptime(&changes, span);
        assert_eq!(found, Uptime { served: 60, expected: 80 });
        assert_eq!(found.availability(), Fraction::of(3, 4));
        assert_eq!(uptime(&changes[2..3], span).served, 0);
        assert_eq!(uptime(&[], span).availability(), None);
    }
}
