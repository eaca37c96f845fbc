//! Where reading begins in each partition, checked against what the partition still has.

use std::collections::BTreeMap;

use datasets::units::EventTime;
use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use super::topic::{Topic, signed};
use crate::source::Start;
use crate::source::error::SourceError;

/// The first offset that provenance cannot name.
const OFFSET_LIMIT: u64 = 1 << 42;

impl Topic {
    /// The offset at which each partition begins.
    pub(super) fn starts(
        &self,
        start: &Start,
        accepts_gap: bool,
    ) -> Result<BTreeMap<u32, u64>, SourceError> {
        match start {
            Start::Earliest => self.each(|partition| self.earliest(partition)),
            Start::Positions(positions) => {
                self.check_partitions(positions)?;
                self.each(|partition| match positions.get(&partition) {
                    Some(offset) if accepts_gap => self.left(partition, *offset),
                    Some(offset) => self.checked(partition, *offset),
                    None => self.earliest(partition),
                })
            }
            Start::At(instant) => self.at(*instant),
        }
    }

    fn each(
        &self,
        start: impl Fn(u32) -> Result<u64, SourceError>,
    ) -> Result<BTreeMap<u32, u64>, SourceError> {
        self.partitions.iter().map(|partition| Ok((*partition, start(*partition)?))).collect()
    }

    /// The first offset that a partition has.
    pub(super) fn earliest(&self, partition: u32) -> Result<u64, SourceError> {
        let (earliest, _end) =
            self.watermarks(partition).map_err(|error| self.unreachable(&error))?;
        self.nameable(earliest)
    }

    /// An offset, if the partition still has it or will have it next.
    pub(super) fn checked(&self, partition: u32, offset: u64) -> Result<u64, SourceError> {
        let (earliest, end) =
            self.watermarks(partition).map_err(|error| self.unreachable(&error))?;
        let topic = self.name.clone();
        if offset > end {
            let evidence =
                format!("partition {partition} ends at {end}, but was read up to {offset}");
            return Err(SourceError::TopicReplaced { topic, evidence });
        }
        if offset < earliest {
            return Err(SourceError::OffsetGone { topic, partition, offset, earliest });
        }
        self.nameable(offset)
    }

    /// An offset, or the first one behind it that the partition still has.
    fn left(&self, partition: u32, offset: u64) -> Result<u64, SourceError> {
        match self.checked(partition, offset) {
            Err(SourceError::OffsetGone { earliest, .. }) => {
                tracing::warn!(
                    topic = self.name,
                    partition,
                    offset,
                    earliest,
                    "goes on behind a gap: records were deleted before they were read"
                );
                self.nameable(earliest)
            }
            checked => checked,
        }
    }

    fn nameable(&self, offset: u64) -> Result<u64, SourceError> {
        if offset < OFFSET_LIMIT {
            return Ok(offset);
        }
        let what = format!("offset {offset}");
        Err(SourceError::OutOfRange { topic: self.name.clone(), what })
    }

    /// A topic never loses partitions.
    fn check_partitions(&self, positions: &BTreeMap<u32, u64>) -> Result<(), SourceError> {
        match positions.keys().find(|partition| !self.partitions.contains(partition)) {
            None => Ok(()),
            Some(partition) => Err(SourceError::TopicReplaced {
                topic: self.name.clone(),
                evidence: format!("partition {partition} was read, but is not there"),
            }),
        }
    }

    /// In each partition the first offset whose record the broker took then or later; its end if there is none.
    fn at(&self, instant: EventTime) -> Result<BTreeMap<u32, u64>, SourceError> {
        let unreachable = |error: KafkaError| self.unreachable(&error);
        let mut wanted = TopicPartitionList::new();
        for partition in &self.partitions {
            let millis = Offset::Offset(instant.0.div_euclid(1_000).max(0));
            wanted
                .add_partition_offset(&self.name, signed(*partition), millis)
                .map_err(self.failed("look for an instant in"))?;
        }
        let found = self.consumer.offsets_for_times(wanted, self.timeout).map_err(unreachable)?;
        self.each(|partition| {
            let place =
                found.find_partition(&self.name, signed(partition)).map(|place| place.offset());
            match place {
                Some(Offset::Offset(offset)) => self.nameable(u64::try_from(offset).unwrap_or(0)),
                _ => self.watermarks(partition).map(|(_earliest, end)| end).map_err(unreachable),
            }
        })
    }
}
