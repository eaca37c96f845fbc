//! The workers of this process, alone or as one process of a cluster.
//!
//! **Invariant:** a process that fails ends the cluster: it leaves without a farewell, and every other process that
//! notices ends too. All go on together from the last sealed cut.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use connectors::cluster::{Lifelines, Membership, Sockets, join};
use timely::communication::allocator::zero_copy::initialize::{
    CommsGuard, initialize_networking_from_sockets,
};
use timely::communication::allocator::{AllocatorBuilder, ProcessBuilder};
use timely::communication::{Hooks, initialize_from};
use timely::worker::Worker;
use timely::{CommunicationConfig, WorkerConfig};

use super::RuntimeError;
use super::clock::Clock;

/// How long a process that is lost may take to be noticed as such.
const PATIENCE: Duration = Duration::from_secs(1);

/// The workers of a process that can begin.
pub(super) struct Crew {
    workers: usize,
    allocators: Vec<AllocatorBuilder>,
    ties: Option<Ties>,
}

/// What ties a process to the others.
struct Ties {
    channels: CommsGuard,
    lifelines: Lifelines,
}

impl Crew {
    /// Waits until every process of the cluster is there, if there is one.
    pub(super) fn gather(
        workers: usize,
        membership: Option<&Membership>,
    ) -> Result<Self, RuntimeError> {
        let refuse = |reason| RuntimeError::Workers { workers, reason };
        let Some(membership) = membership else {
            let local = match workers {
                1 => CommunicationConfig::Thread,
                _ => CommunicationConfig::Process(workers),
            };
            let (allocators, _nothing) = local.try_build().map_err(refuse)?;
            return Ok(Self { workers, allocators, ties: None });
        };
        let Sockets { dataflow, lifelines } = join(membership)?;
        let hooks = Hooks::default();
        let local = ProcessBuilder::new_typed_vector(workers, hooks.refill.clone(), None);
        let place = membership.process;
        let laid = initialize_networking_from_sockets(local, dataflow, place, workers, hooks);
        let (allocators, channels) = laid.map_err(|error| refuse(error.to_string()))?;
        let allocators = allocators.into_iter().map(AllocatorBuilder::Tcp).collect();
        Ok(Self { workers, allocators, ties: Some(Ties { channels, lifelines }) })
    }

    /// Set when another process is lost.
    pub(super) fn lost(&self) -> Arc<AtomicBool> {
        self.ties.as_ref().map_or_else(Arc::default, |ties| ties.lifelines.lost())
    }

    /// Lets every worker do its work, and parts from the others if all of it was done.
    pub(super) fn work(
        self,
        work: impl Fn(&mut Worker) -> Result<(), RuntimeError> + Send + Sync + 'static,
    ) -> Result<(), RuntimeError> {
        let workers = self.workers;
        let refuse = |reason| RuntimeError::Workers { workers, reason };
        let guards = initialize_from(self.allocators, Box::new(()), move |allocator| {
            let mut worker = Worker::new(WorkerConfig::default(), allocator, Some(Clock.instant()));
            let outcome = work(&mut worker);
            while outcome.is_ok() && worker.has_dataflows() {
                worker.step_or_park(None);
            }
            outcome
        });
        let outcomes = guards.map_err(refuse)?.join().into_iter();
        let outcome = worst(outcomes.map(|outcome| outcome.unwrap_or_else(panicked)));
        match self.ties {
            Some(ties) => ties.part(outcome),
            None => outcome,
        }
    }
}

impl Ties {
    /// Parts from the others: with a farewell, or as one that is lost.
    fn part(self, outcome: Result<(), RuntimeError>) -> Result<(), RuntimeError> {
        let Self { channels, lifelines } = self;
        if outcome.is_ok() {
            drop(channels);
            lifelines.farewell();
            return Ok(());
        }
        // The channels' threads would wait for the others, who wait for this process.
        std::mem::forget(channels);
        match outcome {
            // A worker that finds its channels broken panics; the cause is the process at their other end.
            Err(RuntimeError::Panic(_)) if lifelines.breaks_within(PATIENCE) => {
                Err(RuntimeError::LostProcess)
            }
            outcome => outcome,
        }
    }
}

/// What is known of a worker that panicked; its message was printed when it did.
fn panicked(_cause: String) -> Result<(), RuntimeError> {
    Err(RuntimeError::Panic("see above".to_owned()))
}

/// The error that says most, if any worker ended with one.
fn worst(outcomes: impl Iterator<Item = Result<(), RuntimeError>>) -> Result<(), RuntimeError> {
    let consequence = |error: &RuntimeError| match error {
        RuntimeError::AnotherWorker => 2,
        RuntimeError::Panic(_) => 1,
        _ => 0,
    };
    match outcomes.filter_map(Result::err).min_by_key(consequence) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
