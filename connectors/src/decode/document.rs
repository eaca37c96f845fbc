//! Documents of reference topics: what they say, read from flat fields and written back in one canonical form.
//!
//! The canonical form is what the raw table keeps. It reads back as the same version, and no number
//! of a person stands in it: a subscription's `msisdn` has become its `subscriber_id`.

mod allowance;
mod calendar;
mod party;
mod picks;
mod price;
mod rate;

use datasets::ids::SubscriberId;
use datasets::number::Digits;
use datasets::reference::{Entity, RefTopic, Validity};
use datasets::units::EventTime;
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::reject::Reject;
use allowance::{allowance, allowance_members};
use calendar::{holiday, holiday_members, time_band, time_band_members};
use party::{account, account_members, subscription, subscription_members};
use price::{destination, destination_members, plan, plan_members};
use rate::canonical::rate_members;
use rate::rate;

/// Gives a number its pseudonym.
pub(crate) type Pseudonym<'f> = &'f mut dyn FnMut(Digits) -> SubscriberId;

/// Reads one version of a document.
pub(crate) fn check(
    topic: RefTopic,
    fields: &Fields<'_>,
    pseudonym: Pseudonym<'_>,
) -> Result<(Validity, Entity), Reject> {
    let entity = match topic {
        RefTopic::Accounts => Entity::Account(account(fields)?),
        RefTopic::Subscriptions => Entity::Subscription(subscription(fields, pseudonym)?),
        RefTopic::Tariffs => Entity::Rate(rate(fields)?),
        RefTopic::Destinations => Entity::Destination(destination(fields)?),
        RefTopic::Plans => Entity::Plan(plan(fields)?),
        RefTopic::TimeBands => Entity::TimeBand(time_band(fields)?),
        RefTopic::Holidays => Entity::Holiday(holiday(fields)?),
        RefTopic::Allowances => Entity::Allowance(Box::new(allowance(fields)?)),
    };
    Ok((validity(fields)?, entity))
}

/// Reads a document in its canonical form, as the raw table keeps it.
///
/// # Errors
/// When it is not one, which then was not written by `canonical`.
pub fn read_canonical(topic: RefTopic, document: &str) -> Result<(Validity, Entity), Reject> {
    let mut refused = false;
    let mut refuse = |_number| {
        refused = true;
        SubscriberId::default()
    };
    let version = check(topic, &Fields::of_json(document)?, &mut refuse)?;
    if refused { Err(Reject::bad("msisdn", "in a canonical document")) } else { Ok(version) }
}

/// Writes a version in its canonical form.
#[must_use]
pub fn canonical(version: &(Validity, Entity)) -> String {
    let (validity, entity) = version;
    let mut members = match entity {
        Entity::Account(account) => account_members(account),
        Entity::Subscription(subscription) => subscription_members(subscription),
        Entity::Rate(rate) => rate_members(rate),
        Entity::Destination(destination) => destination_members(destination),
        Entity::Plan(plan) => plan_members(plan),
        Entity::TimeBand(band) => time_band_members(band),
        Entity::Holiday(holiday) => holiday_members(holiday),
        Entity::Allowance(allowance) => allowance_members(allowance),
    };
    if validity.from != EventTime::MIN {
        members.insert("valid_from".to_owned(), json!(validity.from.to_string()));
    }
    if validity.to != EventTime::MAX {
        members.insert("valid_to".to_owned(), json!(validity.to.to_string()));
    }
    Value::Object(members).to_string()
}

fn validity(fields: &Fields<'_>) -> Result<Validity, Reject> {
    let from = fields.get("valid_from").optional_instant("valid_from")?.unwrap_or(EventTime::MIN);
    let to = fields.get("valid_to").optional_instant("valid_to")?.unwrap_or(EventTime::MAX);
    if from < to {
        Ok(Validity { from, to })
    } else {
        Err(Reject::bad("valid_to", "later than \"valid_from\""))
    }
}

fn text(fields: &Fields<'_>, name: &str) -> Result<String, Reject> {
    fields.get(name).text(name).map(str::to_owned)
}

/// One of a few names; an empty field names none.
fn one_of<T: Copy>(
    fields: &Fields<'_>,
    field: &str,
    names: &[(&str, T)],
) -> Result<Option<T>, Reject> {
    let Some(text) = fields.get(field).optional_text(field)? else { return Ok(None) };
    let known = names.iter().find(|(name, _)| *name == text);
    let wanted = || names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    known
        .map(|(_, value)| Some(*value))
        .ok_or_else(|| Reject::bad(field, &format!("one of {}", wanted())))
}

fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => unreachable!("it is written as an object"),
    }
}
