//! The sink for actions: what other systems are asked to do, each under the id that makes it happen once.

use super::SinkError;
use super::publisher::Publisher;
use crate::kafka::config::KafkaConfig;

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The idempotence key for the consumer; it is the record's key.
    pub action_id: String,
    /// The action as JSON.
    pub json: String,
}

/// A topic that actions are sent to.
pub struct ActionSink {
    publisher: Publisher,
}

impl ActionSink {
    /// Reaches the topic.
    ///
    /// # Errors
    /// When no broker answers in time, or the topic is not there.
    pub fn open(config: &KafkaConfig, topic: &str) -> Result<Self, SinkError> {
        Ok(Self { publisher: Publisher::connect(config, topic)? })
    }

    /// Sends actions in order and returns when the brokers have all of them.
    ///
    /// # Errors
    /// When they were not all acknowledged in time. Some may have arrived: all are to be sent again,
    /// and the consumer knows by the id what it has done.
    pub fn send(&self, actions: &[Action]) -> Result<usize, SinkError> {
        self.publisher.send(actions.iter().map(|action| (&*action.action_id, Some(&*action.json))))
    }
}
