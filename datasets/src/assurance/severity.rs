//! How bad it is: the severities of X.733, in the order in which services take them over.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A perceived severity; what is cleared is normal.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub enum Severity {
    /// Nobody knows.
    Indeterminate,
    /// Nothing is wrong (VES: `NORMAL`).
    #[default]
    Cleared,
    /// Something may become wrong.
    Warning,
    /// Service is not affected yet.
    Minor,
    /// Service is affected.
    Major,
    /// Service is out.
    Critical,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 6] = [
        Self::Indeterminate,
        Self::Cleared,
        Self::Warning,
        Self::Minor,
        Self::Major,
        Self::Critical,
    ];

    /// The name in documents and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Indeterminate => "INDETERMINATE",
            Self::Cleared => "CLEARED",
            Self::Warning => "WARNING",
            Self::Minor => "MINOR",
            Self::Major => "MAJOR",
            Self::Critical => "CRITICAL",
        }
    }

    /// Whether something is, or may be, wrong.
    #[must_use]
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Cleared)
    }

    /// How far above normal it is: a warning is 1; nothing and what nobody knows are 0.
    #[must_use]
    pub const fn degree(self) -> u32 {
        match self {
            Self::Indeterminate | Self::Cleared => 0,
            Self::Warning => 1,
            Self::Minor => 2,
            Self::Major => 3,
            Self::Critical => 4,
        }
    }

    /// The severity of a degree; four and more are critical.
    #[must_use]
    pub const fn of_degree(degree: u32) -> Self {
        match degree {
            0 => Self::Cleared,
            1 => Self::Warning,
            2 => Self::Minor,
            3 => Self::Major,
            _ => Self::Critical,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    /// Reads the names of X.733 and of VES, in any case.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("NORMAL") {
            return Ok(Self::Cleared);
        }
        let named =
            Self::ALL.into_iter().find(|severity| text.eq_ignore_ascii_case(severity.as_str()));
        named.ok_or_else(|| {
            format!("\"{text}\" is no severity: CRITICAL, MAJOR, MINOR, WARNING, INDETERMINATE, CLEARED or NORMAL")
        })
    }
}

impl TryFrom<String> for Severity {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Severity> for String {
    fn from(severity: Severity) -> Self {
        severity.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_normal_is_cleared() {
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().to_lowercase().parse(), Ok(severity));
        }
        assert_eq!("NORMAL".parse(), Ok(Severity::Cleared), "X09");
        assert!("BAD".parse::<Severity>().unwrap_err().contains("no severity: CRITICAL"));
    }
}
