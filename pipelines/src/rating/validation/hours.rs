//! When rows hold: never two of equal rank at once, and always one.
//!
//! A year is walked through by the tariff's own clock, from one beginning or end of a band to the next.

use std::collections::BTreeMap;
use std::iter::successors;

use chrono::DateTime;
use datasets::number::Digits;
use datasets::reference::{Entity, Relation};
use datasets::units::{EventTime, MICROS_PER_SECOND};
use datasets::usage::{Direction, Facets, Service};

use super::{Document, Problem, Severity};
use crate::rating::Call;
use crate::rating::clock::Clock;
use crate::rating::plans::Plans;
use crate::rating::row::Row;

const DAY_MICROS: i64 = 86_400 * MICROS_PER_SECOND;
/// Where the walk begins if rows hold from ever: the first instant of 2026.
const USUAL_BEGIN: i64 = 1_767_225_600 * MICROS_PER_SECOND;

/// The rows of a tariff for a service and a zone.
struct Group<'p> {
    tariff: u64,
    service: Service,
    zone: u64,
    rows: &'p [Row],
    clock: &'p Clock,
    /// The instants of the walk.
    instants: Vec<i64>,
}

/// The documents by what the plans know of them.
struct Papers<'d> {
    rows: BTreeMap<u64, &'d Document>,
    /// A prefix of each zone.
    prefixes: BTreeMap<u64, Digits>,
}

pub(super) fn problems(documents: &[Document], plans: &Plans) -> Vec<Problem> {
    let papers = Papers::of(documents, plans);
    let mut problems = Vec::new();
    for (tariff, plan) in &plans.plans {
        for (service, zone, rows) in plan.groups() {
            let begin = begin(rows);
            let clock = plans.clock_of(*tariff, EventTime(begin));
            let instants = walk(plans, clock, begin);
            let group = Group { tariff: *tariff, service, zone, rows, clock, instants };
            problems.extend(group.overlaps(plans, &papers));
            problems.extend(group.gaps(plans, &papers));
        }
    }
    problems
}

/// When the last of some rows has begun to hold.
fn begin(rows: &[Row]) -> i64 {
    let begins = rows.iter().map(|row| row.validity.from.0).filter(|from| *from > i64::MIN);
    begins.max().unwrap_or(USUAL_BEGIN)
}

/// Every instant of a week, or of a year and a day where dates matter, at which a band may begin or end.
fn walk(plans: &Plans, clock: &Clock, begin: i64) -> Vec<i64> {
    let days = if plans.bands.are_by_date() { 367 } else { 8 };
    let end = begin.saturating_add(days * DAY_MICROS);
    let next = |at: &i64| {
        Some(plans.bands.changes_of_all(&clock.shows(*at)))
            .filter(|next| *at < *next && *next < end)
    };
    successors(Some(begin), next).collect()
}

impl<'d> Papers<'d> {
    fn of(documents: &'d [Document], plans: &Plans) -> Self {
        let mut papers = Self { rows: BTreeMap::new(), prefixes: BTreeMap::new() };
        for document in documents {
            match &document.entity {
                Entity::Rate(_) => {
                    papers.rows.insert(document.id(), document);
                }
                Entity::Destination(destination) => {
                    let zone = plans.names.intern(&destination.zone);
                    papers.prefixes.insert(zone, destination.prefix);
                }
                _ => {}
            }
        }
        papers
    }
}

impl Group<'_> {
    fn overlaps(&self, plans: &Plans, papers: &Papers<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (place, one) in self.rows.iter().enumerate() {
            for other in &self.rows[place + 1..] {
                let Some(at) = self.both(plans, (one, other)) else { continue };
                let (Some(first), Some(second)) =
                    (papers.rows.get(&one.key), papers.rows.get(&other.key))
                else {
                    continue;
                };
                // Told at the one that stands further down.
                let (told, earlier) = if (&first.file, first.line) < (&second.file, second.line) {
                    (second, first)
                } else {
                    (first, second)
                };
                let detail = format!(
                    "it holds together with {} on {}, both with weight {}: \"{}\" will count; give one of them a greater weight",
                    earlier.named(),
                    self.shown(at),
                    one.weight,
                    first.key,
                );
                problems.push(Problem::of(told, (Severity::Warning, "overlap"), detail));
            }
        }
        problems
    }

    /// An instant at which two rows hold with nothing to choose between them but their keys.
    fn both(&self, plans: &Plans, (one, other): (&Row, &Row)) -> Option<i64> {
        let rank = |row: &Row| {
            (row.weight, row.relation, row.direction, row.band.is_some(), row.validity.from)
        };
        if rank(one) != rank(other) {
            return None;
        }
        self.instants.iter().copied().find(|at| {
            [one, other]
                .iter()
                .all(|row| row.validity.covers(EventTime(*at)) && self.covers(plans, row, *at))
        })
    }

    fn covers(&self, plans: &Plans, row: &Row, at: i64) -> bool {
        let shown = || self.clock.shows(at);
        row.band.is_none_or(|band| plans.bands.covers(band, &shown(), EventTime(at)))
    }

    fn gaps(&self, plans: &Plans, papers: &Papers<'_>) -> Vec<Problem> {
        let usual = |row: &&Row| matches!(row.relation, Relation::Any | Relation::OffNet);
        let mut directions: Vec<Direction> = self
            .rows
            .iter()
            .filter(usual)
            .map(|row| row.direction.unwrap_or(Direction::Originating))
            .collect();
        directions.sort_unstable();
        directions.dedup();
        let gap = |direction| self.gap(plans, papers, direction);
        directions.into_iter().filter_map(gap).collect()
    }

    /// The first instant at which some row holds for a direction by date, and none by the hour.
    fn gap(&self, plans: &Plans, papers: &Papers<'_>, direction: Direction) -> Option<Problem> {
        let called = papers.prefixes.get(&self.zone).copied().unwrap_or_default();
        let call = |at| Call {
            tariff: self.tariff,
            service: self.service,
            facets: Facets { direction, ..Facets::default() },
            called,
            started_at: EventTime(at),
            quantity: 1,
            before: 0,
        };
        let is_for = |at| self.rows.iter().filter(move |row| row.is_for(&call(at)));
        let missing = |at: &i64| {
            is_for(*at).next().is_some()
                && plans.find(&plans.ask(&call(*at), &mut ()), *at, &mut ()).is_err()
        };
        let at = self.instants.iter().copied().find(missing)?;
        let told = is_for(at).filter_map(|row| papers.rows.get(&row.key));
        let document = told.min_by_key(|document| (&document.file, document.line))?;
        let detail = format!(
            "no row of its tariff or fallbacks holds for {} {} on {}: such usage will be suspended",
            direction.as_str(),
            self.service.as_str(),
            self.shown(at)
        );
        Some(Problem::of(document, (Severity::Warning, "gap"), detail))
    }

    /// Day and time by the tariff's clock.
    fn shown(&self, at: i64) -> String {
        let local = self.clock.shows(at);
        let seconds = i64::from(local.day) * 86_400 + i64::from(local.second);
        let shown = DateTime::from_timestamp(seconds, 0);
        shown.map_or_else(
            || "a day".to_owned(),
            |shown| shown.format("%a %Y-%m-%d at %H:%M:%S").to_string(),
        )
    }
}
