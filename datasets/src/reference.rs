//! Reference data: effective-dated documents, one per key of a compacted topic.

pub mod allowance;

pub mod offering;

pub mod dated;

use serde::{Deserialize, Serialize};

use crate::ids::SubscriberId;
use crate::number::Digits;
use crate::provenance::Provenance;
use crate::units::{AsDecimal, Currency, EventTime, Rounding};
use crate::usage::Service;

/// The half-open span of event time in which a version holds: `valid_from <= at < valid_to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Validity {
    /// The first instant at which it holds.
    pub from: EventTime,
    /// The first instant at which it no longer holds.
    pub to: EventTime,
}

impl Validity {
    /// Holds at every instant.
    pub const ALWAYS: Self = Self { from: EventTime::MIN, to: EventTime::MAX };

    /// Whether it holds at an instant.
    #[must_use]
    pub fn covers(self, at: EventTime) -> bool {
        self.from <= at && at < self.to
    }
}

/// How an account pays (TMF666).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Pays before: what it may spend is what it topped up, plus its credit limit.
    Prepaid,
    /// Pays after: what it may owe is its credit limit.
    Postpaid,
}

/// A billing account (TMF666), as of a validity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Account {
    /// The operator's id.
    pub account_id: String,
    /// The customer that owns it.
    pub customer_id: String,
    /// How it pays.
    pub kind: AccountKind,
    /// The one currency of its balances.
    pub currency: Currency,
    /// How much it may owe.
    pub credit_limit: AsDecimal,
}

/// A subscription: a number in use on an account with a tariff, as of a validity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subscription {
    /// The operator's id.
    pub subscription_id: String,
    /// The account that is charged.
    pub account_id: String,
    /// The pseudonym of its MSISDN.
    pub subscriber: SubscriberId,
    /// The tariff that prices it.
    pub tariff_id: String,
}

/// A price: so much per so many base units of a service to a zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rate {
    /// The tariff it belongs to.
    pub tariff_id: String,
    /// What it prices.
    pub service: Service,
    /// The destination zone; none for usage that has no called number.
    pub zone: Option<String>,
    /// The price of `per` base units.
    pub price: AsDecimal,
    /// How many base units (ms, bytes, events) the price is for; positive.
    pub per: u64,
    /// The currency of the price.
    pub currency: Currency,
    /// How many decimals a charge keeps, at most nine.
    pub decimals: u32,
    /// How a charge gets to so many decimals.
    pub rounding: Rounding,
}

/// A prefix of called numbers that belongs to a zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// The leading digits (E.164).
    pub prefix: Digits,
    /// The zone.
    pub zone: String,
}

/// One reference entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Entity {
    /// Of `ref.accounts`.
    Account(Account),
    /// Of `ref.subscriptions`.
    Subscription(Subscription),
    /// Of `ref.tariffs`.
    Rate(Rate),
    /// Of `ref.destinations`.
    Destination(Destination),
}

/// A reference topic; with the document's key it names what a change replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RefTopic {
    /// `ref.accounts`.
    Accounts,
    /// `ref.subscriptions`.
    Subscriptions,
    /// `ref.tariffs`.
    Tariffs,
    /// `ref.destinations`.
    Destinations,
}

impl RefTopic {
    /// All reference topics that the dataflow reads.
    pub const ALL: [Self; 4] =
        [Self::Accounts, Self::Subscriptions, Self::Tariffs, Self::Destinations];

    /// The topic's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "ref.accounts",
            Self::Subscriptions => "ref.subscriptions",
            Self::Tariffs => "ref.tariffs",
            Self::Destinations => "ref.destinations",
        }
    }

    /// The topic of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == name)
    }
}

/// What one record of a reference topic says: this key now means this, or nothing.
///
/// Of the changes to one key the one with the greatest provenance holds, in whatever order they arrive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RefChange {
    /// The topic.
    pub topic: RefTopic,
    /// The content id of the record's key.
    pub key: u64,
    /// Where the record came from.
    pub provenance: Provenance,
    /// The version that the key now stands for; `None` is a tombstone.
    pub version: Option<(Validity, Entity)>,
}
