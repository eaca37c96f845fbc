//! A topic in memory, for runs without a broker: what was written is there for all clones to see.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::action::Action;
use connectors::kafka::sink::signal::Signals;

use super::{ActionTopic, SignalTopic};
use crate::decisions::credit_signals::{SignalChange, apply};

/// A topic in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryTopic {
    shared: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    records: Vec<SignalChange>,
    is_down: bool,
    fails_after_opening: bool,
    opened: u64,
}

impl MemoryTopic {
    /// All records, in the order in which they were written.
    #[must_use]
    pub fn records(&self) -> Vec<SignalChange> {
        self.lock().records.clone()
    }

    /// What is left of them when the topic is compacted.
    #[must_use]
    pub fn compacted(&self) -> Signals {
        let mut signals = Signals::new();
        apply(&mut signals, self.records());
        signals
    }

    /// How often it was opened.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.lock().opened
    }

    /// Writes a record as somebody else would.
    pub fn write(&self, key: &str, value: Option<&str>) {
        self.lock().records.push((key.to_owned(), value.map(str::to_owned)));
    }

    /// Lets the next opening succeed, and takes the brokers away behind it.
    pub fn fail_after_opening(&self) {
        self.lock().fails_after_opening = true;
    }

    /// Takes the brokers away, or brings them back. While they are away half of what is sent arrives, and none of it is
    /// acknowledged.
    pub fn set_down(&self, is_down: bool) {
        self.lock().is_down = is_down;
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) -> Result<(), SinkError> {
        let mut content = self.lock();
        content.opened += 1;
        if content.is_down {
            return Err(refusal(0));
        }
        content.is_down = std::mem::take(&mut content.fails_after_opening);
        Ok(())
    }

    fn write_all(&self, records: Vec<SignalChange>) -> Result<usize, SinkError> {
        let mut content = self.lock();
        let sent = records.len();
        let arriving = if content.is_down { sent / 2 } else { sent };
        content.records.extend(records.into_iter().take(arriving));
        if content.is_down { Err(refusal(sent)) } else { Ok(sent) }
    }
}

fn refusal(sent: usize) -> SinkError {
    let (topic, cause) = ("in memory".to_owned(), "it is down".to_owned());
    SinkError::NotAcknowledged { topic, sent, acknowledged: 0, cause }
}

impl SignalTopic for MemoryTopic {
    fn open(&mut self) -> Result<(), SinkError> {
        self.reach()
    }

    fn reconcile(&mut self, wanted: &Signals) -> Result<usize, SinkError> {
        let current = self.compacted();
        let gone = current.keys().filter(|key| !wanted.contains_key(*key));
        let gone = gone.map(|key| (key.clone(), None));
        let changed = wanted.iter().filter(|(key, json)| current.get(*key) != Some(*json));
        let changed = changed.map(|(key, json)| (key.clone(), Some(json.clone())));
        self.write_all(gone.chain(changed).collect())
    }

    fn publish(&mut self, changes: &[SignalChange]) -> Result<usize, SinkError> {
        self.write_all(changes.to_vec())
    }
}

impl ActionTopic for MemoryTopic {
    fn open(&mut self) -> Result<(), SinkError> {
        self.reach()
    }

    fn send(&mut self, actions: &[Action]) -> Result<usize, SinkError> {
        let record = |action: &Action| (action.action_id.clone(), Some(action.json.clone()));
        self.write_all(actions.iter().map(record).collect())
    }
}
