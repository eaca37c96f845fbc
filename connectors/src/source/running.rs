//! A source's thread, from outside: watch it, stop it, learn why it ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::Position;
use super::error::SourceError;
use super::status::{Snapshot, State, Status};

/// A source that runs on its own thread.
///
/// When it ends, of itself or by an error, its end of the batch channel closes; `join` then says why.
/// Dropping it asks the thread to stop.
#[derive(Debug)]
pub struct RunningSource {
    thread: Option<JoinHandle<Result<(), SourceError>>>,
    stop: Arc<AtomicBool>,
    status: Arc<Status>,
    commits: Sender<Vec<Position>>,
}

impl RunningSource {
    /// Starts a thread that runs `body` until it returns.
    ///
    /// # Panics
    /// If the system can start no thread.
    pub(crate) fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(Strings) -> Result<(), SourceError> + Send + 'static,
    {
        let (stop, status) = (Arc::<AtomicBool>::default(), Arc::<Status>::default());
        let (commits, wanted) = channel();
        let strings = Strings { stop: stop.clone(), status: status.clone(), commits: wanted };
        let ended = status.clone();
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let outcome = body(strings);
                ended.update(|snapshot| snapshot.state = State::Ended);
                outcome
            })
            .expect("the system can start one more thread");
        Self { thread: Some(thread), stop, status, commits }
    }

    /// What it is doing, and how far it is behind.
    #[must_use]
    pub fn status(&self) -> Snapshot {
        self.status.snapshot()
    }

    /// The status itself, for a metrics endpoint that outlives this handle.
    #[must_use]
    pub fn shared_status(&self) -> Arc<Status> {
        self.status.clone()
    }

    /// Asks a Kafka source to commit offsets to its group, for lag tools only; they are never read back.
    pub fn commit(&self, positions: Vec<Position>) {
        // A source that has ended no longer commits, which is no loss.
        let _ended = self.commits.send(positions);
    }

    /// Asks the thread to stop at the next record.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether the thread has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the thread to end; a source that follows a topic must have been stopped or lost its channel.
    ///
    /// # Errors
    /// Why it ended, unless it was asked to or had read all there is.
    pub fn join(mut self) -> Result<(), SourceError> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

impl Drop for RunningSource {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the thread holds of its handle.
#[derive(Debug)]
pub(crate) struct Strings {
    stop: Arc<AtomicBool>,
    /// Where it tells what it is doing.
    pub(crate) status: Arc<Status>,
    /// Offsets that it is to commit.
    pub(crate) commits: Receiver<Vec<Position>>,
}

impl Strings {
    /// Whether it is to stop.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
