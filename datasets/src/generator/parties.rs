//! Customers, their accounts and the numbers on them; some with a history that makes work.

use fastrand::Rng;

use super::config::Config;
use super::documents::{Account, Customer, Document, Entity, Subscription};
use super::tariffs::TARIFFS;
use crate::reference::{AccountKind, Validity};
use crate::units::{Currency, EventTime, Money};

/// Days before the first day on which what holds from the beginning began.
const ESTABLISHED_DAYS: i64 = 30;
const SEGMENTS: [&str; 4] = ["consumer", "youth", "small_business", "enterprise"];

/// A number in use, as far as usage and top-ups need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Its first account.
    pub(super) account: u32,
    /// Whether that account pays before.
    pub(super) prepaid: bool,
}

/// Everyone who has a contract.
#[derive(Debug)]
pub(super) struct Parties {
    /// By the number's place.
    pub(super) lines: Vec<Line>,
    /// In no order.
    pub(super) documents: Vec<Document>,
}

/// What happens to a number; every kind comes up in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Plain,
    /// Given to another account: the old subscription is closed by a second document.
    Reassigned,
    /// Given to another account, but nobody closed the old subscription.
    Overlapped,
    /// The subscription's document comes when usage has long begun.
    Late,
    /// Changes its tariff.
    Switched,
    /// Is given up.
    Ended,
    /// The subscription was an error, and its document is deleted.
    Erased,
    AccountClosed,
    AccountLate,
    AccountMissing,
    /// The account is kept in a currency that no tariff has.
    AccountForeign,
    LimitChanged,
}

const FATES: [Fate; 11] = [
    Fate::Reassigned,
    Fate::Overlapped,
    Fate::Late,
    Fate::Switched,
    Fate::Ended,
    Fate::Erased,
    Fate::AccountClosed,
    Fate::AccountLate,
    Fate::AccountMissing,
    Fate::AccountForeign,
    Fate::LimitChanged,
];

/// The instant since which everything holds that was there from the beginning.
pub(super) fn established_at(config: &Config) -> EventTime {
    config.started_at.plus_seconds(-ESTABLISHED_DAYS * 86_400)
}

/// The key of a version: what it is of, and the day from which it holds.
pub(super) fn version_key(name: &str, from: EventTime) -> String {
    let day: String = from.to_string().chars().take(10).collect();
    format!("{name}@{day}")
}

/// The number at a place; eight scattered digits behind a range of their own.
pub(super) fn msisdn(line: u32) -> u64 {
    4_915_500_000_000 + u64::from(line) * 38_196_601 % 100_000_000
}

impl Parties {
    /// Signs up all subscribers.
    pub(super) fn sign_up(config: &Config, rng: &mut Rng) -> Self {
        let mut office = Office::new(config, rng);
        let lines = (0..config.subscribers).map(|line| office.connect(line)).collect();
        Self { lines, documents: office.documents }
    }
}

/// Where contracts are made.
struct Office<'a> {
    config: &'a Config,
    rng: &'a mut Rng,
    documents: Vec<Document>,
    customers: u32,
    accounts: u32,
    subscriptions: u32,
    fates: usize,
    /// The newest account without a history, which other numbers may share.
    shared: Option<Line>,
}

impl<'a> Office<'a> {
    fn new(config: &'a Config, rng: &'a mut Rng) -> Self {
        let documents = Vec::new();
        let (customers, accounts, subscriptions, fates) = (0, 0, 0, 0);
        Self { config, rng, documents, customers, accounts, subscriptions, fates, shared: None }
    }

    /// Puts a number on an account and lets its fate take its course.
    fn connect(&mut self, place: u32) -> Line {
        let fate = self.fate();
        let line = self.account_for(fate);
        let old = self.subscription(place, line.account);
        let until = self.moment();
        match fate {
            Fate::Reassigned => {
                self.subscribe(old, self.since());
                self.subscribe_at(old, self.since_until(until), until);
                let new = self.successor(place);
                let delivered_at = until.plus_seconds(self.rng.i64(0..7_200));
                self.subscribe_at(new, from(until), delivered_at);
            }
            Fate::Overlapped => {
                self.subscribe(old, self.since());
                let new = self.successor(place);
                self.subscribe(new, from(until));
            }
            Fate::Late => self.subscribe_at(old, self.since(), until),
            Fate::Switched => {
                let new = Subscription { tariff: (old.tariff + 1) % TARIFFS.len(), ..old };
                self.subscribe(old, self.since_until(until));
                self.subscribe(new, from(until));
            }
            Fate::Ended => self.subscribe(old, self.since_until(until)),
            Fate::Erased => {
                self.subscribe(old, self.since());
                let erased = self.documents.last().map(|document| document.tombstone(until));
                self.documents.extend(erased);
            }
            _ => self.subscribe(old, self.since()),
        }
        line
    }

