//! What can happen to the alarms of an object.

use datasets::assurance::Severity;
use serde::{Deserialize, Serialize};

/// What tells the alarms of an object apart (X.733), as content ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Kind {
    /// The alarm type, such as communications.
    pub alarm_type: u64,
    /// The probable cause.
    pub cause: u64,
    /// The specific problem, if one is named.
    pub problem: Option<u64>,
}

impl Kind {
    /// Whether another kind is one of these: that of the same problem, or every one where none is named.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let is_same = (self.alarm_type, self.cause) == (other.alarm_type, other.cause);
        is_same && self.problem.is_none_or(|problem| other.problem == Some(problem))
    }
}

/// A report about one kind of alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Report {
    /// What it is about.
    pub kind: Kind,
    /// How bad it is; `Cleared` says that it is over.
    pub severity: Severity,
    /// Whether it falls into planned work: it is marked, and not hidden.
    pub planned: bool,
}

/// What can happen to the alarms of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Input {
    /// The object reports.
    Report(Report),
    /// Someone has taken it on.
    Acknowledge(Kind, u64),
    /// Someone has given it back.
    Unacknowledge(Kind),
    /// Someone says something; the text is known by its id.
    Comment(Kind, u64),
}

impl Input {
    /// Which goes first of what happens at one instant: what raises, what clears, what people do.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Report(report) if report.severity.is_active() => 0,
            Self::Report(_) => 1,
            Self::Acknowledge(..) => 2,
            Self::Unacknowledge(_) => 3,
            Self::Comment(..) => 4,
        }
    }

    /// The kinds that it is about.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Report(report) => report.kind,
            Self::Acknowledge(kind, _) | Self::Unacknowledge(kind) | Self::Comment(kind, _) => {
                *kind
            }
        }
    }
}
