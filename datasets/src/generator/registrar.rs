//! Numbers customers, accounts and subscriptions and files their documents.

use fastrand::Rng;

use super::config::Config;
use super::documents::{Account, Customer, Document, Entity, Subscription};
use super::tariffs::TARIFFS;
use crate::reference::{AccountKind, Validity};
use crate::units::{Currency, EventTime, Money};

/// Days before the first day on which what holds from the beginning began.
const ESTABLISHED_DAYS: i64 = 30;
const SEGMENTS: [&str; 4] = ["consumer", "youth", "small_business", "enterprise"];

/// The instant since which everything holds that was there from the beginning.
pub(super) fn established_at(config: &Config) -> EventTime {
    config.started_at.plus_seconds(-ESTABLISHED_DAYS * 86_400)
}

/// The key of a version: what it is of, and the day from which it holds.
pub(super) fn version_key(name: &str, from: EventTime) -> String {
    let day: String = from.to_string().chars().take(10).collect();
    format!("{name}@{day}")
}

/// Holds from an instant on.
pub(super) fn from(from: EventTime) -> Validity {
    Validity { from, to: EventTime::MAX }
}

/// The number at a place; eight scattered digits behind a range of their own.
pub(super) fn msisdn(line: u32) -> u64 {
    4_915_500_000_000 + u64::from(line) * 38_196_601 % 100_000_000
}

/// Keeps the books while subscribers sign up.
#[derive(Debug)]
pub(super) struct Registrar<'a> {
    pub(super) config: &'a Config,
    pub(super) rng: &'a mut Rng,
    pub(super) documents: Vec<Document>,
    customers: u32,
    accounts: u32,
    subscriptions: u32,
}

impl<'a> Registrar<'a> {
    /// Begins with empty books.
    pub(super) fn new(config: &'a Config, rng: &'a mut Rng) -> Self {
        Self { config, rng, documents: Vec::new(), customers: 0, accounts: 0, subscriptions: 0 }
    }

    /// Holds for as long as the operator exists.
    pub(super) fn always(&self) -> Validity {
        from(established_at(self.config))
    }

    /// Holds from the beginning up to an instant.
    pub(super) fn until(&self, to: EventTime) -> Validity {
        Validity { to, ..self.always() }
    }

    /// An account that is not filed yet, of a new customer or the newest.
    pub(super) fn new_account(&mut self, currency: Currency) -> Account {
        if self.customers == 0 || self.rng.u32(..5) > 0 {
            self.new_customer();
        }
        self.accounts += 1;
        let (kind, limits) = match self.rng.u32(..5) {
            0..3 => (AccountKind::Prepaid, [0, 0, 0, 5]),
            _ => (AccountKind::Postpaid, [20, 50, 150, 500]),
        };
        let credit_limit = Money(Money::ONE.0 * limits[self.rng.usize(..limits.len())]);
        let (number, customer) = (self.accounts, self.customers);
        Account { number, customer, kind, currency, credit_limit }
    }

    fn new_customer(&mut self) {
        self.customers += 1;
        let segment = SEGMENTS[self.rng.usize(..SEGMENTS.len())];
        let customer = Entity::Customer(Customer { number: self.customers, segment });
        let key = format!("cust-{:06}", self.customers);
        let arrived_at = self.config.started_at.plus_seconds(-3_600);
        self.documents.push(Document::of(key, arrived_at, Validity::ALWAYS, customer));
    }

    /// A subscription that is not filed yet.
    pub(super) fn new_subscription(&mut self, msisdn: u64, account: u32) -> Subscription {
        self.subscriptions += 1;
        let tariff = self.rng.usize(..TARIFFS.len());
        Subscription { number: self.subscriptions, account, msisdn, tariff }
    }

    /// Files an account before usage begins.
    pub(super) fn open(&mut self, account: Account, validity: Validity) {
        self.open_at(account, validity, self.config.started_at.plus_seconds(-3_000));
    }

    /// Files an account at an instant.
    pub(super) fn open_at(&mut self, account: Account, validity: Validity, arrived_at: EventTime) {
        let key = version_key(&format!("acc-{:06}", account.number), validity.from);
        self.documents.push(Document::of(key, arrived_at, validity, Entity::Account(account)));
    }

    /// Files a subscription before usage begins.
    pub(super) fn subscribe(&mut self, line: Subscription, validity: Validity) {
        self.subscribe_at(line, validity, self.config.started_at.plus_seconds(-2_400));
    }

    /// Files a subscription at an instant.
    pub(super) fn subscribe_at(&mut self, line: Subscription, validity: Validity, at: EventTime) {
        let key = version_key(&format!("sub-{:06}", line.number), validity.from);
        self.documents.push(Document::of(key, at, validity, Entity::Subscription(line)));
    }
}
