//! What is recorded and told of a run as a whole.

use connectors::lake::{CutFacts, SourcePosition};
use datasets::units::EventTime;

use super::{Coordinator, Ended};
use crate::charging::base::{FOLD, STEP_VERSION};
use crate::runtime::orders::{Accounting, CutShare};

/// A cut of which all workers have handed in their share.
#[derive(Debug)]
pub struct CompleteCut {
    /// What the cut records.
    pub facts: CutFacts,
    /// The shares of all workers.
    pub shares: Vec<CutShare>,
    /// Usage records by state, after the cut.
    pub accounting: Accounting,
}

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
    use crate::runtime::orders::{Order, Progress, Start, Took};

    /// A coordinator of one worker behind an empty lake, with so much memory.
    fn coordinator(memory_budget: u64) -> Coordinator {
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
        let limits = Limits { memory_budget, ..Limits::of_days(35) };
        Coordinator::new((pace, limits, 1), &start, Accounting::default(), 2)
    }

    fn took(reached: EventTime, events: u64) -> Took {
        let (source, partition, next_offset, caught_up) = (1, 3, 7, false);
        Took {
            worker: 0,
            record_count: 0,
            backlog: false,
            idle: false,
            stopping: false,
            progress: vec![Progress { source, partition, reached, next_offset, caught_up }],
            silent: Vec::new(),
            holding: Holding { epoch: 2, events, ..Holding::default() },
        }
    }

    #[test]
    fn a_partition_that_does_not_move_is_named_by_its_source() {
        let mut coordinator = coordinator(u64::MAX);
        let wall = EventTime(0).plus_seconds(1_000);
        assert!(coordinator.next_order(Duration::ZERO, 2, wall).is_some());
        coordinator.note(&took(EventTime(0), 0), wall);
        assert_eq!(coordinator.left_out(wall.plus_seconds(600)), []);
        let left_out = coordinator.left_out(wall.plus_seconds(601));
        assert_eq!(left_out, [("c/usage/1".to_owned(), 3)]);
    }

    /// A file is read that says nothing of its arrival, and memory is full before its end: waiting would be for ever.
    #[test]
    fn where_memory_is_full_stream_time_begins() {
        let wall = EventTime(0).plus_seconds(1_000);
        let now = |events| {
            let mut coordinator = coordinator(64 * 1_000);
            assert!(coordinator.next_order(Duration::ZERO, 2, wall).is_some());
            coordinator.note(&took(EventTime::MIN, events), wall);
            match coordinator.next_order(Duration::ZERO, 4, wall) {
                Some(Order::Tick { tick, intake, .. }) => (tick.now, intake),
                order => panic!("{order:?} is no tick"),
            }
        };
        assert_eq!(now(1_000), (i64::MIN, true));
        assert_eq!(now(1_001), (wall.0, false));
    }
}
