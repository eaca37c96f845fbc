//! The operator: an iterator of everything that arrives, which remembers what it meant.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::config::Config;
use super::curve::Curve;
use super::documents::Document;
use super::parties::{Line, Parties};
use super::prefixes::Prefixes;
use super::reference_json::{self, account_id};
use super::schedule::{Held, Sent, delay_s, follow_ups};
use super::topups::TopUp;
use super::truth::{Ledger, Truth};
use super::usage::{Usage, draw};
use super::{Item, TOPUP_TOPIC, USAGE_TOPIC, catalogue, usage_json};
use crate::ids::id64;
use crate::units::EventTime;

/// A generated telecom operator: yields its records in order of arrival.
///
/// ```
/// use weir_datasets::generator::{Config, Operator};
///
/// let mut operator = Operator::new(Config::small(7));
/// let items: Vec<_> = operator.by_ref().collect();
/// let truth = operator.truth(operator.arrived_at());
/// let usage = items.iter().filter(|item| item.topic == "usage.cdr").count();
/// assert_eq!(u64::try_from(usage), Ok(truth.record_count()));
/// ```
#[derive(Debug)]
pub struct Operator {
    config: Config,
    lines: Vec<Line>,
    /// In order of arrival; the first so many have been sent.
    documents: Vec<Document>,
    sent_documents: usize,
    usage: Usage,
    curve: Curve,
    /// When the next record is made; none when all are made.
    fresh_at: Option<EventTime>,
    held: Held,
    /// Usage records that are sent or held.
    planned_records: u64,
    usages: u32,
    topups: u32,
    arrived_at: EventTime,
    ledger: Ledger,
}

impl Operator {
    /// Founds an operator.
    ///
    /// # Panics
    /// If there are no subscribers or days, or more than two billion subscribers.
    #[must_use]
    pub fn new(config: Config) -> Self {
        assert!(
            config.subscribers > 0 && config.subscribers < 1 << 31,
            "subscribers are countable"
        );
        assert!(config.days > 0, "an operator is watched for at least a day");
        let mut rng = Rng::with_seed(config.seed);
        let prefixes = Prefixes::grow(config.prefixes, &mut rng);
        let parties = Parties::sign_up(&config, &mut rng);
        let mut documents = parties.documents;
        documents.extend(catalogue::prices(&config));
        documents.extend(catalogue::destinations(&config, &prefixes));
        documents.sort_by_key(|document| document.arrived_at);
        let mut curve = Curve::new(&config, rng.fork());
        let mut operator = Self {
            lines: parties.lines,
            documents,
            sent_documents: 0,
            usage: Usage::new(&config, prefixes, rng.fork()),
            fresh_at: curve.next(),
            curve,
            held: Held::default(),
            planned_records: 0,
            usages: 0,
            topups: 0,
            arrived_at: config.started_at,
            ledger: Ledger::default(),
            config,
        };
        operator.give_starting_credit();
        operator
    }

    /// When the newest item arrived.
    #[must_use]
    pub fn arrived_at(&self) -> EventTime {
        self.arrived_at
    }

    /// The truth about all items yielded so far, at a stream time; empty unless the operator is audited.
    #[must_use]
    pub fn truth(&self, now: EventTime) -> Truth {
        Truth::of(&self.documents[..self.sent_documents], &self.ledger, now)
    }

    fn send_document(&mut self) -> Item {
        let document = &self.documents[self.sent_documents];
        self.sent_documents += 1;
        Item {
            topic: document.topic,
            key: Some(document.key.clone()),
            payload: reference_json::payload(document),
            arrived_at: document.arrived_at,
            partition_hint: spread(&document.key),
        }
    }

    /// Makes the record that is recorded at an instant; yields it unless it is held back.
    fn send_fresh(&mut self, at: EventTime) -> Option<Item> {
        let (fact, breakage) = self.usage.recorded(self.usages, at);
        self.usages += 1;
        self.planned_records += 1;
        let sent = breakage.map_or(Sent::Usage(fact), |breakage| Sent::Broken(fact, breakage));
        if breakage.is_none() {
            for (after_s, fact) in follow_ups(&mut self.usage, &self.config.trouble, fact) {
                self.hold_usage(at.plus_seconds(after_s), Sent::Usage(fact));
            }
        }
        if draw(&mut self.usage.rng, [self.config.topups]).is_some() {
            self.top_up(at);
        }
        self.fresh_at = self.curve.next().filter(|_| self.planned_records < self.config.records);
        match delay_s(&mut self.usage.rng, &self.config.trouble) {
            Some(delay_s) => {
                self.held.until(at.plus_seconds(delay_s), sent);
                None
            }
            None => Some(self.send(sent, at)),
        }
    }

    /// Puts money on every account that pays before, so that most can afford what they use.
    fn give_starting_credit(&mut self) {
        let at = self.config.started_at.plus_seconds(-600);
        let mut accounts = BTreeSet::new();
        for place in 0..self.lines.len() {
            let line = self.lines[place];
            if line.prepaid && self.config.topups > 0 && accounts.insert(line.account) {
                self.credit(line, at);
            }
        }
    }

    /// Someone tops up, if the account pays before.
    fn top_up(&mut self, at: EventTime) {
        let place = usize::try_from(self.usage.line()).expect("a place in memory");
        let line = self.lines[place];
        if line.prepaid {
            self.credit(line, at);
        }
    }

    /// Delivers a top-up; now and then the record comes twice.
    fn credit(&mut self, line: Line, at: EventTime) {
        let topup = TopUp::credited(self.topups, line, at, &mut self.usage.rng);
        self.topups += 1;
        self.held.until(at, Sent::TopUp(topup));
        if draw(&mut self.usage.rng, [self.config.trouble.duplicate]).is_some() {
            let again_at = at.plus_seconds(self.usage.rng.i64(1..7_200));
            self.held.until(again_at, Sent::TopUp(topup));
        }
    }

    /// Holds a usage record back, unless the operator has all its records already.
    fn hold_usage(&mut self, arrived_at: EventTime, sent: Sent) {
        if self.planned_records < self.config.records {
            self.planned_records += 1;
            self.held.until(arrived_at, sent);
        }
    }

    fn send(&mut self, sent: Sent, arrived_at: EventTime) -> Item {
        if self.config.audited {
            self.ledger.note(&sent);
        }
        let seed = self.config.seed;
        let (topic, key, payload, partition_hint) = match sent {
            Sent::Usage(fact) => (USAGE_TOPIC, None, usage_json::payload(&fact, seed), fact.line),
            Sent::Broken(fact, breakage) => {
                (USAGE_TOPIC, None, breakage.payload(&fact, seed), fact.line)
            }
            Sent::TopUp(topup) => {
                let key = account_id(topup.account);
                (TOPUP_TOPIC, Some(key), topup.payload(seed), topup.account)
            }
        };
        Item { topic, key, payload: Some(payload), arrived_at, partition_hint }
    }
}

impl Iterator for Operator {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            let document = self.documents.get(self.sent_documents).map(|next| next.arrived_at);
            let held = self.held.next_at();
            let at = [document, held, self.fresh_at].into_iter().flatten().min()?;
            let item = if document == Some(at) {
                Some(self.send_document())
            } else if held == Some(at) {
                self.held.release().map(|sent| self.send(sent, at))
            } else {
                self.send_fresh(at)
            };
            if item.is_some() {
                self.arrived_at = at;
                return item;
            }
        }
    }
}

/// A partition for a key, the same for ever.
fn spread(key: &str) -> u32 {
    u32::try_from(id64(key) >> 32).expect("32 bits are left")
}
