//! Reference data: effective-dated documents, one per key of a compacted topic.

pub mod allowance;

pub mod dated;

pub mod offering;

mod calendar;

mod price;

use serde::{Deserialize, Serialize};

use crate::ids::SubscriberId;
use crate::provenance::Provenance;
use crate::units::{AsDecimal, Currency, EventTime};

pub use allowance::Allowance;
pub use calendar::{Holiday, HolidayDate, Picks, TimeBand, TimeZone, civil};
pub use price::{Beyond, Destination, Maximum, NumberKind, Plan, Rate, Relation, Slot};

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
    /// The offering whose allowances it has, if it is of one.
    pub offering_id: Option<String>,
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
    /// Of `ref.plans`.
    Plan(Plan),
    /// Of `ref.time_bands`.
    TimeBand(TimeBand),
    /// Of `ref.holidays`.
    Holiday(Holiday),
    /// Of `ref.allowances`.
    Allowance(Box<Allowance>),
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
    /// `ref.plans`.
    Plans,
    /// `ref.time_bands`.
    TimeBands,
    /// `ref.holidays`.
    Holidays,
    /// `ref.allowances`.
    Allowances,
}

impl RefTopic {
    /// All reference topics that the dataflow reads.
    pub const ALL: [Self; 8] = [
        Self::Accounts,
        Self::Subscriptions,
        Self::Tariffs,
        Self::Destinations,
        Self::Plans,
        Self::TimeBands,
        Self::Holidays,
        Self::Allowances,
    ];

    /// The topic's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "ref.accounts",
            Self::Subscriptions => "ref.subscriptions",
            Self::Tariffs => "ref.tariffs",
            Self::Destinations => "ref.destinations",
            Self::Plans => "ref.plans",
            Self::TimeBands => "ref.time_bands",
            Self::Holidays => "ref.holidays",
            Self::Allowances => "ref.allowances",
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
/// Of the changes to one key the last holds: by the cut that it arrived in, and within that by its provenance. Partitions
/// and topics have no order between them but that of arrival.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RefChange {
    /// The topic.
    pub topic: RefTopic,
    /// The content id of the record's key.
    pub key: u64,
    /// The cut that it arrived in; 0 until it has been taken in.
    pub arrived_in: u64,
    /// Where the record came from.
    pub provenance: Provenance,
    /// The version that the key now stands for; `None` is a tombstone.
    pub version: Option<(Validity, Entity)>,
}
