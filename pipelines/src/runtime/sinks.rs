//! Where signals and actions go, and how that goes.

pub mod memory;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connectors::kafka::config::KafkaConfig;
use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::action::{Action, ActionSink};
use connectors::kafka::sink::signal::{SignalSink, Signals};

use crate::decisions::credit_signals::SignalChange;

/// A compacted topic that signals are published to.
pub trait SignalTopic: Send {
    /// Reaches it, anew if it was reached before.
    ///
    /// # Errors
    /// When it is out of reach, or not there.
    fn open(&mut self) -> Result<(), SinkError>;
    /// Makes the topic say what is wanted, and returns how many records that took.
    ///
    /// # Errors
    /// When not everything was acknowledged; what was may stay.
    fn reconcile(&mut self, wanted: &Signals) -> Result<usize, SinkError>;
    /// Publishes changes in order.
    ///
    /// # Errors
    /// When not all were acknowledged; publishing them again is harmless.
    fn publish(&mut self, changes: &[SignalChange]) -> Result<usize, SinkError>;
}

/// A topic that actions are sent to.
pub trait ActionTopic: Send {
    /// Reaches it, anew if it was reached before.
    ///
    /// # Errors
    /// When it is out of reach, or not there.
    fn open(&mut self) -> Result<(), SinkError>;
    /// Sends actions in order.
    ///
    /// # Errors
    /// When not all were acknowledged; the ids make sending them again harmless.
    fn send(&mut self, actions: &[Action]) -> Result<usize, SinkError>;
}

/// The sinks of a run; those that are absent are done without.
///
/// Every process is given the same sinks; the one that commits cuts opens them, and no other.
#[derive(Default)]
pub struct Sinks {
    /// Where the credit signals go.
    pub signals: Option<Box<dyn SignalTopic>>,
    /// How that goes.
    pub signal_status: Arc<SinkStatus>,
    /// Where actions go.
    pub actions: Option<Box<dyn ActionTopic>>,
    /// How that goes.
    pub action_status: Arc<SinkStatus>,
}

impl Sinks {
    /// Reaches the topics.
    ///
    /// # Errors
    /// When one is out of reach, or not there.
    pub fn open(&mut self) -> Result<(), SinkError> {
        self.signals.as_mut().map_or(Ok(()), |topic| topic.open())?;
        self.actions.as_mut().map_or(Ok(()), |topic| topic.open())
    }
}

/// How a sink does at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SinkSnapshot {
    /// Records that the brokers have acknowledged since the start.
    pub sent_count: u64,
    /// Records that wait to be sent.
    pub waiting_count: u64,
    /// Why nothing can be sent now, if so.
    pub complaint: Option<String>,
}

/// How a sink does; its thread writes it, and anyone may look at it.
#[derive(Debug, Default)]
pub struct SinkStatus {
    snapshot: Mutex<SinkSnapshot>,
}

impl SinkStatus {
    /// How the sink does now.
    #[must_use]
    pub fn snapshot(&self) -> SinkSnapshot {
        self.lock().clone()
    }

    /// Takes note of how many records wait.
    pub(super) fn waiting(&self, count: usize) {
        self.lock().waiting_count = whole(count);
    }

    /// Takes note that records were sent; the first time after trouble is told.
    pub(super) fn sent(&self, what: &'static str, count: usize) {
        let mut snapshot = self.lock();
        snapshot.sent_count += whole(count);
        if snapshot.complaint.take().is_some() {
            tracing::info!(what, "the topic can be written to again");
        }
    }

    /// Takes note that nothing could be sent; the first time is told.
    pub(super) fn failed(&self, what: &'static str, error: &dyn std::error::Error) {
        let complaint = chain(error);
        if self.lock().complaint.replace(complaint.clone()).is_none() {
            tracing::warn!(
                what,
                error = complaint,
                "cannot be sent now; weir keeps them and tries again"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, SinkSnapshot> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).expect("memory holds fewer than 2^64 records")
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Signals in a topic of a Kafka cluster.
pub struct KafkaSignals {
    config: KafkaConfig,
    topic: String,
    sink: Option<SignalSink>,
}

impl KafkaSignals {
    /// A topic that is not yet reached for.
    #[must_use]
    pub fn new(config: &KafkaConfig, topic: &str) -> Self {
        Self { config: config.clone(), topic: topic.to_owned(), sink: None }
    }

    fn sink(&self) -> &SignalSink {
        self.sink.as_ref().expect("a topic is opened before it is used")
    }
}

impl SignalTopic for KafkaSignals {
    fn open(&mut self) -> Result<(), SinkError> {
        self.sink = Some(SignalSink::open(&self.config, &self.topic)?);
        Ok(())
    }

    fn reconcile(&mut self, wanted: &Signals) -> Result<usize, SinkError> {
        self.sink().reconcile(wanted)
    }

    fn publish(&mut self, changes: &[SignalChange]) -> Result<usize, SinkError> {
        self.sink().publish(changes)
    }
}

/// Actions in a topic of a Kafka cluster.
pub struct KafkaActions {
    config: KafkaConfig,
    topic: String,
    sink: Option<ActionSink>,
}

impl KafkaActions {
    /// A topic that is not yet reached for.
    #[must_use]
    pub fn new(config: &KafkaConfig, topic: &str) -> Self {
        Self { config: config.clone(), topic: topic.to_owned(), sink: None }
    }
}

impl ActionTopic for KafkaActions {
    fn open(&mut self) -> Result<(), SinkError> {
        self.sink = Some(ActionSink::open(&self.config, &self.topic)?);
        Ok(())
    }

    fn send(&mut self, actions: &[Action]) -> Result<usize, SinkError> {
        self.sink.as_ref().expect("a topic is opened before it is used").send(actions)
    }
}
