//! What a worker can read from: a source with a name, a role and a thread of its own.

mod files;

mod topic;

use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use connectors::memory::{MemoryRecord, MemorySource};
use connectors::source::error::SourceError;
use connectors::source::running::RunningSource;
use connectors::source::{Launch, Role};

pub use files::FileFeed;
pub use topic::{Accepted, KafkaFeed};

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
    /// The names of its files in the order of their numbers; those that are `known` keep theirs. None for a topic.
    ///
    /// # Errors
    /// When a known one is gone.
    fn files(&self, _known: &[String]) -> Result<Vec<String>, SourceError> {
        Ok(Vec::new())
    }
    /// Starts a thread that reads its share; `files` are the names of its files.
    ///
    /// # Errors
    /// When it cannot be read from.
    fn start(&self, launch: Launch, files: &[String]) -> Result<RunningSource, SourceError>;
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

    fn start(&self, launch: Launch, _files: &[String]) -> Result<RunningSource, SourceError> {
        let source = self.source.lock().expect("no holder of the lock panics").take();
        source.expect("a source is started once").start(&self.source_id, launch)
    }
}
