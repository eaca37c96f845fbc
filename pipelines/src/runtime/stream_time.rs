//! Stream time: how far the arrival of one class of input has come, whatever the records themselves claim.
//!
//! **Law:** it is the least progress of all partitions, and it never goes back. A partition that is caught up has come
//! as far as the wall clock; one that lags, as far as the broker's time of its last record. A partition that holds all
//! others back for ten minutes is left out, and named. While a source has not said anything, for ten minutes at most, stream
//! time stands still: nobody knows how far that source has come.

use std::collections::BTreeMap;

use datasets::units::EventTime;

/// After how long a partition that does not move is left out, in seconds.
const PATIENCE_S: i64 = 600;

/// What names a partition: the source's number and its own.
pub type PartitionId = (u8, u32);

#[derive(Clone, Copy, Debug)]
struct Progress {
    reached: EventTime,
    next_offset: u64,
    caught_up: bool,
    /// The wall clock when it last moved.
    moved_at: EventTime,
}

/// How far a partition is said to have come.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    /// The arrival of the last record that was read.
    pub reached: EventTime,
    /// The offset at which reading goes on.
    pub next_offset: u64,
    /// Whether there is no more.
    pub caught_up: bool,
}

/// The stream time of a class of input.
#[derive(Debug)]
pub struct StreamTime {
    partitions: BTreeMap<PartitionId, Progress>,
    /// Since when a worker has heard nothing of a source.
    silent: BTreeMap<(usize, u8), EventTime>,
    now: EventTime,
}

impl StreamTime {
    /// Starts at the time of the last sealed cut.
    #[must_use]
    pub fn new(now: EventTime) -> Self {
        Self { partitions: BTreeMap::new(), silent: BTreeMap::new(), now }
    }

    /// Notes how far a partition has come, at a wall-clock time.
    pub fn advance(&mut self, id: PartitionId, to: Reached, wall: EventTime) {
        let Reached { reached, next_offset, caught_up } = to;
        let first = Progress { reached, next_offset, caught_up, moved_at: wall };
        let progress = self.partitions.entry(id).or_insert(first);
        if caught_up || reached > progress.reached || next_offset > progress.next_offset {
            progress.moved_at = wall;
        }
        progress.reached = progress.reached.max(reached);
        (progress.next_offset, progress.caught_up) = (next_offset, caught_up);
    }

    /// Notes of which sources a worker has not heard yet, at a wall-clock time.
    pub fn hear_nothing_of(&mut self, worker: usize, sources: &[u8], wall: EventTime) {
        self.silent.retain(|(of, source), _| *of != worker || sources.contains(source));
        for source in sources {
            self.silent.entry((worker, *source)).or_insert(wall);
        }
    }

    /// Begins now, where nothing else has begun it: there is no room to wait for more.
    pub fn begin(&mut self, wall: EventTime) {
        if self.now == EventTime::MIN {
            self.now = wall;
        }
    }

    /// Stream time at a wall-clock time.
    pub fn now(&mut self, wall: EventTime) -> EventTime {
        if self.silent.values().any(|since| wall <= since.plus_seconds(PATIENCE_S)) {
            return self.now;
        }
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

    fn reached(seconds: i64, caught_up: bool) -> Reached {
        Reached { reached: at(seconds), next_offset: 0, caught_up }
    }

    #[test]
    fn the_slowest_partition_decides() {
        let mut time = StreamTime::new(EventTime::MIN);
        time.advance((0, 0), reached(50, false), at(100));
        time.advance((0, 1), reached(90, true), at(100));
        assert_eq!(time.now(at(100)), at(50));
        time.advance((0, 0), reached(99, true), at(101));
        assert_eq!(time.now(at(101)), at(101));
    }

    #[test]
    fn it_never_goes_back_and_never_passes_the_wall_clock() {
        let mut time = StreamTime::new(at(70));
        time.advance((0, 0), reached(50, false), at(100));
        assert_eq!(time.now(at(100)), at(70));
        time.advance((0, 0), reached(2_000_000_000, false), at(101));
        assert_eq!(time.now(at(101)), at(101));
    }

    #[test]
    fn a_partition_that_does_not_move_is_left_out_and_named() {
        let mut time = StreamTime::new(EventTime::MIN);
        time.advance((0, 0), reached(10, false), at(100));
        time.advance((0, 1), reached(100, true), at(100));
        assert_eq!(time.now(at(700)), at(10));
        time.advance((0, 1), reached(800, true), at(800));
        assert_eq!(time.now(at(800)), at(800));
        assert_eq!(time.stuck(at(800)).collect::<Vec<_>>(), [(0, 0)]);
    }

    #[test]
    fn a_file_that_is_read_for_long_is_waited_for() {
        let mut time = StreamTime::new(EventTime::MIN);
        let read =
            |next_offset, caught_up| Reached { reached: EventTime::MIN, next_offset, caught_up };
        for minute in 0..60 {
            time.advance((0, 0), read(u64::try_from(minute).unwrap(), false), at(minute * 60));
            time.advance((0, 1), reached(0, true), at(minute * 60));
            assert_eq!(time.now(at(minute * 60)), EventTime::MIN);
        }
        time.advance((0, 0), read(60, true), at(3_600));
        assert_eq!(time.now(at(3_600)), at(3_600));
    }

    #[test]
    fn nothing_begins_before_each_source_has_been_heard_or_given_up() {
        let mut time = StreamTime::new(EventTime::MIN);
        let mut hear = |seconds, silent: &[u8]| {
            time.advance((0, 0), reached(0, true), at(seconds));
            time.hear_nothing_of(0, silent, at(seconds));
            time.now(at(seconds))
        };
        assert_eq!(hear(10, &[1, 2]), EventTime::MIN);
        assert_eq!(hear(610, &[2]), EventTime::MIN);
        assert_eq!(hear(611, &[2]), at(611));
        assert_eq!(hear(612, &[]), at(612));
    }
}
