//! Reference documents as the generator means them, before they are written as JSON.

use crate::reference::{AccountKind, Validity};
use crate::units::{Currency, EventTime, Money, Rounding};
use crate::usage::Service;

/// One record of a reference topic: from now on this key means this, or nothing.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The topic.
    pub(super) topic: &'static str,
    /// The key of the version.
    pub(super) key: String,
    /// When it reaches the topic.
    pub(super) arrived_at: EventTime,
    /// What it says; none is a tombstone.
    pub(super) version: Option<(Validity, Entity)>,
}

/// What a document is about.
#[derive(Clone, Debug)]
pub(super) enum Entity {
    Customer(Customer),
    Account(Account),
    Subscription(Subscription),
    Price(Price),
    Destination(Destination),
}

/// Someone with accounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Customer {
    pub(super) number: u32,
    pub(super) segment: &'static str,
}

/// A billing account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) number: u32,
    pub(super) customer: u32,
    pub(super) kind: AccountKind,
    pub(super) currency: Currency,
    pub(super) credit_limit: Money,
}

/// A number in use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subscription {
    pub(super) number: u32,
    pub(super) account: u32,
    pub(super) msisdn: u64,
    pub(super) tariff: usize,
}

/// A row of a tariff.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub(super) tariff: usize,
    pub(super) service: Service,
    pub(super) zone: Option<usize>,
    pub(super) price: Money,
    pub(super) scale: Scale,
}

/// What a price is for, and how a charge is rounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) per: u32,
    /// The unit's name in documents.
    pub(super) unit: &'static str,
    /// How many base units (ms, bytes, events) the unit has.
    pub(super) base_units: u64,
    pub(super) decimals: u32,
    pub(super) rounding: Rounding,
}

/// A range of called numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination {
    pub(super) prefix: u64,
    pub(super) zone: usize,
}

impl Entity {
    /// The topic that such documents stand on.
    pub(super) const fn topic(&self) -> &'static str {
        match self {
            Self::Customer(_) => "ref.customers",
            Self::Account(_) => "ref.accounts",
            Self::Subscription(_) => "ref.subscriptions",
            Self::Price(_) => "ref.tariffs",
            Self::Destination(_) => "ref.destinations",
        }
    }
}

impl Document {
    /// A version that holds for a while.
    pub(super) fn of(
        key: String,
        arrived_at: EventTime,
        validity: Validity,
        entity: Entity,
    ) -> Self {
        Self { topic: entity.topic(), key, arrived_at, version: Some((validity, entity)) }
    }

    /// The same key, which now means nothing.
    pub(super) fn tombstone(&self, arrived_at: EventTime) -> Self {
        Self { arrived_at, version: None, ..self.clone() }
    }
}
