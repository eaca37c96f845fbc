//! Where in a formula something is, and what is wrong there.

use std::fmt;

/// A place in a formula, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character of the line.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What is wrong with a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: String,
}

impl Fault {
    /// A problem at a place.
    #[must_use]
    pub fn at(place: Place, problem: impl Into<String>) -> Self {
        Self { place, problem: problem.into() }
    }
}
