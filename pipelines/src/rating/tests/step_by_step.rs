//! The same price by the longest way: each step of usage asks every document which row holds where it begins.

mod hours;

use chrono_tz::Tz;
use datasets::ids::id64;
use datasets::reference::{
    Beyond, Destination, Entity, Holiday, Plan, Rate, Relation, TimeBand, Validity,
};
use datasets::units::{EventTime, Money};
use datasets::usage::{Direction, Measure, Service};

use super::given::Set;
use crate::rating::{Call, Unrated};

type Outcome = Result<(i64, u64, Option<u64>), Unrated>;

/// A sum of fractions with a denominator that every `per` of the sets divides: 60, 7 and 11 times a thousand.
const DENOMINATOR: i128 = 60 * 7 * 11 * 1_000;

/// The documents that hold when a record begins.
struct Oracle<'s> {
    call: &'s Call,
    plans: Vec<&'s Plan>,
    rows: Vec<Row<'s>>,
    parts: Vec<&'s TimeBand>,
    holidays: Vec<&'s Holiday>,
    /// Prefixes that the called number begins with, the longest first.
    prefixes: Vec<&'s Destination>,
}

#[derive(Clone, Copy)]
struct Row<'s> {
    key: u64,
    validity: Validity,
    rate: &'s Rate,
}

/// Amount, row and where it should have been cut off.
pub(super) fn expected(set: &Set, tariff: &str, call: &Call) -> Outcome {
    let oracle = Oracle::of(set, call);
    let first_prefix = oracle.prefixes.first();
    if oracle.is_outgoing() && first_prefix.is_some_and(|one| one.kind.is_free()) {
        return Ok((0, 0, None));
    }
    let first = oracle.holding(tariff, call.started_at)?;
    let quantity = match first.rate.measure {
        measure if measure == call.service.measure() => call.quantity,
        _ => u64::from(call.quantity > 0 && !call.facets.continuation),
    };
    if quantity == 0 {
        return Ok((0, first.key, None));
    }
    let (sum, within) = oracle.sum(tariff, &first, quantity)?;
    let (sum, cut_off_at) = limited(call, first.rate, (sum, within));
    let step = 10_i128.pow(Money::DECIMALS - first.rate.decimals);
    let steps = first.rate.rounding.divide(sum, DENOMINATOR * step);
    Ok((i64::try_from(steps * step).unwrap(), first.key, cut_off_at))
}

fn limited(call: &Call, rate: &Rate, (sum, within): (i128, u64)) -> (i128, Option<u64>) {
    let least = rate.minimum.filter(|_| !call.facets.continuation);
    match rate.maximum.map(|maximum| (maximum.amount.0.0 * DENOMINATOR, maximum.beyond)) {
        Some((most, Beyond::Free)) if sum > most => (most, None),
        Some((most, Beyond::Disconnect)) if sum > most => (sum, Some(within)),
        _ => (sum.max(least.map_or(0, |least| least.0.0 * DENOMINATOR)), None),
    }
}

impl<'s> Oracle<'s> {
    fn of(set: &'s Set, call: &'s Call) -> Self {
        let mut oracle = Self {
            call,
            plans: Vec::new(),
            rows: Vec::new(),
            parts: Vec::new(),
            holidays: Vec::new(),
            prefixes: Vec::new(),
        };
        let called = call.called.to_string();
        for (_, key, validity, entity) in &set.0 {
            if !validity.covers(call.started_at) {
                continue;
            }
            match entity {
                Entity::Plan(plan) => oracle.plans.push(plan),
                Entity::Rate(rate) => {
                    oracle.rows.push(Row { key: id64(key), validity: *validity, rate });
                }
                Entity::TimeBand(part) => oracle.parts.push(part),
                Entity::Holiday(holiday) => oracle.holidays.push(holiday),
                Entity::Destination(one) if called.starts_with(&one.prefix.to_string()) => {
                    oracle.prefixes.push(one);
                }
                _ => {}
            }
        }
        oracle.prefixes.sort_by_key(|one| std::cmp::Reverse(one.prefix.length()));
        oracle
    }

    fn is_outgoing(&self) -> bool {
        self.call.facets.direction == Direction::Originating
    }

    /// The exact sum, and how much of the record costs no more than the maximum.
    fn sum(&self, tariff: &str, first: &Row<'_>, quantity: u64) -> Result<(i128, u64), Unrated> {
        let fee = if self.call.facets.continuation { 0 } else { first.rate.connect_fee.0.0 };
        let (mut sum, mut at, mut within) = (fee * DENOMINATOR, 0, 0);
        let most = first.rate.maximum.map(|maximum| maximum.amount.0.0 * DENOMINATOR);
        while at < quantity {
            let (units, price) = self.step(tariff, first, at)?;
            sum += price;
            at += units;
            if most.is_none_or(|most| sum <= most) {
                within = at;
            }
        }
        Ok((sum, within))
    }

    /// The step that begins at a quantity: how long it is, and its price.
    fn step(&self, tariff: &str, first: &Row<'_>, at: u64) -> Result<(u64, i128), Unrated> {
        let timed = first.rate.measure == Measure::Duration;
        let passed = if timed { i64::try_from(at).unwrap() * 1_000 } else { 0 };
        let row = self.holding(tariff, EventTime(self.call.started_at.0 + passed))?;
        if timed && row.rate.measure != Measure::Duration {
            return Ok((1, 0));
        }
        let mut slots = row.rate.slots.iter().rev();
        let slot = slots.find(|slot| slot.from <= self.call.before + at).unwrap();
        assert_eq!(DENOMINATOR % i128::from(slot.per), 0);
        let price = slot.price.0.0 * i128::from(slot.increment);
        Ok((slot.increment, price * (DENOMINATOR / i128::from(slot.per))))
    }

    /// The row that holds at an instant.
    fn holding(&self, tariff: &str, at: EventTime) -> Result<Row<'s>, Unrated> {
        let mut tariff = tariff;
        loop {
            let plan = self.plans.iter().find(|plan| plan.tariff_id == tariff);
            let zone = plan.map_or(Tz::UTC, |plan| plan.time_zone.0);
            let named = self.prefixes.first().into_iter().map(|one| Some(one.zone.as_str()));
            for called in named.chain([None]) {
                let matching = self.rows.iter().filter(|row| {
                    row.rate.tariff_id == tariff
                        && row.rate.zone.as_deref() == called
                        && self.matches(row.rate, zone, at)
                });
                if let Some(row) = matching.max_by_key(|row| rank(row)) {
                    return Ok(*row);
                }
            }
            match plan.and_then(|plan| plan.fallback.as_deref()) {
                Some(fallback) => tariff = fallback,
                None => break,
            }
        }
        let zoned = self.call.service != Service::Data && self.is_outgoing();
        let unknown = zoned && self.prefixes.is_empty();
        Err(if unknown { Unrated::UnknownDestination } else { Unrated::NoRate })
    }
}

fn rank(row: &Row<'_>) -> impl Ord + use<> {
    let Row { key, validity, rate } = row;
    let relation = match rate.relation {
        Relation::Any => 0,
        Relation::OnNet | Relation::OffNet => 1,
        Relation::Friend => 2,
    };
    let says = (rate.direction.is_some(), rate.band.is_some());
    (rate.weight, relation, says, validity.from, *key)
}
