//! What a source does about events that are not records: ends, errors, new partitions, lost brokers.

use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

use super::progress::Progress;
use super::reading::{Halt, Reading};
use super::topic::is_gone;
use crate::source::error::SourceError;
use crate::source::running::Strings;
use crate::source::status::State;

impl Reading {
    /// Decides about an event: most are told and outlived, a gap or another topic is the end.
    pub(super) fn trouble(&mut self, error: KafkaError) -> Result<(), Halt> {
        if let KafkaError::PartitionEOF(partition) = error {
            let partition = u32::try_from(partition).ok();
            if let Some(progress) = partition.and_then(|number| self.partitions.get_mut(&number)) {
                progress.reach_end();
            }
            return Ok(());
        }
        let code = error.rdkafka_error_code();
        let fatal = matches!(error, KafkaError::MessageConsumptionFatal(_));
        match code {
            Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => {
                Err(self.gap(error).into())
            }
            Some(code) if is_gone(code) && self.topic.still_exists() == Some(false) => {
                Err(self.replaced("it no longer exists".to_owned()).into())
            }
            _ if fatal => Err(self.topic.failed("read")(error).into()),
            _ => {
                tracing::debug!(topic = self.topic.name, %error, "the client goes on after an error");
                self.topic.consumer.context().observed().complaint = Some(error.to_string());
                Ok(())
            }
        }
    }

    /// Why an offset is not there: deleted before it was read, or of another topic.
    fn gap(&self, error: KafkaError) -> SourceError {
        if self.topic.still_exists() == Some(false) {
            return self.replaced("it no longer exists".to_owned());
        }
        let found = self
            .partitions
            .iter()
            .find_map(|(number, progress)| self.topic.checked(*number, progress.next_offset).err());
        match found {
            Some(gap) if !gap.is_unreachable() => gap,
            _ => self.topic.failed("read")(error),
        }
    }

    fn replaced(&self, evidence: String) -> SourceError {
        SourceError::TopicReplaced { topic: self.topic.name.clone(), evidence }
    }

    /// Looks at what the client has told since the last look.
    pub(super) fn look_around(&mut self, strings: &Strings) -> Result<(), Halt> {
        let observed =
            self.topic.consumer.context().observed().clone_if_newer(self.statistics_seen);
        let Some(observed) = observed else { return Ok(()) };
        self.statistics_seen = observed.statistics_count;
        if let Some(id) = observed.ids.last().filter(|id| self.topic.is_other(id)) {
            let evidence = format!("its id was \"{}\" and is \"{id}\"", self.topic.incarnation);
            return Err(self.replaced(evidence).into());
        }
        let is_new =
            |number: &&u32| self.share.has(**number) && !self.partitions.contains_key(number);
        let new = observed.partitions.keys().filter(is_new);
        for number in new.copied().collect::<Vec<_>>() {
            self.add_partition(number)?;
        }
        let (paused, partitions) = (self.is_paused(), &self.partitions);
        strings.status.update(|snapshot| {
            snapshot.state = match (observed.disconnected, paused) {
                (true, _) => State::Disconnected,
                (false, true) => State::Paused,
                (false, false) => State::Running,
            };
            snapshot.complaint = observed.complaint.clone();
            snapshot.partitions = partitions
                .iter()
                .map(|(number, progress)| (*number, progress.reach(observed.end(*number))))
                .collect();
        });
        Ok(())
    }

    /// Begins to read a partition that the topic did not have before, from its first record.
    fn add_partition(&mut self, number: u32) -> Result<(), Halt> {
        let start = match self.topic.earliest(number) {
            Ok(start) => start,
            // The next statistics name it again.
            Err(error) if error.is_unreachable() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        tracing::info!(topic = self.topic.name, partition = number, "reads a new partition");
        self.topic.partitions.push(number);
        self.partitions.insert(number, Progress::from(start));
        let assignment = self.offsets_of(std::iter::once(number))?;
        let failed = self.topic.failed("assign partitions of");
        self.topic.consumer.incremental_assign(&assignment).map_err(failed)?;
        Ok(())
    }
}
