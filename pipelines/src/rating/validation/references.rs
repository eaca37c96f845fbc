//! What documents name has to be there, and what they ask for must not contradict itself.

use std::collections::BTreeSet;

use datasets::reference::{Allowance, Beyond, Entity, Plan, Rate, Slot};
use datasets::units::EventTime;

use super::{Document, Problem, Severity};

const BROKEN: Severity = Severity::Error;
const DOUBTFUL: Severity = Severity::Warning;

/// Names that documents tell of.
struct Known<'d> {
    tariffs: BTreeSet<&'d str>,
    zones: BTreeSet<&'d str>,
    bands: BTreeSet<&'d str>,
    calendars: BTreeSet<&'d str>,
}

pub(super) fn problems(documents: &[Document]) -> Vec<Problem> {
    let known = Known::of(documents);
    let mut problems = Vec::new();
    for document in documents {
        let mut found = |severity, rule, detail| {
            problems.push(Problem::of(document, (severity, rule), detail));
        };
        match &document.entity {
            Entity::Rate(rate) => known.check_rate(rate, &mut found),
            Entity::Plan(plan) => known.check_plan(plan, (document, documents), &mut found),
            Entity::TimeBand(band) => {
                if let Some(calendar) = missing(band.calendar.as_deref(), &known.calendars) {
                    found(
                        BROKEN,
                        "unknown_calendar",
                        format!("no holiday has calendar \"{calendar}\""),
                    );
                }
            }
            Entity::Subscription(one) => {
                if let Some(tariff) = missing(Some(&one.tariff_id), &known.tariffs) {
                    found(
                        DOUBTFUL,
                        "unknown_tariff",
                        format!("no plan or row has tariff \"{tariff}\""),
                    );
                }
            }
            Entity::Allowance(allowance) => known.check_allowance(allowance, &mut found),
            Entity::Account(_) | Entity::Destination(_) | Entity::Holiday(_) => {}
        }
    }
    problems
}

fn missing<'n>(name: Option<&'n str>, known: &BTreeSet<&str>) -> Option<&'n str> {
    name.filter(|name| !known.contains(name))
}

/// Takes what is wrong with a document: how bad, which rule, what.
type Found<'f> = &'f mut dyn FnMut(Severity, &'static str, String);

impl<'d> Known<'d> {
    fn of(documents: &'d [Document]) -> Self {
        let mut known = Self {
            tariffs: BTreeSet::new(),
            zones: BTreeSet::new(),
            bands: BTreeSet::new(),
            calendars: BTreeSet::new(),
        };
        for document in documents {
            let _was_there = match &document.entity {
                Entity::Rate(rate) => known.tariffs.insert(&rate.tariff_id),
                Entity::Plan(plan) => known.tariffs.insert(&plan.tariff_id),
                Entity::Destination(destination) => known.zones.insert(&destination.zone),
                Entity::TimeBand(band) => known.bands.insert(&band.band),
                Entity::Holiday(holiday) => known.calendars.insert(&holiday.calendar),
                Entity::Account(_) | Entity::Subscription(_) | Entity::Allowance(_) => false,
            };
        }
        known
    }

    fn check_rate(&self, rate: &Rate, found: Found<'_>) {
        if let Some(band) = missing(rate.band.as_deref(), &self.bands) {
            found(BROKEN, "unknown_band", format!("no time band is named \"{band}\""));
        }
        if let Some(zone) = missing(rate.zone.as_deref(), &self.zones) {
            found(DOUBTFUL, "unknown_zone", format!("no destination is of zone \"{zone}\""));
        }
        let (least, most) = (rate.minimum, rate.maximum);
        if let (Some(least), Some(most)) = (least, most)
            && least > most.amount
        {
            let detail = format!("minimum {} is more than maximum {}", least.0, most.amount.0);
            found(BROKEN, "limits", detail);
        }
        if let Some(most) = most
            && most.beyond == Beyond::Disconnect
            && rate.connect_fee > most.amount
        {
            let detail = "the connect fee alone is more than the maximum".to_owned();
            found(DOUBTFUL, "limits", detail);
        }
        for pair in rate.slots.windows(2) {
            check_steps(pair, found);
        }
    }

    fn check_allowance(&self, allowance: &Allowance, found: Found<'_>) {
        for zone in &allowance.zones {
            if missing(Some(zone), &self.zones).is_some() {
                found(DOUBTFUL, "unknown_zone", format!("no destination is of zone \"{zone}\""));
            }
        }
        for band in &allowance.bands {
            if missing(Some(band), &self.bands).is_some() {
                found(BROKEN, "unknown_band", format!("no time band is named \"{band}\""));
            }
        }
    }

    fn check_plan(
        &self,
        plan: &Plan,
        (document, documents): (&Document, &[Document]),
        found: Found<'_>,
    ) {
        if let Some(tariff) = missing(plan.fallback.as_deref(), &self.tariffs) {
            found(
                BROKEN,
                "unknown_tariff",
                format!("fallback \"{tariff}\" has neither plan nor row"),
            );
        }
        let starts = plans(documents).map(|(other, _)| other.validity.from);
        let mut instants: Vec<EventTime> =
            starts.filter(|start| document.validity.covers(*start)).collect();
        instants.push(document.validity.from);
        if let Some(circle) = instants.iter().find_map(|at| circle(plan, documents, *at)) {
            found(BROKEN, "fallback_cycle", format!("tariffs fall back in a circle: {circle}"));
        }
    }
}

fn plans(documents: &[Document]) -> impl Iterator<Item = (&Document, &Plan)> {
    documents.iter().filter_map(|document| match &document.entity {
        Entity::Plan(plan) => Some((document, plan)),
        _ => None,
    })
}

/// The circle of fallbacks that a plan is part of at an instant.
fn circle(plan: &Plan, documents: &[Document], at: EventTime) -> Option<String> {
    let mut path = vec![plan.tariff_id.as_str()];
    let mut next = plan.fallback.as_deref()?;
    loop {
        let begins = path.iter().position(|tariff| *tariff == next);
        path.push(next);
        match begins {
            Some(0) => return Some(path.join(" → ")),
            // A circle that this plan leads into but is no part of is told where it is.
            Some(_) => return None,
            None => {}
        }
        let holding = plans(documents)
            .filter(|(document, plan)| plan.tariff_id == next && document.validity.covers(at));
        let (_, plan) =
            holding.max_by_key(|(document, _)| (document.validity.from, document.id()))?;
        next = plan.fallback.as_deref()?;
    }
}

/// A step that begins in a slot goes on into the next where the slot's length is no whole number of steps.
fn check_steps(pair: &[Slot], found: Found<'_>) {
    let [slot, next] = pair else { return };
    let length = next.from - slot.from;
    if !length.is_multiple_of(slot.increment) {
        let detail = format!(
            "the slot from {} is {length} long, which is no whole number of steps of {}: the last one goes on into the next slot",
            slot.from, slot.increment
        );
        found(DOUBTFUL, "uneven_slots", detail);
    }
}
