//! How far partitions are read, and who is told: the runtime, lag tools, and the client itself.

use datasets::units::EventTime;
use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use super::clock::wall_clock;
use super::reading::Reading;
use super::topic::signed;
use crate::source::Position;
use crate::source::error::SourceError;
use crate::source::running::Strings;
use crate::source::status::Reach;

/// How far a partition is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) next_offset: u64,
    pub(super) last_arrived_at: EventTime,
    /// Whether the broker said that there is nothing more.
    pub(super) at_end: bool,
    /// Whether the next batch tells of it.
    pub(super) touched: bool,
}

impl Progress {
    /// The broker said that there is nothing more.
    pub(super) fn reach_end(&mut self) {
        self.at_end = true;
        self.touched = true;
    }

    /// A partition that is read from here on.
    pub(super) fn from(next_offset: u64) -> Self {
        Self { next_offset, last_arrived_at: EventTime::MIN, at_end: false, touched: true }
    }

    /// How far it is read, and how far it goes.
    pub(super) fn reach(&self, end_offset: Option<u64>) -> Reach {
        let next_offset = self.next_offset;
        // Behind the last record there may be marks of transactions, which nobody will ever read.
        let end = if self.at_end { next_offset } else { end_offset.unwrap_or(next_offset) };
        Reach { next_offset, end_offset: end.max(next_offset) }
    }
}

impl Reading {
    /// How far the partitions are that were touched since the last batch.
    pub(super) fn positions(&self) -> Vec<Position> {
        let (observed, now) = (self.topic.consumer.context().observed(), wall_clock());
        let touched = self.partitions.iter().filter(|(_, progress)| progress.touched);
        touched
            .map(|(number, progress)| Position {
                partition: *number,
                next_offset: progress.next_offset,
                // A producer's clock may be wrong; no record arrives later than now.
                last_arrived_at: progress.last_arrived_at.min(now),
                caught_up: progress.at_end && observed.is_connected(*number),
            })
            .collect()
    }

    /// Commits the newest offsets that the runtime has sealed, for lag tools.
    pub(super) fn commit(&self, strings: &Strings) {
        let Some(positions) = strings.commits.try_iter().last() else { return };
        let mut offsets = TopicPartitionList::new();
        for position in positions {
            let next = Offset::Offset(i64::try_from(position.next_offset).unwrap_or(i64::MAX));
            let partition = signed(position.partition);
            if let Err(error) = offsets.add_partition_offset(&self.topic.name, partition, next) {
                tracing::warn!(topic = self.topic.name, %error, "could not name an offset to commit");
            }
        }
        if let Err(error) = self.topic.consumer.commit(&offsets, CommitMode::Async) {
            tracing::warn!(topic = self.topic.name, %error, "could not commit offsets for lag tools");
        }
    }

    /// Partitions with the offsets at which they go on.
    pub(super) fn offsets_of(
        &self,
        partitions: impl Iterator<Item = u32>,
    ) -> Result<TopicPartitionList, SourceError> {
        let mut offsets = TopicPartitionList::new();
        for partition in partitions {
            let next = self.partitions[&partition].next_offset;
            let next = Offset::Offset(i64::try_from(next).unwrap_or(i64::MAX));
            offsets
                .add_partition_offset(&self.topic.name, signed(partition), next)
                .map_err(self.topic.failed("assign partitions of"))?;
        }
        Ok(offsets)
    }
}
