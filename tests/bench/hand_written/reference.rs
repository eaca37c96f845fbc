//! The reference data, read whole before the clock starts, as dense numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, StringArray};
use datasets::units::{EventTime, Money};
use hashbrown::HashMap;
use rdkafka::message::Message;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::consume::Topics;
use super::prefixes::Prefixes;
use super::record::{SERVICES, nibbles};

/// Versions of one thing by the span in which each holds, the one that begins last first.
pub(crate) type Versions<V> = Vec<(i64, i64, V)>;

/// The version that holds at an instant.
pub(crate) fn at<V: Copy>(versions: &[(i64, i64, V)], at: i64) -> Option<V> {
    versions.iter().find(|(from, to, _)| *from <= at && at < *to).map(|(_, _, version)| *version)
}

/// A price, and how a charge is rounded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Price {
    pub(crate) price: i128,
    pub(crate) per: i128,
    pub(crate) step: i128,
    pub(crate) rounding: datasets::units::Rounding,
}

/// Who pays for a number, by which tariff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) account: u32,
    pub(crate) tariff: u32,
}

/// Everything that charging looks up.
#[derive(Default)]
pub(crate) struct Reference {
    pub(crate) accounts: Names,
    pub(crate) tariffs: Names,
    pub(crate) zones: Names,
    pub(crate) holders: HashMap<u64, Versions<Holder>>,
    pub(crate) limits: Vec<Versions<i128>>,
    pub(crate) prefixes: Prefixes,
    pub(crate) zone_versions: Vec<Versions<u32>>,
    /// By tariff, service and zone; zone 0 is none.
    pub(crate) prices: BTreeMap<(u32, usize, u32), Versions<Price>>,
    /// The document of each price.
    pub(crate) documents: BTreeMap<(u32, usize, u32), RarePrice>,
    pub(crate) topups: Vec<(u32, i128)>,
}

/// A tariff document of the topic `ref.tariffs`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RarePrice {
    /// The document's key.
    pub(crate) key: String,
    /// The document.
    pub(crate) document: String,
    /// Records that it prices.
    pub(crate) records: u64,
}

