//! The Kafka source: one topic, read by one thread into batches.

use std::sync::Arc;

use super::config::KafkaConfig;
use super::reading::Reading;
use super::topic::Topic;
use crate::decode::{Counting, Decoder, Format, Identity};
use crate::source::error::SourceError;
use crate::source::running::RunningSource;
use crate::source::{Launch, Role};

/// A topic within reach, ready to be read.
pub struct KafkaSource {
    topic: Topic,
    role: Role,
    format: Format,
    accepts_gap: bool,
}

impl KafkaSource {
    /// Reaches the cluster, looks at the topic and learns which one it is.
    ///
    /// # Errors
    /// When no broker answers in time, the topic is not there, or a setting cannot be used.
    pub fn connect(
        config: &KafkaConfig,
        topic: &str,
        role: Role,
        format: Format,
    ) -> Result<Self, SourceError> {
        Ok(Self { topic: Topic::connect(config, topic)?, role, format, accepts_gap: false })
    }

    /// Whether to begin with what is left where records were deleted before they were read.
    #[must_use]
    pub fn accepting_a_gap(self, accepts_gap: bool) -> Self {
        Self { accepts_gap, ..self }
    }

    /// Who the source is to the lake: cluster, topic, and the incarnation of the topic.
    #[must_use]
    pub fn source_id(&self) -> &str {
        &self.topic.source_id
    }

    /// The partitions that the topic has now.
    #[must_use]
    pub fn partitions(&self) -> &[u32] {
        &self.topic.partitions
    }

    /// Refuses to go on where another topic of the same name was read before.
    ///
    /// # Errors
    /// When the lake knows the source under another id.
    pub fn expect(&self, source_id: &str) -> Result<(), SourceError> {
        if source_id == self.source_id() {
            return Ok(());
        }
        let evidence = format!("it was \"{source_id}\" and is \"{}\"", self.source_id());
        Err(SourceError::TopicReplaced { topic: self.topic.name.clone(), evidence })
    }

    /// Reads on a thread of its own until it is stopped or nobody takes batches.
    ///
    /// Brokers may come and go meanwhile: the thread keeps trying and says so in its status.
    ///
    /// # Errors
    /// When the topic no longer has the offsets to start with, or the format does not fit the role.
    pub fn start(mut self, launch: Launch) -> Result<RunningSource, SourceError> {
        let identity = Identity {
            number: launch.number,
            source_id: self.topic.source_id.as_str().into(),
            topic: Arc::from(self.topic.name.as_str()),
        };
        let form = (self.role, &self.format);
        let mut decoder = Decoder::new(identity, form, Counting::Records, launch.pseudonyms)?;
        if decoder.has_header() {
            return Err(SourceError::Setting {
                key: "format".to_owned(),
                topic: self.topic.name,
                problem: "takes columns' names from a first line, which a topic does not have: give them in the mapping's \"csv.columns\"".to_owned(),
            });
        }
        decoder.begin(None)?;
        let mut starts = self.topic.starts(&launch.start, self.accepts_gap)?;
        starts.retain(|partition, _| launch.share.has(*partition));
        self.topic.partitions = starts.keys().copied().collect();
        let reading = Reading::new(self.topic, decoder, starts, (launch.share, launch.batches))?;
        let name = format!("source-{}", launch.number);
        Ok(RunningSource::spawn(&name, move |strings| reading.run(&strings)))
    }
}
