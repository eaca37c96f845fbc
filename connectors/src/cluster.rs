//! The sockets of a cluster: one between each two processes for the dataflow, and a lifeline from each to the first.
//!
//! Every process listens at its own address and calls those before it. The network between them is trusted: nothing is
//! encrypted, and whoever can connect and knows the configuration can take part.

mod greeting;

mod lifeline;

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

pub use lifeline::Lifelines;

use crate::stopwatch::Stopwatch;
use greeting::{Greeting, Purpose, greet, welcome};

/// How long the processes of a cluster wait for each other.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a process waits before it calls or listens again.
const PAUSE: Duration = Duration::from_millis(50);

/// This process's place in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The address of each process, the same list for all.
    pub hosts: Vec<String>,
    /// Which of them this process is.
    pub process: usize,
    /// What all must agree on beside the list: the content id of the configuration.
    pub fingerprint: u64,
}

/// Why a cluster did not come together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// The address is taken, or not this machine's.
    #[error(
        "process {process} could not listen at \"{address}\" ({source}); is it running already, and is the address one of this machine?"
    )]
    Listen {
        /// This process.
        process: usize,
        /// Its address.
        address: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// A process did not come.
    #[error(
        "process {missing} at \"{address}\" did not join within {} s; start it with the same configuration and \"--process {missing}\"", PATIENCE.as_secs()
    )]
    Missing {
        /// Who did not come.
        missing: usize,
        /// Its address.
        address: String,
    },
    /// A process runs another configuration.
    #[error(
        "process {other} at \"{address}\" has another configuration or version; give every process the same file"
    )]
    Disagreement {
        /// Who disagrees.
        other: usize,
        /// Its address.
        address: String,
    },
    /// A connection could not be used.
    #[error(
        "the connection between process {process} and process {other} failed; start the cluster again"
    )]
    Connection {
        /// This process.
        process: usize,
        /// The other one.
        other: usize,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
}

/// The sockets of a process that has joined.
pub struct Sockets {
    /// By process; none for this one.
    pub dataflow: Vec<Option<TcpStream>>,
    /// By which the processes notice that one is lost.
    pub lifelines: Lifelines,
}

/// Connects to all other processes; returns once every one is there.
///
/// # Errors
/// When one is missing or disagrees, or the address cannot be listened at.
pub fn join(membership: &Membership) -> Result<Sockets, ClusterError> {
    let mut gathering = Gathering::new(membership);
    for other in 0..membership.process {
        gathering.dataflow[other] = Some(gathering.call(other, Purpose::Dataflow)?);
    }
    if membership.process > 0 {
        let line = gathering.call(0, Purpose::Lifeline)?;
        gathering.lifelines.push(line);
    }
    gathering.receive()?;
    let Gathering { dataflow, lifelines, .. } = gathering;
    let failed =
        |source| ClusterError::Connection { process: membership.process, other: 0, source };
    let lifelines = Lifelines::hold(lifelines).map_err(failed)?;
    Ok(Sockets { dataflow, lifelines })
}

/// The connections that there are so far.
struct Gathering<'a> {
    membership: &'a Membership,
    dataflow: Vec<Option<TcpStream>>,
    lifelines: Vec<TcpStream>,
    waited: Stopwatch,
}

impl<'a> Gathering<'a> {
    fn new(membership: &'a Membership) -> Self {
        let dataflow = membership.hosts.iter().map(|_| None).collect();
        Self { membership, dataflow, lifelines: Vec::new(), waited: Stopwatch::started() }
    }

    /// Calls a process that stands before this one, until it answers.
    fn call(&self, other: usize, purpose: Purpose) -> Result<TcpStream, ClusterError> {
        let address = &self.membership.hosts[other];
        let greeting = Greeting::of(self.membership, purpose);
        loop {
            if let Ok(mut stream) = TcpStream::connect(address.as_str()) {
                match greet(&mut stream, greeting) {
                    Ok(true) => return Ok(stream),
                    Ok(false) => {
                        return Err(ClusterError::Disagreement { other, address: address.clone() });
                    }
                    // Whoever answers may be about to end: an older run, or a process that starts again.
                    Err(_gone) => {}
                }
            }
            self.wait_for(other)?;
        }
    }

    /// Takes calls until every process behind this one has made its own.
    fn receive(&mut self) -> Result<(), ClusterError> {
        let Membership { hosts, process, .. } = self.membership;
        if process + 1 == hosts.len() {
            return Ok(());
        }
        let refused = |source| ClusterError::Listen {
            process: *process,
            address: hosts[*process].clone(),
            source,
        };
        let listener = TcpListener::bind(hosts[*process].as_str()).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        while let Some(missing) = self.missing() {
            match listener.accept() {
                Ok((stream, _)) => self.take(stream),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait_for(missing)?,
                Err(error) => return Err(refused(error)),
            }
        }
        Ok(())
    }

    /// Keeps a caller's connection, if it belongs to this cluster.
    fn take(&mut self, mut stream: TcpStream) {
        match welcome(&mut stream, self.membership) {
            Ok(Some((caller, Purpose::Dataflow))) => self.dataflow[caller] = Some(stream),
            Ok(Some((_, Purpose::Lifeline))) => self.lifelines.push(stream),
            Ok(None) => tracing::warn!("refused a caller that has another configuration"),
            Err(error) => tracing::warn!(%error, "a caller did not say who it is"),
        }
    }

    /// A process that has not called yet.
    fn missing(&self) -> Option<usize> {
        let Membership { hosts, process, .. } = self.membership;
        let without = (process + 1..hosts.len()).find(|other| self.dataflow[*other].is_none());
        let behind = hosts.len() - 1;
        without.or_else(|| (*process == 0 && self.lifelines.len() < behind).then_some(behind))
    }

    fn wait_for(&self, other: usize) -> Result<(), ClusterError> {
        if self.waited.has_passed(PATIENCE) {
            let address = self.membership.hosts[other].clone();
            return Err(ClusterError::Missing { missing: other, address });
        }
        std::thread::park_timeout(PAUSE);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
