//! Documents about what usage costs: rates, and the zones of called numbers.

use datasets::reference::{Destination, Rate};
use datasets::units::{AsDecimal, Money, Rounding};
use datasets::usage::Service;
use serde_json::{Map, Value, json};

use super::{members, text};
use crate::decode::fields::Fields;
use crate::decode::quantity::Unit;
use crate::decode::reject::Reject;
use crate::decode::topup::currency;
use crate::decode::usage::{digits, service};

pub(super) fn rate(fields: &Fields<'_>) -> Result<Rate, Reject> {
    let service = service(fields.get("service").text("service")?)?;
    let zone = fields.get("zone").optional_text("zone")?.map(str::to_owned);
    Ok(Rate {
        tariff_id: text(fields, "tariff_id")?,
        service,
        zone,
        price: AsDecimal(price(fields)?),
        per: per(fields, service)?,
        currency: currency(fields)?,
        decimals: decimals(fields)?,
        rounding: rounding(fields)?,
    })
}

fn price(fields: &Fields<'_>) -> Result<Money, Reject> {
    let price = fields.get("price").money("price")?;
    if price < Money::ZERO { Err(Reject::bad("price", "0 or more")) } else { Ok(price) }
}

/// How many base units the price is for: `per` times `unit`.
fn per(fields: &Fields<'_>, service: Service) -> Result<u64, Reject> {
    let factor = match fields.get("unit").optional_text("unit")? {
        None if service == Service::Sms => 1,
        None => return Err(Reject::missing("unit")),
        Some(name) => match Unit::named(name) {
            Some(unit) if unit.service == service => unit.factor,
            _ => return Err(Reject::bad("unit", "a unit of its service")),
        },
    };
    let per = fields.get("per").optional_whole("per", u64::MAX >> 1)?.unwrap_or(1);
    match per.checked_mul(factor) {
        Some(units) if units > 0 && units <= u64::MAX >> 1 => Ok(units),
        _ => Err(Reject::bad("per", "from 1 to what 63 bits of base units hold")),
    }
}

fn decimals(fields: &Fields<'_>) -> Result<u32, Reject> {
    let decimals = fields.get("decimals").optional_whole("decimals", 9)?.unwrap_or(9);
    Ok(u32::try_from(decimals).expect("it was checked to be at most nine"))
}

fn rounding(fields: &Fields<'_>) -> Result<Rounding, Reject> {
    match fields.get("rounding").optional_text("rounding")? {
        None | Some("half_up") => Ok(Rounding::HalfUp),
        Some("half_even") => Ok(Rounding::HalfEven),
        Some("up") => Ok(Rounding::Up),
        Some("down") => Ok(Rounding::Down),
        Some(_) => Err(Reject::bad("rounding", "half_up, half_even, up or down")),
    }
}

pub(super) fn rate_members(rate: &Rate) -> Map<String, Value> {
    let mut members = members(json!({
        "tariff_id": rate.tariff_id,
        "service": rate.service,
        "price": rate.price,
        "per": rate.per,
        "unit": rate.service.base_unit(),
        "currency": rate.currency,
        "decimals": rate.decimals,
        "rounding": rate.rounding,
    }));
    if let Some(zone) = &rate.zone {
        members.insert("zone".to_owned(), json!(zone));
    }
    members
}

pub(super) fn destination(fields: &Fields<'_>) -> Result<Destination, Reject> {
    let prefix = digits(fields.get("prefix").text("prefix")?, "prefix")?;
    // What raw keeps of a called number of 15 digits; no longer prefix could ever match.
    if prefix.length() > 11 {
        return Err(Reject::bad("prefix", "one of 1 to 11 digits"));
    }
    Ok(Destination { prefix, zone: text(fields, "zone")? })
}

pub(super) fn destination_members(destination: &Destination) -> Map<String, Value> {
    members(json!({ "prefix": destination.prefix.to_string(), "zone": destination.zone }))
}
