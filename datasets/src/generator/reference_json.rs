//! Reference documents as JSON.

use serde::Serialize;

use super::documents::{Account, Customer, Destination, Document, Entity, Price, Subscription};
use super::tariffs::TARIFFS;
use super::zones::ZONES;
use crate::reference::{AccountKind, Validity};
use crate::units::{AsDecimal, Currency, EventTime, Rounding};

/// The document's payload; none is a tombstone.
pub(super) fn payload(document: &Document) -> Option<Vec<u8>> {
    let (validity, entity) = document.version.as_ref()?;
    let body = match entity {
        Entity::Customer(customer) => written(customer_body(customer), *validity),
        Entity::Account(account) => written(account_body(account), *validity),
        Entity::Subscription(line) => written(subscription_body(line), *validity),
        Entity::Price(price) => written(price_body(price), *validity),
        Entity::Destination(destination) => written(destination_body(destination), *validity),
    };
    Some(body)
}

/// The id of an account in documents.
pub(super) fn account_id(number: u32) -> String {
    format!("acc-{number:06}")
}

fn written(body: impl Serialize, validity: Validity) -> Vec<u8> {
    let valid_from = (validity.from != EventTime::MIN).then(|| validity.from.to_string());
    let valid_to = (validity.to != EventTime::MAX).then(|| validity.to.to_string());
    serde_json::to_vec(&Dated { body, valid_from, valid_to }).expect("plain structs become JSON")
}

#[derive(Serialize)]
struct Dated<Body> {
    #[serde(flatten)]
    body: Body,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<String>,
}

#[derive(Serialize)]
struct CustomerBody {
    customer_id: String,
    name: String,
    segment: &'static str,
}

fn customer_body(customer: &Customer) -> CustomerBody {
    let Customer { number, segment } = *customer;
    CustomerBody {
        customer_id: format!("cust-{number:06}"),
        name: format!("Synthetic Customer {number}"),
        segment,
    }
}

#[derive(Serialize)]
struct AccountBody {
    account_id: String,
    customer_id: String,
    kind: AccountKind,
    currency: Currency,
    credit_limit: AsDecimal,
}

fn account_body(account: &Account) -> AccountBody {
    AccountBody {
        account_id: account_id(account.number),
        customer_id: format!("cust-{:06}", account.customer),
        kind: account.kind,
        currency: account.currency,
        credit_limit: AsDecimal(account.credit_limit),
    }
}

#[derive(Serialize)]
struct SubscriptionBody {
    subscription_id: String,
    account_id: String,
    msisdn: String,
    tariff_id: &'static str,
}

fn subscription_body(line: &Subscription) -> SubscriptionBody {
    SubscriptionBody {
        subscription_id: format!("sub-{:06}", line.number),
        account_id: account_id(line.account),
        msisdn: format!("+{}", line.msisdn),
        tariff_id: TARIFFS[line.tariff],
    }
}

#[derive(Serialize)]
struct PriceBody {
    tariff_id: &'static str,
    service: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'static str>,
    price: AsDecimal,
    per: u32,
    unit: &'static str,
    currency: Currency,
    decimals: u32,
    #[serde(skip_serializing_if = "is_usual")]
    rounding: Rounding,
}

/// Half up is what a document without the field means.
fn is_usual(rounding: &Rounding) -> bool {
    *rounding == Rounding::default()
}

fn price_body(price: &Price) -> PriceBody {
    PriceBody {
        tariff_id: TARIFFS[price.tariff],
        service: price.service.as_str(),
        zone: price.zone.map(|zone| ZONES[zone].name),
        price: AsDecimal(price.price),
        per: price.scale.per,
        unit: price.scale.unit,
        currency: Currency::EUR,
        decimals: price.scale.decimals,
        rounding: price.scale.rounding,
    }
}

#[derive(Serialize)]
struct DestinationBody {
    prefix: String,
    zone: &'static str,
}

fn destination_body(destination: &Destination) -> DestinationBody {
    DestinationBody { prefix: destination.prefix.to_string(), zone: ZONES[destination.zone].name }
}