    fn fate(&mut self) -> Fate {
        if self.rng.u32(..1_000_000) >= self.config.trouble.unsettled {
            return Fate::Plain;
        }
        self.fates += 1;
        FATES[self.fates % FATES.len()]
    }

    /// An instant well inside the watched days, on a whole second.
    fn moment(&mut self) -> EventTime {
        self.config.at_permille(self.rng.u32(200..800))
    }

    fn since(&self) -> Validity {
        from(established_at(self.config))
    }

    fn since_until(&self, to: EventTime) -> Validity {
        Validity { to, ..self.since() }
    }

    /// The account that pays; a quarter of the numbers without a history share one.
    fn account_for(&mut self, fate: Fate) -> Line {
        let joins = fate == Fate::Plain && self.rng.u32(..4) == 0;
        if let Some(line) = self.shared.filter(|_| joins) {
            return line;
        }
        let account = self.new_account();
        let line = Line { account: account.number, prepaid: account.kind == AccountKind::Prepaid };
        match fate {
            Fate::AccountMissing => {}
            Fate::AccountClosed => {
                let until = self.moment();
                self.open(account, self.since_until(until));
            }
            Fate::AccountLate => {
                let delivered_at = self.moment();
                self.open_at(account, self.since(), delivered_at);
            }
            Fate::AccountForeign => {
                let currency = "CHF".parse().expect("an ISO code");
                self.open(Account { currency, ..account }, self.since());
            }
            Fate::LimitChanged => {
                let raised = Money(account.credit_limit.0 * 2 + Money::ONE.0 * 10);
                let until = self.moment();
                self.open(account, self.since_until(until));
                self.open(Account { credit_limit: raised, ..account }, from(until));
            }
            _ => self.open(account, self.since()),
        }
        if fate == Fate::Plain {
            self.shared = Some(line);
        }
        line
    }

    fn new_account(&mut self) -> Account {
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
        Account { number, customer, kind, currency: Currency::EUR, credit_limit }
    }

    fn new_customer(&mut self) {
        self.customers += 1;
        let segment = SEGMENTS[self.rng.usize(..SEGMENTS.len())];
        let customer = Customer { number: self.customers, segment };
        let key = format!("cust-{:06}", self.customers);
        let document = Document::of(
            key,
            self.config.started_at.plus_seconds(-3_600),
            Validity::ALWAYS,
            Entity::Customer(customer),
        );
        self.documents.push(document);
    }

    /// A subscription of the number on another account.
    fn successor(&mut self, place: u32) -> Subscription {
        let account = self.account_for(Fate::Plain).account;
        self.subscription(place, account)
    }

    fn subscription(&mut self, place: u32, account: u32) -> Subscription {
        self.subscriptions += 1;
        let tariff = self.rng.usize(..TARIFFS.len());
        Subscription { number: self.subscriptions, account, msisdn: msisdn(place), tariff }
    }

    fn open(&mut self, account: Account, validity: Validity) {
        self.open_at(account, validity, self.config.started_at.plus_seconds(-3_000));
    }

    fn open_at(&mut self, account: Account, validity: Validity, arrived_at: EventTime) {
        let key = version_key(&format!("acc-{:06}", account.number), validity.from);
        self.documents.push(Document::of(key, arrived_at, validity, Entity::Account(account)));
    }

    fn subscribe(&mut self, subscription: Subscription, validity: Validity) {
        let arrived_at = self.config.started_at.plus_seconds(-2_400);
        self.subscribe_at(subscription, validity, arrived_at);
    }

    fn subscribe_at(&mut self, line: Subscription, validity: Validity, arrived_at: EventTime) {
        let key = version_key(&format!("sub-{:06}", line.number), validity.from);
        self.documents.push(Document::of(key, arrived_at, validity, Entity::Subscription(line)));
    }
}

fn from(from: EventTime) -> Validity {
    Validity { from, to: EventTime::MAX }
}
