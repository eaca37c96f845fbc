//! A thread that does a worker's jobs one after the other; one that stops without a word is found out, never waited for.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use connectors::lake::LakeError;

use super::RuntimeError;

/// What came of a job.
pub(super) type Outcome<T> = Result<T, LakeError>;

/// A thread with its jobs and what came of them.
pub(super) struct Clerk<J, T> {
    name: &'static str,
    jobs: Sender<J>,
    outcomes: Receiver<Outcome<T>>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Send + 'static, T: Send + 'static> Clerk<J, T> {
    /// Starts the thread, which works until there are no more jobs or one has failed.
    pub(super) fn start(
        name: &'static str,
        work: impl FnOnce(&Receiver<J>, &Sender<Outcome<T>>) + Send + 'static,
    ) -> Self {
        let (jobs, queue) = channel();
        let (done, outcomes) = channel();
        let thread = std::thread::Builder::new().name(name.to_owned());
        let thread = thread.spawn(move || work(&queue, &done)).expect("the machine has threads");
        Self { name, jobs, outcomes, thread: Some(thread) }
    }

    /// Hands a job over.
    pub(super) fn give(&self, job: J) {
        // A thread that has stopped is found out by `finished`, where the worker looks next.
        let _closed = self.jobs.send(job);
    }

    /// What came of a job, if one has ended since.
    ///
    /// # Errors
    /// When a job has failed, or the thread has panicked.
    pub(super) fn finished(&mut self) -> Result<Option<T>, RuntimeError> {
        match self.outcomes.try_recv() {
            Ok(outcome) => Ok(Some(outcome?)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(self.cause()),
        }
    }

    /// Lets the thread finish what it has.
    pub(super) fn stop(self) {
        let Self { name, jobs, outcomes, thread } = self;
        drop(jobs);
        let joined = thread.map_or(Ok(()), JoinHandle::join);
        drop(outcomes);
        if joined.is_err() {
            tracing::error!("the {name} thread has panicked");
        }
    }

    /// Why the thread stopped although it was not asked to.
    fn cause(&mut self) -> RuntimeError {
        let outcome = self.thread.take().map(JoinHandle::join);
        let message = match outcome {
            Some(Err(panic)) => panic_message(&*panic),
            _ => "it has stopped after an error".to_owned(),
        };
        RuntimeError::Panic(format!("the {} thread: {message}", self.name))
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it has panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks until there is something to be seen.
    fn look(clerk: &mut Clerk<u8, u8>) -> Result<u8, RuntimeError> {
        loop {
            match clerk.finished() {
                Ok(None) => std::thread::yield_now(),
                Ok(Some(outcome)) => return Ok(outcome),
                Err(error) => return Err(error),
            }
        }
    }

    #[test]
    fn a_panic_is_told_with_its_message() {
        let mut clerk = Clerk::start("test", |jobs: &Receiver<u8>, done| {
            for job in jobs {
                assert!(job < 2, "{job} is too much");
                done.send(Ok(job)).unwrap();
            }
        });
        clerk.give(1);
        clerk.give(2);
        assert_eq!(look(&mut clerk).unwrap(), 1);
        let error = look(&mut clerk).unwrap_err().to_string();
        assert!(error.contains("the test thread: 2 is too much"), "{error}");
        clerk.give(1);
        assert!(look(&mut clerk).is_err(), "it stays so");
        clerk.stop();
    }
}
