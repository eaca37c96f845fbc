//! Kafka sinks: signals, which are a table in a compacted topic, and actions, which are sent once each.

pub mod action;

pub mod records;

pub mod signal;

mod publisher;

use crate::source::error::SourceError;

/// Why a sink could not do its work; nothing that it was given may be taken for sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The cluster or the topic is out of reach.
    #[error(transparent)]
    Reach(#[from] SourceError),
    /// The brokers did not acknowledge everything.
    #[error(
        "topic \"{topic}\" acknowledged {acknowledged} of {sent} records ({cause}); send them again when its brokers are back"
    )]
    NotAcknowledged {
        /// The topic.
        topic: String,
        /// How many records were sent.
        sent: usize,
        /// How many were acknowledged.
        acknowledged: usize,
        /// What the client said.
        cause: String,
    },
}

impl SinkError {
    /// Whether the remote side could not be reached, so that trying again later may help.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Reach(error) => error.is_unreachable(),
            Self::NotAcknowledged { .. } => true,
        }
    }
}
