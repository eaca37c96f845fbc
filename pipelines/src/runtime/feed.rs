//! What a worker can read from: a source with a name, a role and a thread of its own.

use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use connectors::decode::Format;
use connectors::file::FileSource;
use connectors::kafka::config::KafkaConfig;
use connectors::kafka::source::KafkaSource;
use connectors::memory::{MemoryRecord, MemorySource};
use connectors::source::error::SourceError;
use connectors::source::running::RunningSource;
use connectors::source::{Launch, Role};

/// A source that can be started, on whichever worker it is given to.
pub trait Feed: Send + Sync {
    /// Who the source is to the lake: cluster, topic and incarnation, or the path of files.
    fn source_id(&self) -> &str;
    /// What its records are.
    fn role(&self) -> Role;
    /// Whether every worker starts it, for a share of its partitions; otherwise one worker reads all of it.
    fn is_shared(&self) -> bool {
        false
    }
    /// Refuses to be read in place of another source that the lake has read before; those are given in the order in which
    /// they came.
    ///
    /// # Errors
    /// When it has taken the place of one: a topic that was deleted and made again.
    fn check(&self, _known: &[String]) -> Result<(), SourceError> {
        Ok(())
    }
    /// Starts a thread that reads its share.
    ///
    /// # Errors
    /// When it cannot be read from.
    fn start(&self, launch: Launch) -> Result<RunningSource, SourceError>;
}

/// A file, or the files of a folder.
pub struct FileFeed {
    source: FileSource,
    role: Role,
    source_id: String,
}

impl FileFeed {
    /// Looks for the files.
    ///
    /// # Errors
    /// When there is nothing that can be read.
    pub fn open(
        (name, path): (&str, &str),
        role: Role,
        format: Format,
    ) -> Result<Self, SourceError> {
        let source = FileSource::open(path, role, format)?.called(name);
        let source_id = source.source_id();
        Ok(Self { source, role, source_id })
    }
}

impl Feed for FileFeed {
    fn source_id(&self) -> &str {
        &self.source_id
    }

    fn role(&self) -> Role {
        self.role
    }

    fn start(&self, launch: Launch) -> Result<RunningSource, SourceError> {
        self.source.clone().start(launch)
    }
}

/// An in-process topic; it can be started once.
pub struct MemoryFeed {
    source: Mutex<Option<MemorySource>>,
    role: Role,
    source_id: String,
}

impl MemoryFeed {
    /// A topic that is fed through `records`.
    #[must_use]
    pub fn new(topic: &str, role: Role, records: Receiver<MemoryRecord>) -> Self {
        let source = Mutex::new(Some(MemorySource::new(topic, role, records)));
        Self { source, role, source_id: format!("memory/{topic}/0") }
    }
}

impl Feed for MemoryFeed {
    fn source_id(&self) -> &str {
        &self.source_id
    }

    fn role(&self) -> Role {
        self.role
    }

    fn start(&self, launch: Launch) -> Result<RunningSource, SourceError> {
        let source = self.source.lock().expect("no holder of the lock panics").take();
        source.expect("a source is started once").start(&self.source_id, launch)
    }
}

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

    fn start(&self, launch: Launch) -> Result<RunningSource, SourceError> {
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
