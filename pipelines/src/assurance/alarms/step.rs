//! One step of an object's alarms.

use datasets::units::EventTime;

use super::alarm::{Alarm, Role};
use super::change::{Change, What};
use super::report::{Input, Kind, Report};
use super::rules::Rules;
use super::state::Alarms;

/// Folds what happens at an instant into the alarms.
///
/// What was due before has happened before; what is due at the same instant happens after, by its timer.
pub fn step(
    state: &mut Alarms,
    rules: &Rules,
    (at, input): (EventTime, &Input),
    changes: &mut Vec<Change>,
) {
    run_timers(state, EventTime(at.0.saturating_sub(1)), changes);
    let mut told = Told { rules, at, changes };
    match *input {
        Input::Report(report) => take_report(state, &report, &mut told),
        Input::Acknowledge(kind, by) => on_each(state, kind, &mut told, |alarm| {
            alarm.acknowledged = Some((at, by));
            What::Acknowledged
        }),
        Input::Unacknowledge(kind) => on_each(state, kind, &mut told, |alarm| {
            alarm.acknowledged = None;
            What::Unacknowledged
        }),
        Input::Comment(kind, _) => on_each(state, kind, &mut told, |alarm| {
            alarm.comments = alarm.comments.saturating_add(1);
            What::Commented
        }),
    }
}

/// Lets happen what is due at an instant or before, in the order of when it is due.
pub fn run_timers(state: &mut Alarms, until: EventTime, changes: &mut Vec<Change>) {
    while let Some(at) = state.due().filter(|at| *at <= until) {
        for alarm in state.each().filter(|alarm| alarm.steady_at.is_some_and(|steady| steady <= at))
        {
            (alarm.steady_at, alarm.flapping) = (None, false);
            changes.push(Change::of(alarm, at, What::Steady));
        }
        for alarm in state.take_forgotten(at) {
            changes.push(Change { at, kind: alarm.kind, what: What::Forgotten, alarm: None });
        }
    }
}

/// The instant at which the state asks for a timer.
#[must_use]
pub fn alarm(state: &Alarms) -> Option<EventTime> {
    state.due()
}

/// When it is, by which rules, and where changes are told.
struct Told<'a> {
    rules: &'a Rules,
    at: EventTime,
    changes: &'a mut Vec<Change>,
}

impl Told<'_> {
    fn tell(&mut self, alarm: &Alarm, what: What) {
        self.changes.push(Change::of(alarm, self.at, what));
    }
}

fn take_report(state: &mut Alarms, report: &Report, told: &mut Told<'_>) {
    let mut problems = told.rules.resolved_by(report.kind.cause).peekable();
    if problems.peek().is_some() {
        for cause in problems {
            clear(state, Kind { cause, ..report.kind }, told);
        }
        resolve(state, report.kind, told);
    } else if report.severity.is_active() {
        raise(state, report, told);
    } else if !clear(state, report.kind, told) {
        resolve(state, report.kind, told);
    }
}

fn raise(state: &mut Alarms, report: &Report, told: &mut Told<'_>) {
    let alarm = state.entry(report.kind, Role::Problem, told.at);
    if alarm.role == Role::Resolution {
        *alarm =
            Alarm { comments: alarm.comments, ..Alarm::blank(report.kind, Role::Problem, told.at) };
    }
    let before = alarm.severity;
    let what = if alarm.reports > 0 && alarm.is_active() {
        alarm.repeat(report, told.at);
        if alarm.severity == before { What::Repeated } else { What::Changed }
    } else {
        alarm.raise(report, told.at, told.rules);
        What::Raised
    };
    alarm.reports = alarm.reports.saturating_add(1);
    alarm.last_at = told.at;
    alarm.planned = report.planned;
    let flapped = alarm.flapping;
    alarm.steady_at = alarm.flaps_until(told.rules).filter(|until| *until >= told.at);
    alarm.flapping = alarm.steady_at.is_some();
    alarm.plan(told.rules);
    told.tell(alarm, what);
    if alarm.flapping && !flapped {
        told.tell(alarm, What::Flapping);
    }
}

/// Clears what a kind covers; says whether there was such a problem, cleared already or not.
fn clear(state: &mut Alarms, kind: Kind, told: &mut Told<'_>) -> bool {
    let mut is_known = false;
    for alarm in state.covered_by(kind).filter(|alarm| alarm.role == Role::Problem) {
        is_known = true;
        alarm.clears = alarm.clears.saturating_add(1);
        alarm.last_at = told.at;
        let what = if alarm.is_active() { What::Cleared } else { What::Repeated };
        alarm.cleared_at = alarm.cleared_at.or(Some(told.at));
        alarm.plan(told.rules);
        told.tell(alarm, what);
    }
    is_known
}

/// Keeps the report that something is over as an alarm of its own.
fn resolve(state: &mut Alarms, kind: Kind, told: &mut Told<'_>) {
    let alarm = state.entry(kind, Role::Resolution, told.at);
    alarm.reports = alarm.reports.saturating_add(1);
    alarm.last_at = told.at;
    alarm.cleared_at = Some(told.at);
    alarm.plan(told.rules);
    told.tell(alarm, What::Resolved);
}

/// Does something to every alarm of the kinds that one names.
fn on_each(
    state: &mut Alarms,
    kind: Kind,
    told: &mut Told<'_>,
    mut act: impl FnMut(&mut Alarm) -> What,
) {
    let mut is_known = false;
    for alarm in state.covered_by(kind) {
        is_known = true;
        let what = act(alarm);
        alarm.plan(told.rules);
        told.tell(alarm, what);
    }
    if !is_known {
        let at = told.at;
        told.changes.push(Change { at, kind, what: What::Unmatched, alarm: None });
    }
}
