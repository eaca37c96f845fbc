//! Rules for the life of alarms, as the step needs them.

use datasets::assurance::alarm_rules::AlarmRules;
use datasets::ids::id64;
use datasets::units::MICROS_PER_SECOND;

/// Rules for the life of alarms; spans are in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// How long a cleared alarm is kept.
    pub cleared: Option<i64>,
    /// How long a cleared alarm is kept that was acknowledged.
    pub cleared_acknowledged: Option<i64>,
    /// How long an active alarm is kept; none keeps it until it is cleared (X.733).
    pub active: Option<i64>,
    /// How long an active alarm is kept that was acknowledged.
    pub active_acknowledged: Option<i64>,
    /// So many raises within such a span are flapping.
    pub flapping: Option<(usize, i64)>,
    /// Which cause resolves which problem: (resolution, problem), in order.
    pairs: Vec<(u64, u64)>,
}

impl Rules {
    /// The rules of a document that was checked.
    #[must_use]
    pub fn of(document: &AlarmRules) -> Self {
        let pair = |(resolution, problem): (&str, &str)| (id64(resolution), id64(problem));
        let pairs =
            document.pairs.iter().map(|pair| (pair.resolution.as_str(), pair.problem.as_str()));
        let mut pairs: Vec<_> = pairs.map(pair).collect();
        pairs.sort_unstable();
        let flapping = document.flapping.and_then(|flapping| {
            Some((usize::try_from(flapping.raises).ok()?, micros(flapping.within_s)))
        });
        Self {
            cleared: document.cleared_s.map(micros),
            cleared_acknowledged: document.cleared_acknowledged_s.map(micros),
            active: document.active_s.map(micros),
            active_acknowledged: document.active_acknowledged_s.map(micros),
            flapping,
            pairs,
        }
    }

    /// The problems that a cause resolves; none where it is a problem itself.
    pub(super) fn resolved_by(&self, cause: u64) -> impl Iterator<Item = u64> + '_ {
        let from = self.pairs.partition_point(|(resolution, _)| *resolution < cause);
        let pairs =
            self.pairs[from..].iter().take_while(move |(resolution, _)| *resolution == cause);
        pairs.map(|(_, problem)| *problem)
    }

    /// How long an alarm in such a state is kept.
    pub(super) fn kept_for(&self, is_cleared: bool, is_acknowledged: bool) -> Option<i64> {
        match (is_cleared, is_acknowledged) {
            (true, false) => self.cleared,
            (true, true) => self.cleared_acknowledged,
            (false, false) => self.active,
            (false, true) => self.active_acknowledged,
        }
    }
}

/// Seconds in microseconds, or for ever.
fn micros(seconds: u64) -> i64 {
    i64::try_from(seconds).map_or(i64::MAX, |seconds| seconds.saturating_mul(MICROS_PER_SECOND))
}
