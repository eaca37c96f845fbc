//! Why a run ended otherwise than it was asked to.

use connectors::cluster::ClusterError;
use connectors::kafka::sink::SinkError;
use connectors::lake::LakeError;
use connectors::source::error::SourceError;

/// Why a run ended otherwise than it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The lake could not be read or written.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A source could not start or had to stop.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The topic of a signal or of actions cannot be used.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// What was recomputed from raw is not what was published.
    #[error(
        "recovery stopped: \"{table}\" was sealed with {} rows and a total of {}e-9, and raw comes to {} rows and {}e-9; \
         keep the lake as it is, and run \"weir cuts verify\"",
        sealed.0, sealed.1, recomputed.0, recomputed.1
    )]
    ControlTotals {
        /// The table.
        table: String,
        /// Rows and total from raw, in 10⁻⁹.
        recomputed: (i64, i128),
        /// Rows and total as sealed, in 10⁻⁹.
        sealed: (i64, i128),
    },
    /// Another version of the fold does not come to what was published.
    #[error(
        "the lake was written by another version of the fold, and all of raw folded by this one does not come to what was \
         published; go on with the weir that wrote it, or read the topics into a new lake"
    )]
    OtherFold {
        /// Where they differ.
        #[source]
        source: Box<RuntimeError>,
    },
    /// The fold has changed since the lake was written, and raw does not have all that it would have to be folded from.
    #[error(
        "the lake's fold \"{fold}\" is of version {sealed}, this weir has version {ours}, and raw.usage lacks records to fold \
         anew; go on with the weir that wrote it, or read the topics into a new lake"
    )]
    StepVersion {
        /// The fold.
        fold: String,
        /// Its version in the lake.
        sealed: i64,
        /// Its version here.
        ours: u32,
    },
    /// The pseudonyms of the lake were made with another key.
    #[error(
        "this lake's pseudonyms were made with another pseudonym_key: with this one no number would be known again; \
         configure the key that it had, or begin a new lake"
    )]
    OtherKey,
    /// A state that the lake keeps cannot be read.
    #[error(
        "the state of account \"{account}\" in state.accounts cannot be read; restore the lake from a copy"
    )]
    State {
        /// The account.
        account: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The dataflow could not be started.
    #[error("could not start {workers} workers: {reason}")]
    Workers {
        /// How many.
        workers: usize,
        /// Why not.
        reason: String,
    },
    /// More sources than provenance can tell apart.
    #[error("this lake has read from {0} sources, and can tell apart 256; start a new lake")]
    TooManySources(usize),
    /// The processes of the cluster did not come together.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A process reads from something that the first one does not.
    #[error(
        "the first process of the cluster does not know the source \"{0}\"; give every process the same configuration \
         and the same brokers"
    )]
    StrangeSource(String),
    /// Another process is gone.
    #[error(
        "another process of the cluster has ended, and so does this one; start all of them again: \
         they go on from the last sealed cut"
    )]
    LostProcess,
    /// A worker found something that cannot be.
    #[error(
        "a worker has stopped at something that cannot be ({0}): the last sealed cut is sound; \
         start again, and report it if it stops again"
    )]
    Panic(String),
    /// Another worker has failed and says why.
    #[error("another worker has failed")]
    AnotherWorker,
}
