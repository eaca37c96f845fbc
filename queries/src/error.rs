//! Why a question could not be answered: what, where, and what to do next.

mod plain;

use std::error::Error;
use std::io;

use datafusion::common::DataFusionError;

pub(crate) use plain::plain;

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The folder holds no sealed cut.
    #[error(
        "no sealed cut under \"{lake}\": name the lake with --lake or WEIR_LAKE, or publish one with \"weir run -c weir.toml\""
    )]
    NoLake {
        /// The lake as it was named.
        lake: String,
    },
    /// The lake is somewhere that this build cannot read.
    #[error("cannot read a lake at \"{0}\": {1}")]
    Location(String, String),
    /// The cut was never sealed, or is no longer retained.
    #[error("no cut {cut} under \"{lake}\": the retained cuts are {first} to {last}")]
    UnknownCut {
        /// The cut that was asked for.
        cut: u64,
        /// The lake as it was named.
        lake: String,
        /// The oldest retained cut.
        first: u64,
        /// The newest retained cut.
        last: u64,
    },
    /// No retained cut is that old.
    #[error("no retained cut under \"{lake}\" is as old as {instant}: the oldest is cut {first}")]
    BeforeFirstCut {
        /// The instant that was asked for.
        instant: String,
        /// The lake as it was named.
        lake: String,
        /// The oldest retained cut.
        first: u64,
    },
    /// A file of the lake could not be read.
    #[error("could not read \"{path}\": check that the file exists and may be read")]
    Read {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file that should be a seal is not one.
    #[error("\"{path}\" is not the seal of a cut: restore it, or ask for another cut")]
    Seal {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A table could not be opened at the version that the cut sealed.
    #[error("could not open table \"{table}\" at version {version}: is its log still retained?")]
    Table {
        /// Qualified name.
        table: String,
        /// Delta version.
        version: i64,
        /// Why.
        #[source]
        source: Box<deltalake::DeltaTableError>,
    },
    /// A table does not hold what its log or its seal says.
    #[error("table \"{table}\" at version {version} is damaged: {what}")]
    Damaged {
        /// Qualified name.
        table: String,
        /// Delta version.
        version: i64,
        /// What contradicts what.
        what: String,
    },
    /// A statement that would change something.
    #[error("weir only reads, and refuses this statement: {what}")]
    ReadOnly {
        /// What the planner calls the statement.
        what: String,
    },
    /// SQL that cannot be planned or run.
    #[error("{message}")]
    Sql {
        /// What is wrong, with the nearest name where there is one.
        message: String,
    },
    /// A saved question that does not exist.
    #[error("no saved question \"{name}\": there are {known}")]
    UnknownQuestion {
        /// The name that was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A parameter that the saved question does not have.
    #[error("question \"{question}\" has no parameter \"{name}\": it has {known}")]
    UnknownParameter {
        /// The question.
        question: String,
        /// The parameter that was given.
        name: String,
        /// The parameters that it has.
        known: String,
    },
    /// A format that does not exist.
    #[error("no format \"{0}\": use table, csv, json, ndjson or parquet")]
    UnknownFormat(String),
    /// Several results for a file that holds one.
    #[error("a Parquet file holds one result, and there are {0} statements: run them one by one")]
    OneResultOnly(usize),
    /// The answer could not be written.
    #[error("could not write the answer")]
    Write {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The question was given up with Ctrl-C.
    #[error("interrupted: the question was given up")]
    Interrupted,
    /// The terminal could not be read.
    #[error("could not read from the terminal")]
    Terminal {
        /// Why.
        #[source]
        source: Box<rustyline::error::ReadlineError>,
    },
}

impl QueryError {
    /// Whether the reader of the answer went away, as `weir sql ... | head` does.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write { source } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl QueryError {
    /// The message and those of its causes, in one line.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            line = format!("{line}: {error}");
            cause = error.source();
        }
        line
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        match error {
            DataFusionError::External(inner) => match inner.downcast::<Self>() {
                Ok(own) => *own,
                Err(other) => Self::Sql { message: other.to_string() },
            },
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
                (*inner).into()
            }
            other => Self::Sql { message: plain(&other) },
        }
    }
}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        Self::External(Box::new(error))
    }
}

impl From<io::Error> for QueryError {
    fn from(source: io::Error) -> Self {
        Self::Write { source }
    }
}
