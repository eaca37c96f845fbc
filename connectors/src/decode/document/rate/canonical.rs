//! A plan row in its canonical form: quantities in base units, and nothing that goes without saying.

use datasets::reference::{Beyond, Rate, Relation};
use datasets::units::Money;
use datasets::usage::Direction;
use serde_json::{Map, Value, json};

use crate::decode::document::members;

pub(in crate::decode::document) fn rate_members(rate: &Rate) -> Map<String, Value> {
    let mut members = members(json!({
        "tariff_id": rate.tariff_id,
        "service": rate.service,
        "unit": rate.measure.base_unit(),
        "currency": rate.currency,
        "decimals": rate.decimals,
        "rounding": rate.rounding,
    }));
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    for (number, slot) in (1..).zip(&rate.slots) {
        let suffix = if number == 1 { String::new() } else { format!("_{number}") };
        put(&format!("price{suffix}"), json!(slot.price));
        put(&format!("per{suffix}"), json!(slot.per));
        if slot.from > 0 {
            put(&format!("from{suffix}"), json!(slot.from));
        }
        if slot.increment > 1 {
            put(&format!("increment{suffix}"), json!(slot.increment));
        }
    }
    members.extend(selector_members(rate));
    members.extend(limit_members(rate));
    members
}

/// What decides whether the row holds, where it is not what it is by itself.
fn selector_members(rate: &Rate) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    if let Some(zone) = &rate.zone {
        put("zone", json!(zone));
    }
    if rate.direction != Some(Direction::Originating) {
        put("direction", json!(rate.direction.map_or("any", Direction::as_str)));
    }
    if rate.relation != Relation::Any {
        put("relation", json!(rate.relation.as_str()));
    }
    if let Some(band) = &rate.band {
        put("band", json!(band));
    }
    if rate.weight > 0 {
        put("weight", json!(rate.weight));
    }
    members
}

fn limit_members(rate: &Rate) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    if rate.connect_fee.0 > Money::ZERO {
        put("connect_fee", json!(rate.connect_fee));
    }
    if let Some(minimum) = &rate.minimum {
        put("minimum", json!(minimum));
    }
    if let Some(maximum) = &rate.maximum {
        put("maximum", json!(maximum.amount));
        if maximum.beyond == Beyond::Disconnect {
            put("maximum_then", json!("disconnect"));
        }
    }
    if rate.tax_inclusive {
        put("tax_inclusive", json!(true));
    }
    members
}
