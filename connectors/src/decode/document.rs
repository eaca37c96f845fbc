//! Documents of reference topics: what they say, read from flat fields and written back in one canonical form.
//!
//! The canonical form is what the raw table keeps. It reads back as the same version, and no number
//! of a person stands in it: a subscription's `msisdn` has become its `subscriber_id`.

use datasets::ids::SubscriberId;
use datasets::number::Digits;
use datasets::reference::{
    Account, AccountKind, Destination, Entity, Rate, RefTopic, Subscription, Validity,
};
use datasets::units::{AsDecimal, EventTime, Money, Rounding};
use datasets::usage::Service;
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::quantity::Unit;
use super::reject::Reject;
use super::topup::currency;
use super::usage::{digits, service};

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

fn account(fields: &Fields<'_>) -> Result<Account, Reject> {
    let kind = match fields.get("kind").text("kind")? {
        "prepaid" => AccountKind::Prepaid,
        "postpaid" => AccountKind::Postpaid,
        _ => return Err(Reject::bad("kind", "prepaid or postpaid")),
    };
    let limit = fields.get("credit_limit").optional_money("credit_limit")?.unwrap_or(Money::ZERO);
    if limit < Money::ZERO {
        return Err(Reject::bad("credit_limit", "0 or more"));
    }
    Ok(Account {
        account_id: text(fields, "account_id")?,
        customer_id: text(fields, "customer_id")?,
        kind,
        currency: currency(fields)?,
        credit_limit: AsDecimal(limit),
    })
}

fn account_members(account: &Account) -> Map<String, Value> {
    let kind = match account.kind {
        AccountKind::Prepaid => "prepaid",
        AccountKind::Postpaid => "postpaid",
    };
    members(json!({
        "account_id": account.account_id,
        "customer_id": account.customer_id,
        "kind": kind,
        "currency": account.currency,
        "credit_limit": account.credit_limit,
    }))
}

fn subscription(fields: &Fields<'_>, pseudonym: Pseudonym<'_>) -> Result<Subscription, Reject> {
    let subscriber = match fields.get("msisdn").optional_text("msisdn")? {
        Some(msisdn) => pseudonym(digits(msisdn, "msisdn")?),
        None => subscriber_id(fields)?,
    };
    Ok(Subscription {
        subscription_id: text(fields, "subscription_id")?,
        account_id: text(fields, "account_id")?,
        subscriber,
        tariff_id: text(fields, "tariff_id")?,
    })
}

fn subscriber_id(fields: &Fields<'_>) -> Result<SubscriberId, Reject> {
    let Some(text) = fields.get("subscriber_id").optional_text("subscriber_id")? else {
        return Err(Reject::missing("msisdn"));
    };
    let plain = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = u128::from_str_radix(text, 16).ok().filter(|_| plain);
    id.map(SubscriberId::from).ok_or_else(|| Reject::bad("subscriber_id", "a pseudonym"))
}

fn subscription_members(subscription: &Subscription) -> Map<String, Value> {
    members(json!({
        "subscription_id": subscription.subscription_id,
        "account_id": subscription.account_id,
        "subscriber_id": subscription.subscriber.to_string(),
        "tariff_id": subscription.tariff_id,
    }))
}

fn rate(fields: &Fields<'_>) -> Result<Rate, Reject> {
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

fn rate_members(rate: &Rate) -> Map<String, Value> {
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

fn destination(fields: &Fields<'_>) -> Result<Destination, Reject> {
    let prefix = digits(fields.get("prefix").text("prefix")?, "prefix")?;
    // What raw keeps of a called number of 15 digits; no longer prefix could ever match.
    if prefix.length() > 11 {
        return Err(Reject::bad("prefix", "one of 1 to 11 digits"));
    }
    Ok(Destination { prefix, zone: text(fields, "zone")? })
}

fn destination_members(destination: &Destination) -> Map<String, Value> {
    members(json!({ "prefix": destination.prefix.to_string(), "zone": destination.zone }))
}

fn text(fields: &Fields<'_>, name: &str) -> Result<String, Reject> {
    fields.get(name).text(name).map(str::to_owned)
}

fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => unreachable!("it is written as an object"),
    }
}
