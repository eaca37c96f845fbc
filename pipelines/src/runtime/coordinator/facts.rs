//! What is recorded and told of a run as a whole.

use connectors::lake::{CutFacts, SourcePosition};
use datasets::units::EventTime;

use super::{Coordinator, Ended};
use crate::charging::base::{FOLD, STEP_VERSION};
use crate::runtime::orders::CutShare;

impl Coordinator {
    /// What a cut records.
    pub(super) fn facts(&self, cut: u64, ended: Ended, shares: &[CutShare]) -> CutFacts {
        let position = |(&(source, partition), &next_offset): (&(u8, u32), &u64)| SourcePosition {
            source,
            partition,
            next_offset,
        };
        CutFacts {
            cut,
            now: ended.now,
            since: ended.since,
            reason: ended.reason.to_owned(),
            record_count: shares.iter().map(|share| share.record_count).sum(),
            positions: self.positions.iter().map(position).collect(),
            step_versions: [(FOLD.to_owned(), STEP_VERSION)].into(),
            ..self.standing.clone()
        }
    }

    /// The partitions that stream time goes on without, by source.
    #[must_use]
    pub fn left_out(&self, wall: EventTime) -> Vec<(String, u32)> {
        let source = |number: u8| self.standing.sources[usize::from(number)].clone();
        self.time.stuck(wall).map(|(number, partition)| (source(number), partition)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::runtime::budget::{Holding, Limits};
    use crate::runtime::coordinator::Pace;
    use crate::runtime::orders::{Accounting, Progress, Start, Took};

    #[test]
    fn a_partition_that_does_not_move_is_named_by_its_source() {
        let pace = Pace {
            publish_interval: Duration::from_secs(5),
            heartbeat: Duration::from_secs(60),
            epoch_interval: Duration::ZERO,
            until_idle: false,
        };
        let facts = CutFacts {
            now: EventTime::MIN,
            since: EventTime::MIN,
            sources: vec!["c/accounts/1".to_owned(), "c/usage/1".to_owned()],
            ..CutFacts::default()
        };
        let (versions, sealed) = Default::default();
        let start = Start { facts, generation: 1, versions, sealed };
        let terms = (pace, Limits::of_days(35), 1);
        let mut coordinator = Coordinator::new(terms, &start, Accounting::default(), 2);
        let wall = EventTime(0).plus_seconds(1_000);
        assert!(coordinator.next_order(Duration::ZERO, 2, wall).is_some());
        let progress =
            Progress { source: 1, partition: 3, reached: EventTime(0), caught_up: false };
        let took = Took {
            worker: 0,
            record_count: 0,
            backlog: false,
            idle: false,
            stopping: false,
            progress: vec![progress],
            holding: Holding::default(),
        };
        coordinator.note(&took, wall);
        assert_eq!(coordinator.left_out(wall.plus_seconds(600)), []);
        let left_out = coordinator.left_out(wall.plus_seconds(601));
        assert_eq!(left_out, [("c/usage/1".to_owned(), 3)]);
    }
}
