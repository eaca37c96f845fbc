//! Why a source could not start or had to stop.

use std::path::PathBuf;

use rdkafka::error::KafkaError;

use crate::mapping::error::MappingError;

/// Why a source could not start or had to stop; says what, where and what next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No broker answered.
    #[error(
        "no broker of \"{brokers}\" answered within {seconds} s ({cause}); check that one is running and that address, port and security settings are right"
    )]
    Unreachable {
        /// The addresses as configured.
        brokers: String,
        /// How long was waited.
        seconds: u64,
        /// What the client said last.
        cause: String,
    },
    /// The topic is not there.
    #[error(
        "topic \"{topic}\" does not exist on \"{brokers}\"; create it, or correct the topic's name"
    )]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// The addresses as configured.
        brokers: String,
    },
    /// The topic was deleted, or deleted and made again.
    #[error(
        "topic \"{topic}\" is not the one that was read before ({evidence}); it was deleted or made again: start a new source for it, or restore it"
    )]
    TopicReplaced {
        /// The topic.
        topic: String,
        /// By what it shows.
        evidence: String,
    },
    /// Records were deleted before they were read.
    #[error(
        "topic \"{topic}\" partition {partition} no longer has offset {offset}, its first is {earliest}: records were deleted before they were read; restore them, or set accept_gap = true in its [[source]] to go on without them"
    )]
    OffsetGone {
        /// The topic.
        topic: String,
        /// The partition.
        partition: u32,
        /// The offset to read next.
        offset: u64,
        /// The first offset that is left.
        earliest: u64,
    },
    /// A file that the lake knows is gone.
    #[error(
        "file \"{file}\" of \"{topic}\" has been read before and is not there any more; put it back, or set accept_gap = true in its [[source]] to go on without what was not read of it"
    )]
    FileGone {
        /// The file.
        file: String,
        /// The folder.
        topic: String,
    },
    /// A place that provenance cannot name.
    #[error("topic \"{topic}\" has {what}, more than weir can number; split it")]
    OutOfRange {
        /// The topic, or the folder.
        topic: String,
        /// What is too much.
        what: String,
    },
    /// A setting that cannot be used.
    #[error("setting \"{key}\" of source \"{topic}\" {problem}")]
    Setting {
        /// The setting.
        key: String,
        /// The topic, or the file.
        topic: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The client refused or failed.
    #[error("could not {doing} topic \"{topic}\"")]
    Kafka {
        /// What was being done.
        doing: &'static str,
        /// The topic.
        topic: String,
        /// The client's error.
        #[source]
        source: KafkaError,
    },
    /// A file could not be read.
    #[error("could not {doing} \"{}\"", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A mapping that cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl SourceError {
    /// Whether the remote side could not be reached, so that trying again later may help.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}
