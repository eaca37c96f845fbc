//! When does a closed loop begin, and when is it over?
//!
//! One episode at a time for each key: its onset is told once with a new request id, its abatement once with the same.
//! The id is a function of the key and of the instant of the onset, so a refold of corrected evidence names it again.

use datasets::assurance::Severity;
use datasets::assurance::policy::{EventStatus, Policy, PolicyThreshold};
use datasets::ids::{Id128, id128};
use datasets::units::{EventTime, Fraction};
use serde::{Deserialize, Serialize};

/// What names the episodes of one value of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The kind of event.
    pub event_name: &'a str,
    /// What it is about.
    pub source: &'a str,
    /// Who reports it.
    pub reporter: &'a str,
    /// The closed loop's own name.
    pub policy: &'a str,
    /// The field that is watched.
    pub field: &'a str,
}

impl Key<'_> {
    /// The request id of the episode that begins at an instant.
    #[must_use]
    pub fn request(&self, at: EventTime) -> Id128 {
        let Self { event_name, source, reporter, policy, field } = self;
        // Lengths keep keys apart whose parts hold the separator.
        let parts = [event_name, source, reporter, policy, field]
            .map(|part| format!("{}:{part}", part.len()));
        Id128::from(id128(&format!("{}|{}", parts.join("|"), at.0)))
    }
}

/// An episode that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Episode {
    /// What its commands are named by.
    pub request: Id128,
    /// When it began.
    pub began_at: EventTime,
    /// The worst that was seen.
    pub worst: Severity,
}

/// What the fold of a key remembers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Loop {
    /// The episode that is not over.
    pub open: Option<Episode>,
    /// When the last one ended.
    pub abated_at: Option<EventTime>,
}

/// What is told, once each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Signal {
    /// Whether it begins or ends.
    pub status: EventStatus,
    /// How bad the threshold is that said so.
    pub severity: Severity,
    /// The episode.
    pub request: Id128,
    /// When.
    pub at: EventTime,
}

impl Loop {
    /// Folds one value.
    pub fn step(
        &mut self,
        policy: &Policy,
        key: &Key<'_>,
        (at, value): (EventTime, Fraction),
    ) -> Option<Signal> {
        let crossed = crossed(policy, value)?;
        let (status, severity) = (crossed.status, crossed.severity);
        match (status, &mut self.open) {
            (EventStatus::Onset, Some(episode)) => {
                episode.worst = episode.worst.max(severity);
                None
            }
            (EventStatus::Onset, None) => {
                let rests_until =
                    self.abated_at.map(|at| at.plus_seconds(policy.cool_down_s.into()));
                if rests_until.is_some_and(|until| at < until) {
                    return None;
                }
                let request = key.request(at);
                self.open = Some(Episode { request, began_at: at, worst: severity });
                Some(Signal { status, severity, request, at })
            }
            (EventStatus::Abated, Some(episode)) => {
                let request = episode.request;
                *self = Self { open: None, abated_at: Some(at) };
                Some(Signal { status, severity, request, at })
            }
            (EventStatus::Abated, None) => None,
        }
    }
}

/// The worst threshold that a value satisfies; among equals the first.
fn crossed(policy: &Policy, value: Fraction) -> Option<&PolicyThreshold> {
    let holds = |threshold: &&PolicyThreshold| threshold.direction.holds(&value, &threshold.value);
    let satisfied = policy.thresholds.iter().filter(holds);
    satisfied.reduce(|worst, other| if other.severity > worst.severity { other } else { worst })
}

#[cfg(test)]
mod tests;
