//! Documents about what usage costs: one plan row each, its slots in numbered fields.
//!
//! The fields of the first slot have no number: `price`, `per`, `increment`; those of the next are `from_2`,
//! `price_2`, `per_2`, `increment_2`, and so on. So a flat price is a row with one slot, and a line of a table.

pub(super) mod canonical;

use datasets::reference::{Beyond, Maximum, Rate, Relation, Slot};
use datasets::units::{AsDecimal, Money, Rounding};
use datasets::usage::{Direction, Measure, Service};

use super::{one_of, text};
use crate::decode::fields::Fields;
use crate::decode::quantity::Unit;
use crate::decode::reject::Reject;
use crate::decode::topup::currency;
use crate::decode::usage::service;

/// The most slots that a row has.
const SLOTS_MAX: u32 = 16;

pub(super) fn rate(fields: &Fields<'_>) -> Result<Rate, Reject> {
    let service = service(fields.get("service").text("service")?)?;
    let tariff_id = text(fields, "tariff_id")?;
    let (measure, factor) = unit(fields, service)?;
    let named = |name| Ok(fields.get(name).optional_text(name)?.map(str::to_owned));
    let relations = Relation::ALL.map(|relation| (relation.as_str(), relation));
    let roundings = Rounding::ALL.map(|rounding| (rounding.as_str(), rounding));
    let weight = fields.get("weight").optional_whole("weight", u64::from(u32::MAX))?.unwrap_or(0);
    Ok(Rate {
        tariff_id,
        service,
        zone: named("zone")?,
        direction: direction(fields)?,
        relation: one_of(fields, "relation", &relations)?.unwrap_or_default(),
        band: named("band")?,
        weight: u32::try_from(weight).expect("it was checked to fit"),
        measure,
        connect_fee: AsDecimal(amount(fields, "connect_fee")?.unwrap_or(Money::ZERO)),
        slots: slots(fields, factor)?,
        minimum: amount(fields, "minimum")?.map(AsDecimal),
        maximum: maximum(fields)?,
        currency: currency(fields)?,
        decimals: decimals(fields)?,
        rounding: one_of(fields, "rounding", &roundings)?.unwrap_or_default(),
        tax_inclusive: fields.get("tax_inclusive").flag("tax_inclusive")?,
    })
}

/// What `unit` measures, and how many base units it is. Any service may be priced by the event.
fn unit(fields: &Fields<'_>, service: Service) -> Result<(Measure, u64), Reject> {
    let wanted = service.measure();
    match fields.get("unit").optional_text("unit")? {
        None if wanted == Measure::Count => Ok((Measure::Count, 1)),
        None => Err(Reject::missing("unit")),
        Some("event") => Ok((Measure::Count, 1)),
        Some(name) => match Unit::named(name) {
            Some(unit) if unit.service.measure() == wanted => Ok((wanted, unit.factor)),
            _ => Err(Reject::bad("unit", "a unit of its service")),
        },
    }
}

/// Any direction has to be asked for by its name, so that nobody pays for being called by an oversight.
fn direction(fields: &Fields<'_>) -> Result<Option<Direction>, Reject> {
    let mut names = vec![("any", None)];
    names.extend(Direction::ALL.map(|direction| (direction.as_str(), Some(direction))));
    let direction = one_of(fields, "direction", &names)?;
    Ok(direction.unwrap_or(Some(Direction::Originating)))
}

fn slots(fields: &Fields<'_>, factor: u64) -> Result<Vec<Slot>, Reject> {
    let mut slots = vec![slot(fields, "", (0, factor))?];
    for number in 2..=SLOTS_MAX {
        let (suffix, last) = (format!("_{number}"), slots[slots.len() - 1]);
        let name = format!("from{suffix}");
        let Some(from) = base_units(fields, &name, factor)? else {
            if is_empty(fields, &format!("price{suffix}")) {
                return Ok(slots);
            }
            return Err(Reject::missing(&name));
        };
        if from <= last.from {
            return Err(Reject::bad(&name, "greater than where the slot before it begins"));
        }
        slots.push(slot(fields, &suffix, (from, factor))?);
    }
    let beyond = format!("price_{}", SLOTS_MAX + 1);
    if is_empty(fields, &beyond) {
        Ok(slots)
    } else {
        Err(Reject::bad(&beyond, "there: a row has at most 16 slots"))
    }
}

fn slot(fields: &Fields<'_>, suffix: &str, (from, factor): (u64, u64)) -> Result<Slot, Reject> {
    let name = format!("price{suffix}");
    let price = amount(fields, &name)?.ok_or_else(|| Reject::missing(&name))?;
    let per = positive(fields, &format!("per{suffix}"), factor)?.unwrap_or(factor);
    let increment = positive(fields, &format!("increment{suffix}"), factor)?.unwrap_or(1);
    Ok(Slot { from, price: AsDecimal(price), per, increment })
}

fn is_empty(fields: &Fields<'_>, name: &str) -> bool {
    matches!(fields.get(name).optional_text(name), Ok(None))
}

/// A quantity in the row's unit, as base units.
pub(super) fn base_units(
    fields: &Fields<'_>,
    name: &str,
    factor: u64,
) -> Result<Option<u64>, Reject> {
    let Some(units) = fields.get(name).optional_whole(name, u64::MAX >> 1)? else {
        return Ok(None);
    };
    match units.checked_mul(factor) {
        Some(units) if units <= u64::MAX >> 1 => Ok(Some(units)),
        _ => Err(Reject::bad(name, "what 63 bits of base units hold")),
    }
}

pub(super) fn positive(
    fields: &Fields<'_>,
    name: &str,
    factor: u64,
) -> Result<Option<u64>, Reject> {
    match base_units(fields, name, factor)? {
        Some(0) => Err(Reject::bad(name, "from 1 to what 63 bits of base units hold")),
        units => Ok(units),
    }
}

fn amount(fields: &Fields<'_>, name: &str) -> Result<Option<Money>, Reject> {
    match fields.get(name).optional_money(name)? {
        Some(amount) if amount < Money::ZERO => Err(Reject::bad(name, "0 or more")),
        amount => Ok(amount),
    }
}

fn maximum(fields: &Fields<'_>) -> Result<Option<Maximum>, Reject> {
    let names = [("free", Beyond::Free), ("disconnect", Beyond::Disconnect)];
    let beyond = one_of(fields, "maximum_then", &names)?;
    match (amount(fields, "maximum")?, beyond) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Reject::missing("maximum")),
        (Some(amount), beyond) => {
            Ok(Some(Maximum { amount: AsDecimal(amount), beyond: beyond.unwrap_or_default() }))
        }
    }
}

fn decimals(fields: &Fields<'_>) -> Result<u32, Reject> {
    let decimals = fields.get("decimals").optional_whole("decimals", 9)?.unwrap_or(9);
    Ok(u32::try_from(decimals).expect("it was checked to be at most nine"))
}
