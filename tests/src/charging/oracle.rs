//! The same answer, the slow and obvious way: everything that was recorded, sorted, looked up and added up again.
//!
//! It shares with the pipeline only the row types and the price of a quantity.

mod accounts;

mod reference;

mod units;

mod verdicts;

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use datasets::care::TopUp;
use datasets::usage::UsageEvent;
use pipelines::charging::Output;
use pipelines::charging::fold::{Credited, Suspended, Suspension, Usage};

use super::Row;
use super::given::Given;
use super::run::AHEAD;
use crate::pipeline::Answer;
use crate::pipeline::history::History;
use accounts::{Entry, Place};
use reference::Reference;
use units::Units;
use verdicts::{Judged, Verdicts};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const FIFTEEN_DAYS: i64 = 15 * DAY;

/// The instant behind which a cut folds for good, by the stream time at the end of the cut before.
fn since(cut_now: i64, hot_window: i64) -> i64 {
    match cut_now.checked_sub(hot_window) {
        Some(since) if cut_now > i64::MIN => since.div_euclid(HOUR) * HOUR,
        _ => i64::MIN,
    }
}

/// Everything that is known at one point of a history.
#[derive(Default)]
struct Known {
    usage: Verdicts<UsageEvent>,
    topups: Verdicts<TopUp>,
    reference: Reference,
    /// Usage that arrival has set aside.
    aside: Vec<Suspended>,
    /// What was folded for good, as the reference data then was.
    retired: BTreeMap<Place, Entry>,
    /// The units of accounts behind what was folded for good.
    units: Units,
}

/// What should be published at the end of a history.
#[must_use]
pub fn answer(history: &History<Given>) -> Answer<Row> {
    let mut known = Known::default();
    let (mut cut_now, mut now) = (i64::MIN, i64::MIN);
    for (number, cut) in history.cuts.iter().enumerate() {
        let since = since(cut_now, history.hot_window);
        known.retire(since);
        known.topups.forget(cut_now.saturating_sub(FIFTEEN_DAYS));
        for given in cut.steps.iter().flat_map(|step| &step.given) {
            match given {
                Given::Usage(usage) => known.take_usage(usage, (since, cut.wall)),
                Given::TopUp(topup) => known.take_topup(topup, (since, cut_now)),
                Given::Change(change) => known.reference.take(change, number),
            }
        }
        for usage in known.usage.end_cut(since) {
            let (usage, reason) = (Usage::from(&usage), Suspension::BehindHotWindow);
            known.aside.push(Suspended { usage, reason });
        }
        let _none = known.topups.end_cut(since);
        known.usage.forget(since.saturating_sub(DAY));
        now = cut.now();
        cut_now = now;
    }
    known.rows(now)
}

impl Known {
    fn take_usage(&mut self, usage: &UsageEvent, (since, wall): (i64, i64)) {
        let at = usage.started_at.0;
        let reason = match () {
            () if at < since => Some(Suspension::BehindHotWindow),
            () if at > wall + FIFTEEN_DAYS => Some(Suspension::BeyondHorizon),
            () => None,
        };
        match reason {
            Some(reason) => self.aside.push(Suspended { usage: Usage::from(usage), reason }),
            None => {
                let rank = (usage.revision, usage.cancelled);
                let judged = Judged { identity: usage.identity, rank, place: usage.provenance, at };
                self.usage.take(judged, *usage);
            }
        }
    }

    /// Money is never too late, and its copies are found by when they arrived; what came before time began, for good.
    fn take_topup(&mut self, topup: &TopUp, (since, now): (i64, i64)) {
        let at = if now > i64::MIN { now } else { i64::MAX };
        let mut topup = *topup;
        topup.topped_up_at.0 = topup.topped_up_at.0.max(since);
        let judged =
            Judged { identity: topup.identity, rank: (0, false), place: topup.provenance, at };
        self.topups.take(judged, topup);
    }

    /// Folds what began before `since` for good.
    fn retire(&mut self, since: i64) {
        for (place, entry) in self.entries(..since) {
            let entry = self.units.take(&self.reference, entry);
            self.retired.insert(place, entry);
        }
    }

    /// What counts and began in a span, each with what the reference data of its own time makes of it.
    fn entries(&self, span: impl RangeBounds<i64>) -> BTreeMap<Place, Entry> {
        let mut entries = BTreeMap::new();
        let mut add = |place: Place, entry: &dyn Fn() -> Entry| {
            if span.contains(&place.at) && !self.retired.contains_key(&place) {
                entries.insert(place, entry());
            }
        };
        for usage in self.usage.winners().filter(|usage| !usage.cancelled) {
            let place = Place { at: usage.started_at.0, rank: 1, id: usage.provenance };
            add(place, &|| self.reference.rate(&Usage::from(usage)));
        }
        for topup in self.topups.winners() {
            let place = Place { at: topup.topped_up_at.0, rank: 0, id: topup.provenance };
            let credited = Credited::of(topup).expect("tests top up small amounts");
            let terms = || self.reference.terms(credited.account, place.at);
            add(place, &|| Entry::TopUp(credited, terms()));
        }
        entries
    }

    fn rows(&self, now: i64) -> Answer<Row> {
        let last = now.saturating_add(AHEAD);
        let early = self.usage.winners().filter(|usage| !usage.cancelled);
        let early = early.filter(|usage| usage.started_at.0 > last);
        let early = early.map(Usage::from);
        let early = early.map(|usage| Suspended { usage, reason: Suspension::Future });
        let aside = self.aside.iter().copied().chain(early);
        let mut rows: Vec<Row> = aside.map(|row| Row::Output(Output::Suspended(row))).collect();
        let mut units = self.units.clone();
        let mut entries = self.retired.clone();
        for (place, entry) in self.entries(..=last) {
            entries.insert(place, units.take(&self.reference, entry));
        }
        rows.extend(accounts::fold(entries.values()).into_iter().map(Row::Output));
        rows.extend(units.rows(&self.reference, now).into_iter().map(Row::Output));
        let states: Vec<Row> = rows.iter().filter_map(state).collect();
        rows.extend(states);
        let gone = self.usage.superseded + self.cancelled();
        rows.extend(vec![Row::State("superseded", ""); gone]);
        for duplicate in &self.usage.duplicates {
            rows.extend([Row::Duplicate(*duplicate), Row::State("duplicate", "")]);
        }
        rows.extend(self.topups.duplicates.iter().copied().map(Row::TopUpDuplicate));
        let mut answer = Answer::new();
        for row in rows {
            *answer.entry(row).or_default() += 1;
        }
        answer
    }

    /// Cancellations that count: nothing is charged for them.
    fn cancelled(&self) -> usize {
        self.usage.winners().filter(|usage| usage.cancelled).count()
    }
}

/// The state that a row gives to its usage record.
fn state(row: &Row) -> Option<Row> {
    match row {
        Row::Output(Output::Charge(_)) => Some(Row::State("rated", "")),
        Row::Output(Output::Suspended(suspended)) => {
            Some(Row::State("suspended", suspended.reason.as_str()))
        }
        _ => None,
    }
}
