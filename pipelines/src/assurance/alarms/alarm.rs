//! One alarm: all reports of one kind on one object, reduced to one row.

use datasets::assurance::Severity;
use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

use super::report::{Kind, Report};
use super::rules::Rules;

/// How a severity compares with the one that was reported before it (X.733).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Trend {
    /// It has become worse.
    MoreSevere,
    /// It is the same.
    NoChange,
    /// It has become better.
    LessSevere,
}

/// Whether an alarm says that something is wrong, or that it no longer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Something is, or was, wrong.
    Problem,
    /// Something is over that was reported by another cause, or never.
    Resolution,
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alarm {
    /// Its key on its object.
    pub kind: Kind,
    /// Whether something is wrong, or over.
    pub role: Role,
    /// What was reported last while it was active.
    pub severity: Severity,
    /// How that compares with the severity before it.
    pub trend: Option<Trend>,
    /// When it was first reported.
    pub first_at: EventTime,
    /// When it was last reported, cleared or not.
    pub last_at: EventTime,
    /// When it became active, the last time.
    pub raised_at: EventTime,
    /// When its severity last changed while it was active.
    pub changed_at: Option<EventTime>,
    /// When it was cleared; none where it is active.
    pub cleared_at: Option<EventTime>,
    /// By whom it was acknowledged, and when.
    pub acknowledged: Option<(EventTime, u64)>,
    /// How many reports it stands for; those that clear another are counted apart.
    pub reports: u32,
    /// How many reports said that it is over.
    pub clears: u32,
    /// How many comments it has.
    pub comments: u32,
    /// Whether it is a matter of planned work.
    pub planned: bool,
    /// Whether it comes and goes too often.
    pub flapping: bool,
    /// When it became active, as far as flapping looks back.
    pub(super) raises: Vec<EventTime>,
    /// When it is forgotten.
    pub(super) forgotten_at: Option<EventTime>,
    /// When it no longer flaps.
    pub(super) steady_at: Option<EventTime>,
}

impl Alarm {
    /// An alarm that nothing was reported of yet.
    pub(super) fn blank(kind: Kind, role: Role, at: EventTime) -> Self {
        Self {
            kind,
            role,
            severity: Severity::Cleared,
            trend: None,
            first_at: at,
            last_at: at,
            raised_at: at,
            changed_at: None,
            cleared_at: None,
            acknowledged: None,
            reports: 0,
            clears: 0,
            comments: 0,
            planned: false,
            flapping: false,
            raises: Vec::new(),
            forgotten_at: None,
            steady_at: None,
        }
    }

    /// Whether it says that something is wrong now.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.role == Role::Problem && self.cleared_at.is_none()
    }

    /// How bad it is now.
    #[must_use]
    pub fn perceived(&self) -> Severity {
        if self.is_active() { self.severity } else { Severity::Cleared }
    }

    /// It becomes active, for the first time or again; whoever knew of it has to look anew.
    pub(super) fn raise(&mut self, report: &Report, at: EventTime, rules: &Rules) {
        self.role = Role::Problem;
        self.severity = report.severity;
        self.raised_at = at;
        (self.trend, self.changed_at, self.cleared_at) = (None, None, None);
        self.acknowledged = None;
        if let Some((most, _)) = rules.flapping {
            self.raises.push(at);
            let passed = self.raises.len().saturating_sub(most);
            self.raises.drain(..passed);
        }
    }

    /// It is reported again while it is active; another severity has to be acknowledged anew.
    pub(super) fn repeat(&mut self, report: &Report, at: EventTime) {
        self.trend = Some(match report.severity.cmp(&self.severity) {
            std::cmp::Ordering::Greater => Trend::MoreSevere,
            std::cmp::Ordering::Equal => Trend::NoChange,
            std::cmp::Ordering::Less => Trend::LessSevere,
        });
        if report.severity != self.severity {
            self.severity = report.severity;
            self.changed_at = Some(at);
            self.acknowledged = None;
        }
    }

    /// Until when its last raises are so near to each other that it flaps.
    pub(super) fn flaps_until(&self, rules: &Rules) -> Option<EventTime> {
        let (most, within) = rules.flapping?;
        let (first, last) = (self.raises.first()?, self.raises.last()?);
        let flaps = self.raises.len() >= most && last.0.saturating_sub(first.0) <= within;
        flaps.then(|| EventTime(last.0.saturating_add(within)))
    }

    /// Notes when it is forgotten, from what happened to it last.
    pub(super) fn plan(&mut self, rules: &Rules) {
        let acknowledged_at = self.acknowledged.map(|(at, _)| at);
        let touched = self.last_at.max(acknowledged_at.unwrap_or(EventTime::MIN));
        let kept_for = rules.kept_for(!self.is_active(), acknowledged_at.is_some());
        self.forgotten_at = kept_for.map(|span| EventTime(touched.0.saturating_add(span)));
    }
}
