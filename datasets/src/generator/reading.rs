//! The truth once more, read from the bytes alone, with the types and rules of the data dictionary.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Balance, Item, Reason, State, TOPUP_TOPIC, Truth, USAGE_TOPIC};
use crate::number::Digits;
use crate::reference::Validity;
use crate::units::{AsDecimal, Currency, EventTime, Money, Rounding};
use crate::usage::Service;

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Record {
    usage_id: String,
    revision: u16,
    #[serde(default)]
    cancelled: bool,
    service: Service,
    msisdn: String,
    called_number: Option<String>,
    started_at: String,
    duration_s: Option<u64>,
    volume_bytes: Option<u64>,
    message_count: Option<u64>,
}

impl Record {
    /// Reads a record strictly; none if it is broken.
    fn read(payload: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(payload).ok()?;
        Digits::parse(&record.msisdn).ok()?;
        EventTime::parse_rfc3339(&record.started_at).ok()?;
        Some(record)
    }

    fn started_at(&self) -> EventTime {
        EventTime::parse_rfc3339(&self.started_at).unwrap()
    }

    fn quantity(&self) -> u64 {
        match self.service {
            Service::Voice => self.duration_s.unwrap() * 1_000,
            Service::Data => self.volume_bytes.unwrap(),
            Service::Sms | Service::Event => self.message_count.unwrap(),
        }
    }
}

/// What the bytes say.
pub(super) struct Reading {
    records: Vec<Record>,
    rejected: u64,
    topups: BTreeMap<String, Value>,
    documents: BTreeMap<&'static str, BTreeMap<String, Value>>,
}

