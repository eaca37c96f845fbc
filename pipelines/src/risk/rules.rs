//! Rules over windows: which hold for a subscription, since when, and on what evidence.

use datasets::assurance::fraud::{FraudRule, Measure};
use datasets::units::{EventTime, Fraction};
use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::measures::measure;
use super::windows::{leaves_at, span};

/// Why a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// What was measured, in the order of the rule's conditions.
    pub measured: Vec<(Measure, Fraction)>,
    /// The records that were looked at.
    pub records: Vec<u64>,
}

/// Whether a rule holds at an instant, and why.
#[must_use]
pub fn holds(rule: &FraudRule, activities: &[Activity], at: EventTime) -> Option<Evidence> {
    let span = span(rule.over, at)?;
    let mut seen: Vec<Activity> =
        activities.iter().filter(|one| span.covers(one.at)).copied().collect();
    seen.sort_unstable();
    let measured: Vec<(Measure, Fraction)> = rule
        .all
        .iter()
        .map(|condition| (condition.measure, measure(condition.measure, &seen)))
        .collect();
    let holds = |((_, value), condition): (
        &(Measure, Fraction),
        &datasets::assurance::fraud::Condition,
    )| { condition.is.holds(value, &condition.value) };
    if !measured.iter().zip(&rule.all).all(holds) {
        return None;
    }
    Some(Evidence { measured, records: seen.iter().map(|one| one.id).collect() })
}

/// What is told of a rule and a subscription.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Signal {
    /// It begins to hold.
    Raised(Evidence),
    /// It no longer holds.
    Lowered,
}

/// What the fold of a rule and a subscription remembers: what lies in the window, and whether the rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recent {
    activities: Vec<Activity>,
    /// Since when the rule holds.
    pub since: Option<EventTime>,
    due: Option<EventTime>,
}

impl Recent {
    /// Folds an activity, or the timer where there is none.
    pub fn step(
        &mut self,
        rule: &FraudRule,
        at: EventTime,
        activity: Option<Activity>,
    ) -> Option<Signal> {
        let stays = |one: &Activity| leaves_at(rule.over, one.at).is_some_and(|leaves| leaves > at);
        self.activities.retain(stays);
        self.activities.extend(activity);
        self.due = self.activities.iter().filter_map(|one| leaves_at(rule.over, one.at)).min();
        match (holds(rule, &self.activities, at), self.since) {
            (Some(evidence), None) => {
                self.since = Some(at);
                Some(Signal::Raised(evidence))
            }
            (None, Some(_)) => {
                self.since = None;
                Some(Signal::Lowered)
            }
            _ => None,
        }
    }

    /// The instant at which the state asks for a timer.
    #[must_use]
    pub fn alarm(&self) -> Option<EventTime> {
        self.due
    }
}
