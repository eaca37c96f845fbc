//! Documents about whom and what prices hold for: plans, and the zones of called numbers.

use datasets::reference::{Destination, NumberKind, Plan, TimeZone};
use serde_json::{Map, Value, json};

use super::{members, one_of, text};
use crate::decode::fields::Fields;
use crate::decode::reject::Reject;
use crate::decode::usage::digits;

pub(super) fn plan(fields: &Fields<'_>) -> Result<Plan, Reject> {
    let time_zone = match fields.get("time_zone").optional_text("time_zone")? {
        None => TimeZone::UTC,
        Some(name) => name
            .parse()
            .map_err(|_| Reject::bad("time_zone", "a time zone such as Europe/Berlin"))?,
    };
    let fallback = fields.get("fallback").optional_text("fallback")?.map(str::to_owned);
    Ok(Plan { tariff_id: text(fields, "tariff_id")?, time_zone, fallback })
}

pub(super) fn plan_members(plan: &Plan) -> Map<String, Value> {
    let mut members = members(json!({
        "tariff_id": plan.tariff_id,
        "time_zone": plan.time_zone.to_string(),
    }));
    if let Some(fallback) = &plan.fallback {
        members.insert("fallback".to_owned(), json!(fallback));
    }
    members
}

pub(super) fn destination(fields: &Fields<'_>) -> Result<Destination, Reject> {
    let prefix = digits(fields.get("prefix").text("prefix")?, "prefix")?;
    // What raw keeps of a called number of 15 digits; no longer prefix could ever match.
    if prefix.length() > 11 {
        return Err(Reject::bad("prefix", "one of 1 to 11 digits"));
    }
    let kinds = NumberKind::ALL.map(|kind| (kind.as_str(), kind));
    let kind = one_of(fields, "kind", &kinds)?.unwrap_or_default();
    Ok(Destination { prefix, zone: text(fields, "zone")?, kind })
}

pub(super) fn destination_members(destination: &Destination) -> Map<String, Value> {
    let prefix = destination.prefix.to_string();
    let mut members = members(json!({ "prefix": prefix, "zone": destination.zone }));
    if destination.kind != NumberKind::default() {
        members.insert("kind".to_owned(), json!(destination.kind.as_str()));
    }
    members
}
