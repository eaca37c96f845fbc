//! Stream time: how far the arrival of one class of input has come, whatever the records themselves claim.
//!
//! **Law:** it is the least progress of all partitions, and it never goes back. A partition that is caught up has come
//! as far as the wall clock; one that lags, as far as the broker's time of its last record. A partition that holds all
//! others back for ten minutes is left out, and named.

use std::collections::BTreeMap;

use datasets::units::EventTime;

/// After how long a partition that does not move is left out, in seconds.
const PATIENCE_S: i64 = 600;

/// What names a partition: the source's number and its own.
pub type PartitionId = (u8, u32);

#[derive(Clone, Copy, Debug)]
struct Progress {
    reached: EventTime,
    caught_up: bool,
    /// The wall clock when it last moved.
    moved_at: EventTime,
}

/// The stream time of a class of input.
#[derive(Debug)]
pub struct StreamTime {
    partitions: BTreeMap<PartitionId, Progress>,
    now: EventTime,
}

impl StreamTime {
    /// Starts at the time of the last sealed cut.
    #[must_use]
    pub fn new(now: EventTime) -> Self {
        Self { partitions: BTreeMap::new(), now }
    }

    /// Notes how far a partition has come and whether there is more, at a wall-clock time.
    pub fn advance(
        &mut self,
        id: PartitionId,
        (reached, caught_up): (EventTime, bool),
        wall: EventTime,
    ) {
        let progress =
            self.partitions.entry(id).or_insert(Progress { reached, caught_up, moved_at: wall });
        if caught_up || reached > progress.reached {
            progress.moved_at = wall;
        }
        progress.reached = progress.reached.max(reached);
        progress.caught_up = caught_up;
    }

    /// Stream time at a wall-clock time.
    pub fn now(&mut self, wall: EventTime) -> EventTime {
        let moving = self.partitions.values().filter(|progress| !is_stuck(progress, wall));
        let least = moving.map(|progress| if progress.caught_up { wall } else { progress.reached });
        if let Some(least) = least.min() {
            self.now = self.now.max(least.min(wall));
        }
        self.now
    }

    /// The partitions that are left out at a wall-clock time.
    pub fn stuck(&self, wall: EventTime) -> impl Iterator<Item = PartitionId> {
        let stuck = move |(id, progress): (&PartitionId, &Progress)| {
            is_stuck(progress, wall).then_some(*id)
        };
        self.partitions.iter().filter_map(stuck)
    }
}

fn is_stuck(progress: &Progress, wall: EventTime) -> bool {
    !progress.caught_up && wall > progress.moved_at.plus_seconds(PATIENCE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> EventTime {
        EventTime(0).plus_seconds(seconds)
    }

    #[test]
    fn the_slowest_partition_decides() {
        let mut time = StreamTime::new(EventTime::MIN);
        time.advance((0, 0), (at(50), false), at(100));
        time.advance((0, 1), (at(90), true), at(100));
        assert_eq!(time.now(at(100)), at(50));
        time.advance((0, 0), (at(99), true), at(101));
        assert_eq!(time.now(at(101)), at(101));
    }

    #[test]
    fn it_never_goes_back_and_never_passes_the_wall_clock() {
        let mut time = StreamTime::new(at(70));
        time.advance((0, 0), (at(50), false), at(100));
        assert_eq!(time.now(at(100)), at(70));
        time.advance((0, 0), (at(2_000_000_000), false), at(101));
        assert_eq!(time.now(at(101)), at(101));
    }

    #[test]
    fn a_partition_that_does_not_move_is_left_out_and_named() {
        let mut time = StreamTime::new(EventTime::MIN);
        time.advance((0, 0), (at(10), false), at(100));
        time.advance((0, 1), (at(100), true), at(100));
        assert_eq!(time.now(at(700)), at(10));
        time.advance((0, 1), (at(800), true), at(800));
        assert_eq!(time.now(at(800)), at(800));
        assert_eq!(time.stuck(at(800)).collect::<Vec<_>>(), [(0, 0)]);
    }
}
