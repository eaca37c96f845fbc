//! Documents about included units: flat, so that an allowance is a line of a table too.

use datasets::reference::Allowance;
use datasets::reference::allowance::{Every, Period, Rollover};
use datasets::reference::dated::{Checked, Fault};
use datasets::usage::Service;
use serde_json::{Map, Value, json};

use super::rate::{base_units, positive};
use super::{members, one_of, text};
use crate::decode::fields::Fields;
use crate::decode::quantity::Unit;
use crate::decode::reject::Reject;
use crate::decode::usage::service;

const PERIODS: [(&str, Period); 2] = [("day", Period::Day), ("month", Period::Month)];

/// The most base units that are granted for a period: sums of grants stay far below what a column holds.
const QUANTITY_MAX: u64 = 1 << 60;

pub(super) fn allowance(fields: &Fields<'_>) -> Result<Allowance, Reject> {
    let service = service(fields.get("service").text("service")?)?;
    let factor = factor(fields, service)?;
    let named = |name| Ok(fields.get(name).optional_text(name)?.map(str::to_owned));
    let priority = fields.get("priority").optional_whole("priority", u64::from(u32::MAX))?;
    if !fields.get("pool_id").is_absent() {
        return Err(Reject::bad("pool_id", "there: pools of several accounts are not known yet"));
    }
    let quantity = base_units(fields, "quantity", factor)?;
    let allowance = Allowance {
        allowance_id: text(fields, "allowance_id")?,
        account_id: named("account_id")?,
        pool_id: None,
        offering_id: named("offering_id")?,
        service,
        zones: list(fields, "zones")?,
        bands: list(fields, "bands")?,
        quantity: quantity.ok_or_else(|| Reject::missing("quantity"))?,
        increment: positive(fields, "increment", factor)?.unwrap_or(1),
        priority: u32::try_from(priority.unwrap_or(0)).expect("it was checked to fit"),
        every: every(fields)?,
        prorated: fields.get("prorated").flag("prorated")?,
        rollover: rollover(fields, factor)?,
        cap: positive(fields, "cap", factor)?,
        blocker: fields.get("blocker").flag("blocker")?,
    };
    if allowance.quantity > QUANTITY_MAX {
        return Err(Reject::bad("quantity", "at most 2^60 base units"));
    }
    allowance.check().map_err(|fault| match fault {
        Fault::Value { field, wanted, .. } => Reject::bad(field, wanted),
        other => Reject::bad("allowance_id", &other.to_string()),
    })?;
    Ok(allowance)
}

/// How many base units the document's unit is; the base unit where it names none.
fn factor(fields: &Fields<'_>, service: Service) -> Result<u64, Reject> {
    match fields.get("unit").optional_text("unit")? {
        None => Ok(1),
        Some(name) => match Unit::named(name) {
            Some(unit) if unit.service.measure() == service.measure() => Ok(unit.factor),
            _ => Err(Reject::bad("unit", "a unit of its service")),
        },
    }
}

/// Names with spaces or commas between them.
fn list(fields: &Fields<'_>, name: &str) -> Result<Vec<String>, Reject> {
    let text = fields.get(name).optional_text(name)?.unwrap_or_default();
    let names = text.split([',', ' ']).filter(|part| !part.is_empty());
    Ok(names.map(str::to_owned).collect())
}

fn every(fields: &Fields<'_>) -> Result<Option<Every>, Reject> {
    let Some(period) = one_of(fields, "every", &PERIODS)? else { return Ok(None) };
    let day = fields.get("day").optional_whole("day", 28)?.unwrap_or(1);
    let time_zone = fields.get("time_zone").optional_text("time_zone")?.unwrap_or("UTC");
    let day = u8::try_from(day).expect("it was checked to be at most 28");
    Ok(Some(Every { period, day, time_zone: time_zone.to_owned() }))
}

fn rollover(fields: &Fields<'_>, factor: u64) -> Result<Option<Rollover>, Reject> {
    let Some(most) = base_units(fields, "rollover", factor)? else { return Ok(None) };
    let periods = fields.get("rollover_periods").optional_whole("rollover_periods", 1_000)?;
    let periods = u32::try_from(periods.unwrap_or(1)).expect("it was checked to fit");
    Ok(Some(Rollover { most, periods }))
}

pub(super) fn allowance_members(allowance: &Allowance) -> Map<String, Value> {
    let mut members = members(json!({
        "allowance_id": allowance.allowance_id,
        "service": allowance.service,
        "quantity": allowance.quantity,
    }));
    let mut put = |name: &str, value: Value| {
        let says_nothing = value.is_null() || value == json!(false) || value == json!("");
        if !says_nothing {
            members.insert(name.to_owned(), value);
        }
    };
    put("account_id", json!(allowance.account_id));
    put("offering_id", json!(allowance.offering_id));
    put("zones", json!(allowance.zones.join(" ")));
    put("bands", json!(allowance.bands.join(" ")));
    put("increment", json!(Some(allowance.increment).filter(|increment| *increment > 1)));
    put("priority", json!(Some(allowance.priority).filter(|priority| *priority > 0)));
    put("prorated", json!(allowance.prorated));
    put("cap", json!(allowance.cap));
    put("blocker", json!(allowance.blocker));
    put("rollover", json!(allowance.rollover.map(|rollover| rollover.most)));
    put("rollover_periods", json!(allowance.rollover.map(|rollover| rollover.periods)));
    if let Some(every) = &allowance.every {
        put("every", json!(every.period));
        put("day", json!(every.day));
        put("time_zone", json!(every.time_zone));
    }
    members
}
