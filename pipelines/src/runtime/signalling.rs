//! The signal thread of worker 0: it makes the topic say what is wanted, then publishes changes as they come.
//!
//! **Invariant:** what waits is at most one change per key, however long the brokers are away. **Guarantee:** at least
//! once; once it is quiet, the last record of each key is what the view says.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::signal::Signals;

use super::sinks::{SignalTopic, SinkStatus};
use crate::decisions::credit_signals::{SignalChange, apply};

/// How long is waited after brokers failed.
const PAUSE: Duration = Duration::from_secs(2);
const WHAT: &str = "signals";

/// Worker 0's signal thread.
pub struct Signalling {
    mailbox: Arc<Mailbox>,
    status: Arc<SinkStatus>,
    thread: Option<JoinHandle<()>>,
}

impl Signalling {
    /// Starts the thread on a topic that was reached; `wanted` is what the sealed view says.
    #[must_use]
    pub fn start(topic: Box<dyn SignalTopic>, status: Arc<SinkStatus>, wanted: Signals) -> Self {
        let mailbox = Arc::<Mailbox>::default();
        let teller = Teller {
            topic,
            wanted: Some(wanted),
            reached: true,
            mailbox: Arc::clone(&mailbox),
            status: Arc::clone(&status),
        };
        let thread = std::thread::Builder::new().name("signals-out".to_owned());
        let thread = thread.spawn(move || teller.work()).expect("the machine can start a thread");
        Self { mailbox, status, thread: Some(thread) }
    }

    /// Hands changes over; of several of one key the last is published.
    pub fn give(&self, changes: Vec<SignalChange>) {
        let waiting = self.mailbox.put(changes, |waiting, (key, json)| {
            waiting.insert(key, json);
        });
        self.status.waiting(waiting);
    }

    /// Lets the thread publish what waits, once more if the brokers are away.
    pub fn stop(mut self) {
        self.mailbox.close();
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the signal thread does not panic");
        }
    }
}

impl Drop for Signalling {
    fn drop(&mut self) {
        self.mailbox.close();
    }
}

/// What waits to be published, by key.
#[derive(Default)]
struct Mailbox {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    changes: BTreeMap<String, Option<String>>,
    closed: bool,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts changes beside those that wait, and returns how many then do.
    fn put(
        &self,
        changes: impl IntoIterator<Item = SignalChange>,
        add: impl Fn(&mut BTreeMap<String, Option<String>>, SignalChange),
    ) -> usize {
        let mut waiting = self.lock();
        for change in changes {
            add(&mut waiting.changes, change);
        }
        self.changed.notify_one();
        waiting.changes.len()
    }

    /// Takes what waits, and whether nothing more will come; waits for either, if so asked.
    fn take(&self, patiently: bool) -> (Vec<SignalChange>, bool) {
        let mut waiting = self.lock();
        while patiently && waiting.changes.is_empty() && !waiting.closed {
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        (std::mem::take(&mut waiting.changes).into_iter().collect(), waiting.closed)
    }

    /// Waits a while, or until nothing more will come.
    fn pause(&self) {
        let waited = self.changed.wait_timeout_while(self.lock(), PAUSE, |waiting| !waiting.closed);
        drop(waited);
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }
}

/// The thread's own state.
struct Teller {
    topic: Box<dyn SignalTopic>,
    /// What the topic is to say, until it has said it once.
    wanted: Option<Signals>,
    reached: bool,
    mailbox: Arc<Mailbox>,
    status: Arc<SinkStatus>,
}

/// What the thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Go,
    Pause,
    End,
}

impl Teller {
    fn work(mut self) {
        loop {
            match self.turn() {
                Next::Go => {}
                Next::Pause => self.mailbox.pause(),
                Next::End => return,
            }
        }
    }

    /// Publishes what waits; waits for it where there is nothing else to do.
    fn turn(&mut self) -> Next {
        let (changes, closed) = self.mailbox.take(self.wanted.is_none());
        if changes.is_empty() && self.wanted.is_none() {
            return Next::End;
        }
        match self.tell(&changes) {
            Ok(count) => {
                self.status.sent(WHAT, count);
                self.status.waiting(self.mailbox.lock().changes.len());
                return Next::Go;
            }
            Err(error) => self.status.failed(WHAT, &error),
        }
        self.put_back(changes);
        if closed {
            tracing::warn!("ends with signals unsent; the next start sends them");
            return Next::End;
        }
        Next::Pause
    }

    fn tell(&mut self, changes: &[SignalChange]) -> Result<usize, SinkError> {
        if !self.reached {
            self.topic.open()?;
        }
        self.reached = false;
        let count = match &mut self.wanted {
            Some(wanted) => {
                apply(wanted, changes.iter().cloned());
                self.topic.reconcile(wanted)?
            }
            None => self.topic.publish(changes)?,
        };
        (self.reached, self.wanted) = (true, None);
        Ok(count)
    }

    /// What has come meanwhile is newer.
    fn put_back(&self, changes: Vec<SignalChange>) {
        let waiting = self.mailbox.put(changes, |waiting, (key, json)| {
            waiting.entry(key).or_insert(json);
        });
        self.status.waiting(waiting);
    }
}

#[cfg(test)]
mod tests;
