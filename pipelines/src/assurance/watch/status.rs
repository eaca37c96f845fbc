//! How a node is: one word from what is known of it.

use datasets::assurance::Severity;
use serde::{Deserialize, Serialize};

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// It serves.
    Up,
    /// It serves, and something is wrong.
    Degraded,
    /// It does not serve, and says so.
    Down,
    /// It is not heard of.
    Silent,
    /// It is being worked on, as planned.
    Maintenance,
}

/// What is known of a node.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Known {
    /// Whether planned work is going on.
    pub in_maintenance: bool,
    /// Whether its last state change says that it is out of service.
    pub is_out_of_service: bool,
    /// Whether it has missed its heartbeats.
    pub is_silent: bool,
    /// The worst of its active alarms.
    pub worst: Severity,
}

impl Known {
    /// How the node is. What it says itself counts more than that it is not heard of; a critical alarm says that it is out.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.in_maintenance {
            Status::Maintenance
        } else if self.is_out_of_service || self.worst == Severity::Critical {
            Status::Down
        } else if self.is_silent {
            Status::Silent
        } else if self.worst >= Severity::Minor {
            Status::Degraded
        } else {
            Status::Up
        }
    }
}

/// How two nodes are that must both work for anything to get through.
#[must_use]
pub fn of_pair(one: Status, other: Status) -> Status {
    one.max(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_fact_counts() {
        let known = |text: &str| Known {
            in_maintenance: text.contains("planned"),
            is_out_of_service: text.contains("out"),
            is_silent: text.contains("silent"),
            worst: text.split(' ').find_map(|word| word.parse().ok()).unwrap_or_default(),
        };
        for (text, expected) in [
            ("", Status::Up),
            ("WARNING", Status::Up),
            ("INDETERMINATE", Status::Up),
            ("MINOR", Status::Degraded),
            ("MAJOR", Status::Degraded),
            ("CRITICAL", Status::Down),
            ("silent", Status::Silent),
            ("silent MAJOR", Status::Silent),
            ("silent out", Status::Down),
            ("planned out silent CRITICAL", Status::Maintenance),
        ] {
            assert_eq!(known(text).status(), expected, "{text}");
        }
        assert_eq!(of_pair(Status::Up, Status::Down), Status::Down);
    }
}
