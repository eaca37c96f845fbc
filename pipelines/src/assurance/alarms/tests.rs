//! Alarms by the cases of `assurance.md` §§1 and 2, and by laws.

mod cases;

mod laws;

mod recorded;

mod reduction;

mod timeline;

use datasets::assurance::Severity;
use datasets::assurance::alarm_rules::{AlarmRules, Pair};
use datasets::ids::id64;
use datasets::units::EventTime;

use super::alarm::Alarm;
use super::change::{Change, What};
use super::report::{Input, Kind, Report};
use super::rules::Rules;
use super::state::Alarms;
use super::step::{alarm, run_timers, step};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A kind by its cause and, behind a slash, its specific problem.
fn kind(text: &str) -> Kind {
    let (cause, problem) = match text.split_once('/') {
        Some((cause, problem)) => (cause, Some(id64(problem))),
        None => (text, None),
    };
    Kind { alarm_type: id64("communications"), cause: id64(cause), problem }
}

fn report(text: &str, severity: Severity) -> Input {
    Input::Report(Report { kind: kind(text), severity, planned: false })
}

/// `loss/1 MAJOR`, `ack loss/1`, `unack loss/1` or `comment loss/1`.
fn input(text: &str) -> Input {
    match text.trim().split_once(' ').unwrap() {
        ("ack", of) => Input::Acknowledge(kind(of), id64("operator")),
        ("unack", of) => Input::Unacknowledge(kind(of)),
        ("comment", of) => Input::Comment(kind(of), id64("we are on it")),
        (of, severity) => report(of, severity.parse().unwrap()),
    }
}

/// An object whose inputs are folded in the order of their time.
struct Object {
    rules: Rules,
    state: Alarms,
    changes: Vec<Change>,
}

impl Object {
    fn with(rules: &AlarmRules) -> Self {
        Self { rules: Rules::of(rules), state: Alarms::default(), changes: Vec::new() }
    }

    /// The life times and pairs of the cases, which are data.
    fn of_the_cases() -> Self {
        let pair = |problem: &str, resolution: &str| Pair {
            problem: problem.to_owned(),
            resolution: resolution.to_owned(),
        };
        Self::with(&AlarmRules {
            active_s: Some(3 * 86_400),
            active_acknowledged_s: Some(8 * 86_400),
            pairs: vec![pair("nodeDown", "nodeUp"), pair("interfaceDown", "interfaceUp")],
            ..AlarmRules::usual()
        })
    }

    /// Folds `second input; second input`.
    fn take(&mut self, script: &str) -> &mut Self {
        let mut inputs: Vec<(EventTime, Input)> = script.split(';').map(timed).collect();
        inputs.sort_by_key(|(at, input)| (*at, input.rank(), *input));
        for (at, input) in inputs {
            step(&mut self.state, &self.rules, (at, &input), &mut self.changes);
        }
        self
    }

    fn wait_until(&mut self, second: i64) -> &mut Self {
        run_timers(&mut self.state, second_at(second), &mut self.changes);
        self
    }

    fn get(&self, text: &str) -> Option<&Alarm> {
        self.state.all().find(|alarm| alarm.kind == kind(text))
    }

    /// How many are active, and how many are kept though they are not.
    fn counts(&self) -> (usize, usize) {
        let active = self.state.active().count();
        (active, self.state.all().count() - active)
    }

    fn told(&self) -> Vec<What> {
        self.changes.iter().map(|change| change.what).collect()
    }
}

fn second_at(second: i64) -> EventTime {
    EventTime(0).plus_seconds(second)
}

fn timed(text: &str) -> (EventTime, Input) {
    let (second, rest) = text.trim().split_once(' ').unwrap();
    (second_at(second.parse().unwrap()), input(rest))
}
