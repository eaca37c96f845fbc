//! Rules over windows: which hold for a subscription, since when, and on what evidence.

use datasets::assurance::fraud::{Condition, FraudRule, Measure};
use datasets::units::{EventTime, Fraction, Money};
use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::measures::measure;
use super::windows::{leaves_at, span};
use crate::rating::clock::Clock;

/// A rule, as it is asked of a subscription.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The rule.
    pub rule: &'a FraudRule,
    /// The clock of its time zone.
    pub clock: &'a Clock,
    /// When the subscription began, if that is known.
    pub began_at: Option<EventTime>,
}

/// Why a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// What was measured, in the order of the rule's conditions.
    pub measured: Vec<(Measure, Fraction)>,
    /// The records that were looked at.
    pub records: Vec<u64>,
    /// What was charged for them.
    pub at_stake: Money,
}

impl Asked<'_> {
    /// Whether a rule holds at an instant, and why.
    #[must_use]
    pub fn holds(&self, activities: &[Activity], at: EventTime) -> Option<Evidence> {
        let span = span(self.rule.over, at)?;
        let is_seen = |one: &&Activity| span.covers(one.at) && self.counts(one);
        let mut seen: Vec<Activity> = activities.iter().filter(is_seen).copied().collect();
        seen.sort_unstable();
        let value = |condition: &Condition| (condition.measure, measure(condition.measure, &seen));
        let measured: Vec<(Measure, Fraction)> = self.rule.all.iter().map(value).collect();
        let mut conditions = measured.iter().zip(&self.rule.all);
        if !conditions.all(|((_, value), condition)| condition.is.holds(value, &condition.value)) {
            return None;
        }
        let at_stake = Money(seen.iter().map(|one| i128::from(one.charged)).sum());
        Some(Evidence { measured, records: seen.iter().map(|one| one.id).collect(), at_stake })
    }

    /// Whether the rule looks at an activity: in its hours, and while the subscription is new.
    fn counts(&self, activity: &Activity) -> bool {
        let hours = self.rule.hours.as_ref();
        let in_hours =
            hours.is_none_or(|hours| hours.holds(self.clock.shows(activity.at.0).second));
        let is_new = self.rule.new_for_s.is_none_or(|seconds| {
            self.began_at
                .is_some_and(|began_at| activity.at < began_at.plus_seconds(seconds.into()))
        });
        in_hours && is_new
    }
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
        asked: &Asked<'_>,
        at: EventTime,
        activity: Option<Activity>,
    ) -> Option<Signal> {
        let over = asked.rule.over;
        self.activities.retain(|one| leaves_at(over, one.at).is_some_and(|leaves| leaves > at));
        self.activities.extend(activity.filter(|activity| asked.counts(activity)));
        self.due = self.activities.iter().filter_map(|one| leaves_at(over, one.at)).min();
        match (asked.holds(&self.activities, at), self.since) {
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
