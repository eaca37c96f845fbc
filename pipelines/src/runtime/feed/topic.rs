//! A topic of a Kafka cluster as what is read from, and what of it is known to be lost.

use std::sync::Mutex;

use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::kafka::source::KafkaSource;
use connectors::source::error::SourceError;
use connectors::source::running::RunningSource;
use connectors::source::{Launch, Role};

use super::Feed;

/// What would be a loss if nobody had said that it is known.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// The id of the source whose place a topic has taken.
    pub replaces: Option<String>,
    /// Whether records may be missing that were deleted before they were read.
    pub gap: bool,
}

impl Accepted {
    /// The source whose place a new one has taken without anyone having said so. Of several incarnations of a topic that
    /// the lake knows only the newest is replaced: the others were, before.
    fn replaced_by<'a>(&self, source_id: &str, known: &'a [String]) -> Option<&'a str> {
        let newest = known.iter().rev().find(|known| place(known) == place(source_id))?;
        let is_known = newest == source_id || self.replaces.as_ref() == Some(newest);
        (!is_known).then_some(newest.as_str())
    }
}

/// A topic of a Kafka cluster, whose partitions are shared out among all workers.
pub struct KafkaFeed {
    config: KafkaConfig,
    topic: String,
    format: Format,
    /// The first connection, for whoever starts first.
    source: Mutex<Option<KafkaSource>>,
    role: Role,
    source_id: String,
    accepted: Accepted,
}

impl KafkaFeed {
    /// Reaches the cluster and looks at the topic.
    ///
    /// # Errors
    /// When no broker answers, or the topic is not there.
    pub fn connect(
        config: &KafkaConfig,
        topic: &str,
        role: Role,
        format: Format,
    ) -> Result<Self, SourceError> {
        let source = KafkaSource::connect(config, topic, role, format.clone())?;
        let source_id = source.source_id().to_owned();
        let source = Mutex::new(Some(source));
        let (config, topic) = (config.clone(), topic.to_owned());
        let accepted = Accepted::default();
        Ok(Self { config, topic, format, source, role, source_id, accepted })
    }

    /// Goes on in spite of losses that are known.
    #[must_use]
    pub fn accepting(self, accepted: Accepted) -> Self {
        Self { accepted, ..self }
    }

    fn connect_again(&self) -> Result<KafkaSource, SourceError> {
        let format = self.format.clone();
        let source = KafkaSource::connect(&self.config, &self.topic, self.role, format)?;
        source.expect(&self.source_id)?;
        Ok(source)
    }
}

impl Feed for KafkaFeed {
    fn check(&self, known: &[String]) -> Result<(), SourceError> {
        let Some(replaced) = self.accepted.replaced_by(&self.source_id, known) else {
            return Ok(());
        };
        let evidence = format!(
            "it was \"{replaced}\" and is \"{}\"; replaces = \"{replaced}\" in its [[source]] reads it all the same",
            self.source_id
        );
        Err(SourceError::TopicReplaced { topic: self.topic.clone(), evidence })
    }

    fn source_id(&self) -> &str {
        &self.source_id
    }

    fn role(&self) -> Role {
        self.role
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn start(&self, launch: Launch, _files: &[String]) -> Result<RunningSource, SourceError> {
        let first = self.source.lock().expect("no holder of the lock panics").take();
        let source = first.map_or_else(|| self.connect_again(), Ok)?;
        source.accepting_a_gap(self.accepted.gap).start(launch)
    }
}

/// Cluster and topic of a source's id, without the incarnation of the topic.
fn place(source_id: &str) -> Option<&str> {
    source_id.rsplit_once('/').map(|(place, _incarnation)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which source a topic replaces although only a replacement of another is said to be known.
    #[test]
    fn only_the_newest_incarnation_of_a_topic_is_replaced() {
        let known = ["c/t/1", "c/u/1", "c/t/2"].map(str::to_owned);
        let replaced = |source_id, replaces: Option<&str>| {
            let replaces = replaces.map(str::to_owned);
            Accepted { replaces, gap: false }.replaced_by(source_id, &known)
        };
        assert_eq!(replaced("c/t/3", None), Some("c/t/2"));
        assert_eq!(replaced("c/t/3", Some("c/t/1")), Some("c/t/2"));
        assert_eq!(replaced("c/t/3", Some("c/t/2")), None);
        assert_eq!(replaced("c/t/2", None), None);
        assert_eq!(replaced("c/v/1", None), None);
    }
}