impl Reading {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut reading = Self {
            records: Vec::new(),
            rejected: 0,
            topups: BTreeMap::new(),
            documents: BTreeMap::new(),
        };
        for item in items {
            reading.take(item);
        }
        reading
    }

    fn take(&mut self, item: &Item) {
        let key = item.key.clone().unwrap_or_default();
        let Some(payload) = &item.payload else {
            let deleted = self.documents.get_mut(item.topic).and_then(|topic| topic.remove(&key));
            assert!(deleted.is_some(), "a tombstone deletes something");
            return;
        };
        if item.topic == USAGE_TOPIC {
            match Record::read(payload) {
                Some(record) => self.records.push(record),
                None => self.rejected += 1,
            }
            return;
        }
        let document: Value = serde_json::from_slice(payload).unwrap();
        if item.topic == TOPUP_TOPIC {
            self.topups.insert(text(&document, "topup_id").to_owned(), document);
        } else {
            self.documents.entry(item.topic).or_default().insert(key, document);
        }
    }

    pub(super) fn truth(&self, now: EventTime) -> Truth {
        let mut truth = Truth::default();
        let mut by_id: BTreeMap<&str, BTreeMap<u16, Vec<&Record>>> = BTreeMap::new();
        for record in &self.records {
            let revisions = by_id.entry(&record.usage_id).or_default();
            revisions.entry(record.revision).or_default().push(record);
        }
        *truth.states.entry(State::Rejected).or_default() += self.rejected;
        for revisions in by_id.values() {
            self.settle(revisions, now, &mut truth);
        }
        for topup in self.topups.values() {
            let currency = text(topup, "currency").parse().unwrap();
            let key = (text(topup, "account_id").to_owned(), currency);
            let balance: &mut Balance = truth.balances.entry(key).or_default();
            balance.topped_up += text(topup, "amount").parse().unwrap();
            balance.topup_count += 1;
        }
        truth.states.retain(|_, count| *count > 0);
        truth
    }

    fn settle(&self, revisions: &BTreeMap<u16, Vec<&Record>>, now: EventTime, truth: &mut Truth) {
        let mut count = |state| *truth.states.entry(state).or_default() += 1;
        for copies in revisions.values() {
            copies[1..].iter().for_each(|_| count(State::Duplicate));
            assert!(copies.iter().all(|copy| *copy == copies[0]), "equal revisions are equal");
        }
        let (_, copies) = revisions.last_key_value().unwrap();
        (1..revisions.len()).for_each(|_| count(State::Superseded));
        if copies[0].cancelled {
            return count(State::Superseded);
        }
        match self.charge(copies[0], now) {
            Err(reason) => count(State::Suspended(reason)),
            Ok((account, currency, amount)) => {
                count(State::Rated);
                let balance = truth.balances.entry((account, currency)).or_default();
                balance.charged += amount;
                balance.charge_count += 1;
            }
        }
    }

    fn charge(&self, record: &Record, now: EventTime) -> Result<(String, Currency, Money), Reason> {
        let at = record.started_at();
        if at > now.plus_seconds(600) {
            return Err(Reason::Future);
        }
        let line = self
            .newest("ref.subscriptions", at, &[("msisdn", Some(record.msisdn.as_str()))])
            .ok_or(Reason::UnknownSubscriber)?;
        let account = self
            .newest("ref.accounts", at, &[("account_id", line["account_id"].as_str())])
            .ok_or(Reason::UnknownAccount)?;
        let zone = match &record.called_number {
            Some(called) => Some(self.zone(called, at).ok_or(Reason::UnknownDestination)?),
            None => None,
        };
        let service = record.service.as_str();
        let row =
            [("tariff_id", line["tariff_id"].as_str()), ("service", Some(service)), ("zone", zone)];
        let rate = self.newest("ref.tariffs", at, &row).ok_or(Reason::NoRate)?;
        if rate["currency"] != account["currency"] {
            return Err(Reason::CurrencyMismatch);
        }
        let currency = text(account, "currency").parse().unwrap();
        Ok((text(account, "account_id").to_owned(), currency, amount(rate, record.quantity())))
    }

    /// The zone of the longest prefix of what may stand in clear of a number, by trying them all.
    fn zone(&self, called: &str, at: EventTime) -> Option<&str> {
        let in_clear = Digits::parse(called).unwrap().called_prefix().to_string();
        let covering = |document: &&Value| in_clear.starts_with(text(document, "prefix"));
        let destinations = self.documents.get("ref.destinations")?.values();
        let valid = destinations.filter(covering).filter(|document| validity(document).covers(at));
        let rank = |document: &&Value| (text(document, "prefix").len(), validity(document).from);
        valid.max_by_key(rank).map(|destination| text(destination, "zone"))
    }

    /// Of the valid documents with such fields the one whose validity began last.
    fn newest(
        &self,
        topic: &str,
        at: EventTime,
        fields: &[(&str, Option<&str>)],
    ) -> Option<&Value> {
        self.documents
            .get(topic)?
            .values()
            .filter(|document| fields.iter().all(|(name, value)| document[name].as_str() == *value))
            .filter(|document| validity(document).covers(at))
            .max_by_key(|document| validity(document).from)
    }
}

fn text<'a>(document: &'a Value, field: &str) -> &'a str {
    document[field].as_str().unwrap_or_else(|| panic!("{document} has a text \"{field}\""))
}

fn validity(document: &Value) -> Validity {
    let instant = |field: &str| Some(EventTime::parse_rfc3339(document[field].as_str()?).unwrap());
    Validity {
        from: instant("valid_from").unwrap_or(EventTime::MIN),
        to: instant("valid_to").unwrap_or(EventTime::MAX),
    }
}

fn amount(rate: &Value, quantity: u64) -> Money {
    let AsDecimal(price) = serde_json::from_value(rate["price"].clone()).unwrap();
    let rounding: Rounding = rate
        .get("rounding")
        .map_or(Rounding::default(), |rounding| serde_json::from_value(rounding.clone()).unwrap());
    let base_units = match text(rate, "unit") {
        "ms" | "event" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "MiB" => 1_048_576,
        "GiB" => 1_073_741_824,
        other => panic!("unit \"{other}\""),
    };
    let decimals = u32::try_from(rate["decimals"].as_u64().unwrap()).unwrap();
    let step = 10_i128.pow(9 - decimals);
    let per = i128::from(rate["per"].as_u64().unwrap()) * base_units;
    Money(rounding.divide(price.0 * i128::from(quantity), per * step) * step)
}
