//! What can go wrong in the lake: what was being done, where, and what to do next.

use std::error::Error;
use std::io;

use arrow::error::ArrowError;
use parquet::errors::ParquetError;

/// Why the lake could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The store failed; nothing is known about the effect, so open the lake again.
    #[error("could not {doing} \"{path}\"; check the lake's storage, then start again")]
    Store {
        /// What was tried.
        doing: &'static str,
        /// Where, relative to the lake's root.
        path: String,
        /// What the storage said.
        #[source]
        source: io::Error,
    },
    /// A file of the lake is missing, or is not what it should be.
    #[error("\"{path}\" is not {expected}; restore it from a copy of the lake")]
    Malformed {
        /// Where, relative to the lake's root.
        path: String,
        /// What it should be.
        expected: &'static str,
        /// What was found.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Rows could not be written as, or read from, Parquet.
    #[error("could not {doing} rows of \"{table}\"")]
    Rows {
        /// What was tried.
        doing: &'static str,
        /// Qualified name of the table.
        table: String,
        /// What the format said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What was handed in contradicts what the table holds.
    #[error("table \"{table}\" cannot take the cut: {problem}")]
    Invariant {
        /// Qualified name of the table.
        table: String,
        /// The contradiction.
        problem: String,
    },
    /// Another process owns the lake now.
    #[error(
        "cut {cut} of generation {generation} was fenced by a newer process; stop this one, or let it open the lake again"
    )]
    Fenced {
        /// The cut that was to be committed.
        cut: u64,
        /// The generation that lost.
        generation: u64,
    },
    /// The cut does not follow the sealed one.
    #[error("cut {found} does not follow: the next cut of this lake is {expected}")]
    OutOfOrder {
        /// The cut that is due.
        expected: u64,
        /// The cut that was handed in.
        found: u64,
    },
    /// An earlier commit failed half-way.
    #[error("an earlier cut failed; open the lake again before committing")]
    Broken,
    /// The lake's location is of a kind that cannot be opened.
    #[error("cannot open a lake at \"{location}\": {reason}")]
    Location {
        /// What was asked for.
        location: String,
        /// Why not.
        reason: String,
    },
    /// No such sealed cut.
    #[error("cut {0} is not retained; list the cuts that are")]
    NoSuchCut(u64),
}

impl LakeError {
    pub(crate) fn store(doing: &'static str, path: &str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Store { doing, path, source }
    }

    pub(crate) fn malformed<E>(path: &str, expected: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let path = path.to_owned();
        move |source| Self::Malformed { path, expected, source: source.into() }
    }

    pub(crate) fn invariant(table: &str, problem: impl Into<String>) -> Self {
        Self::Invariant { table: table.to_owned(), problem: problem.into() }
    }

    /// Whether another process took the lake over, which is no fault of this one.
    #[must_use]
    pub const fn is_fenced(&self) -> bool {
        matches!(self, Self::Fenced { .. })
    }
}

/// An error of the formats, before it is known which table it concerns.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormatError {
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    #[error("{0}")]
    Content(String),
}

impl FormatError {
    pub(crate) fn rows(self, doing: &'static str, table: &str) -> LakeError {
        LakeError::Rows { doing, table: table.to_owned(), source: Box::new(self) }
    }
}
