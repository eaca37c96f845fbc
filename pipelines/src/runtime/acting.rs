//! The action thread of worker 0: it sends what sealed cuts decided, in their order, each action at least once.

mod outbox;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use connectors::kafka::sink::SinkError;
use connectors::lake::{Lake, LakeError, Seal};

use super::sinks::{ActionTopic, SinkStatus};
use crate::decisions::credit_bars::CreditAction;
use outbox::{Outbox, Sealed};

/// How long is waited after brokers failed.
const PAUSE: Duration = Duration::from_secs(2);
/// How many actions may wait in memory.
const ROOM: usize = 65_536;
const WHAT: &str = "actions";

/// Worker 0's action thread.
pub struct Acting {
    sealed: Sender<Sealed>,
    /// Actions on their way to the thread, and waiting there.
    waiting: Arc<AtomicUsize>,
    acknowledged: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Acting {
    /// Starts the thread on a topic that was reached; it first sends what the ledger holds behind `actions_sent`.
    #[must_use]
    pub fn start(
        topic: Box<dyn ActionTopic>,
        status: Arc<SinkStatus>,
        lake: Lake,
        seal: Option<&Seal>,
    ) -> Self {
        let (sealed, seals) = channel();
        let outbox = Outbox::behind(lake, seal, ROOM);
        let (waiting, acknowledged) = (outbox.waiting(), outbox.acknowledged());
        let sender = ActionSender { topic, reached: true, status, outbox, seals, open: true };
        let thread = std::thread::Builder::new().name("actions-out".to_owned());
        let thread = thread.spawn(move || sender.work()).expect("the machine can start a thread");
        Self { sealed, waiting, acknowledged, thread }
    }

    /// The last cut of which, and of all before which, every action is acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Acquire)
    }

    /// Lets the actions of a sealed cut leave.
    pub fn sealed(&self, seal: &Seal, actions: Vec<CreditAction>) {
        let sent = self.sealed.send(Sealed::of(seal, outbox::fit(actions, &self.waiting, ROOM)));
        sent.expect("the action thread ends when nothing more can be sealed");
    }

    /// Lets the thread send what waits, once more if the brokers are away.
    pub fn stop(self) {
        drop(self.sealed);
        self.thread.join().expect("the action thread does not panic");
    }
}

/// The thread's own state.
struct ActionSender {
    topic: Box<dyn ActionTopic>,
    reached: bool,
    status: Arc<SinkStatus>,
    outbox: Outbox,
    seals: Receiver<Sealed>,
    /// Whether more seals may come.
    open: bool,
}

/// What the thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Go,
    Pause,
    End,
}

/// Why actions could not be sent.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Sink(#[from] SinkError),
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl ActionSender {
    fn work(mut self) {
        loop {
            match self.turn() {
                Next::Go => {}
                Next::Pause => self.pause(),
                Next::End => return,
            }
        }
    }

    /// Takes the seals that have come, and sends what fits into one sending.
    fn turn(&mut self) -> Next {
        self.take();
        if !self.open && self.outbox.is_empty() {
            return Next::End;
        }
        let outcome = self.send();
        self.status.waiting(self.outbox.len());
        let Err(trouble) = outcome else { return Next::Go };
        self.status.failed(WHAT, &trouble);
        if self.open {
            return Next::Pause;
        }
        tracing::warn!("ends with actions unsent; the next start sends them");
        Next::End
    }

    /// Takes the seals that have come; waits for one where there is nothing else to do.
    fn take(&mut self) {
        if self.open && self.outbox.is_empty() {
            match self.seals.recv() {
                Ok(sealed) => self.outbox.note(sealed),
                Err(_) => self.open = false,
            }
        }
        while self.open {
            match self.seals.try_recv() {
                Ok(sealed) => self.outbox.note(sealed),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => self.open = false,
            }
        }
    }

    /// Waits a while, or until something is sealed or no more will be.
    fn pause(&mut self) {
        match self.seals.recv_timeout(PAUSE) {
            Ok(sealed) => self.outbox.note(sealed),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.open = false,
        }
    }

    fn send(&mut self) -> Result<(), Trouble> {
        self.outbox.refill()?;
        let actions = self.outbox.next();
        if actions.is_empty() {
            return Ok(());
        }
        if !self.reached {
            self.topic.open()?;
        }
        self.reached = false;
        let count = self.topic.send(&actions)?;
        self.reached = true;
        self.outbox.sent(count);
        self.status.sent(WHAT, count);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
