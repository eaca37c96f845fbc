//! Documents about who pays: accounts and subscriptions.

use datasets::ids::SubscriberId;
use datasets::reference::{Account, AccountKind, Subscription};
use datasets::units::{AsDecimal, Money};
use serde_json::{Map, Value, json};

use super::{Pseudonym, members, text};
use crate::decode::fields::Fields;
use crate::decode::reject::Reject;
use crate::decode::topup::currency;
use crate::decode::usage::digits;

pub(super) fn account(fields: &Fields<'_>) -> Result<Account, Reject> {
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

pub(super) fn account_members(account: &Account) -> Map<String, Value> {
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

pub(super) fn subscription(
    fields: &Fields<'_>,
    pseudonym: Pseudonym<'_>,
) -> Result<Subscription, Reject> {
    let subscriber = match fields.get("msisdn").optional_text("msisdn")? {
        Some(msisdn) => pseudonym(digits(msisdn, "msisdn")?),
        None => subscriber_id(fields)?,
    };
    Ok(Subscription {
        subscription_id: text(fields, "subscription_id")?,
        account_id: text(fields, "account_id")?,
        subscriber,
        tariff_id: text(fields, "tariff_id")?,
        offering_id: fields.get("offering_id").optional_text("offering_id")?.map(str::to_owned),
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

pub(super) fn subscription_members(subscription: &Subscription) -> Map<String, Value> {
    let mut members = members(json!({
        "subscription_id": subscription.subscription_id,
        "account_id": subscription.account_id,
        "subscriber_id": subscription.subscriber.to_string(),
        "tariff_id": subscription.tariff_id,
    }));
    if let Some(offering) = &subscription.offering_id {
        members.insert("offering_id".to_owned(), json!(offering));
    }
    members
}