/// Texts as dense numbers.
#[derive(Default)]
pub(crate) struct Names {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        let next = u32::try_from(self.texts.len()).expect("reference data is countable");
        *self.numbers.entry(text.to_owned()).or_insert_with(|| {
            self.texts.push(text.to_owned());
            next
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    fn column(&self) -> ArrayRef {
        Arc::new(self.texts.iter().map(Some).collect::<StringArray>())
    }
}

/// The texts behind numbers, as the values of dictionary columns.
pub(crate) struct Texts {
    pub(crate) accounts: ArrayRef,
    pub(crate) tariffs: ArrayRef,
    pub(crate) zones: ArrayRef,
    pub(crate) services: ArrayRef,
}

impl Reference {
    /// Reads all reference topics and top-ups.
    pub(crate) fn read(topics: &Topics) -> Result<Self> {
        let mut reference = Self::default();
        reference.zones.number("");
        for document in newest(topics, "ref.accounts")?.values() {
            reference.account(document).context("an account cannot be read")?;
        }
        for document in newest(topics, "ref.subscriptions")?.values() {
            reference.subscription(document).context("a subscription cannot be read")?;
        }
        for document in newest(topics, "ref.destinations")?.values() {
            reference.destination(document).context("a destination cannot be read")?;
        }
        for (key, document) in newest(topics, "ref.tariffs")? {
            reference.price(&key, &document).context("a price cannot be read")?;
        }
        let mut topups = BTreeMap::new();
        topics.open("cust.topups")?.each(|message| {
            let topup: Option<Value> =
                serde_json::from_slice(message.payload().unwrap_or_default()).ok();
            topups.extend(topup.and_then(|topup| Some((text(&topup, "topup_id")?, topup))));
        })?;
        for topup in topups.values() {
            let account = reference.account_number(&text(topup, "account_id").unwrap_or_default());
            let amount = text(topup, "amount").and_then(|amount| amount.parse::<Money>().ok());
            reference.topups.extend(amount.map(|amount| (account, amount.0)));
        }
        Ok(reference)
    }

    pub(crate) fn texts(&self) -> Texts {
        let services: ArrayRef = Arc::new(StringArray::from(SERVICES.to_vec()));
        Texts {
            accounts: self.accounts.column(),
            tariffs: self.tariffs.column(),
            zones: self.zones.column(),
            services,
        }
    }

    fn account_number(&mut self, name: &str) -> u32 {
        let account = self.accounts.number(name);
        self.limits.resize(self.accounts.len(), Vec::new());
        account
    }

    fn account(&mut self, document: &Value) -> Option<()> {
        let account = self.account_number(&text(document, "account_id")?);
        let limit: Money = text(document, "credit_limit")?.parse().ok()?;
        let place = usize::try_from(account).ok()?;
        insert(&mut self.limits[place], document, limit.0)
    }

    fn subscription(&mut self, document: &Value) -> Option<()> {
        let number = nibbles(&text(document, "msisdn")?)?;
        let account = self.account_number(&text(document, "account_id")?);
        let tariff = self.tariffs.number(&text(document, "tariff_id")?);
        insert(self.holders.entry(number).or_default(), document, Holder { account, tariff })
    }

    fn destination(&mut self, document: &Value) -> Option<()> {
        let prefix = nibbles(&text(document, "prefix")?)?;
        let zone = self.zones.number(&text(document, "zone")?);
        let mut versions = Versions::new();
        insert(&mut versions, document, zone)?;
        let place = u32::try_from(self.zone_versions.len()).ok()?;
        self.zone_versions.push(versions);
        self.prefixes.insert(prefix, place);
        Some(())
    }

    fn price(&mut self, key: &str, document: &Value) -> Option<()> {
        let tariff = self.tariffs.number(&text(document, "tariff_id")?);
        let service = text(document, "service")?;
        let service = SERVICES.iter().position(|name| *name == service)?;
        let zone = self.zones.number(&text(document, "zone").unwrap_or_default());
        let amount: Money = text(document, "price")?.parse().ok()?;
        let per = i128::from(document.get("per")?.as_u64()?) * unit(&text(document, "unit")?)?;
        let decimals = u32::try_from(document.get("decimals")?.as_u64()?).ok()?;
        let rounding = match document.get("rounding") {
            Some(rounding) => serde_json::from_value(rounding.clone()).ok()?,
            None => datasets::units::Rounding::default(),
        };
        let step = 10_i128.pow(Money::DECIMALS.checked_sub(decimals)?);
        let price = Price { price: amount.0, per: per * step, step, rounding };
        let document_text = document.to_string();
        let place = (tariff, service, zone);
        let told = RarePrice { key: key.to_owned(), document: document_text, records: 0 };
        self.documents.insert(place, told);
        insert(self.prices.entry(place).or_default(), document, price)
    }
}

fn insert<V>(versions: &mut Versions<V>, document: &Value, version: V) -> Option<()> {
    let instant = |name: &str, open: EventTime| match text(document, name) {
        Some(text) => EventTime::parse_rfc3339(&text).ok(),
        None => Some(open),
    };
    let (from, to) = (instant("valid_from", EventTime::MIN)?, instant("valid_to", EventTime::MAX)?);
    let place = versions.partition_point(|(other, _, _)| *other > from.0);
    versions.insert(place, (from.0, to.0, version));
    Some(())
}

fn unit(name: &str) -> Option<i128> {
    Some(match name {
        "ms" | "byte" | "event" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "GiB" => 1 << 30,
        _ => return None,
    })
}

fn text(document: &Value, name: &str) -> Option<String> {
    document.get(name)?.as_str().map(str::to_owned)
}

/// The newest document of each key of a topic.
fn newest(topics: &Topics, topic: &str) -> Result<BTreeMap<String, Value>> {
    let mut documents = BTreeMap::new();
    topics.open(topic)?.each(|message| {
        let key = String::from_utf8_lossy(message.key().unwrap_or_default()).into_owned();
        match message.payload().map(serde_json::from_slice) {
            Some(Ok(document)) => drop(documents.insert(key, document)),
            _ => drop(documents.remove(&key)),
        }
    })?;
    Ok(documents)
}
