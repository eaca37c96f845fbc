//! The rows that the fold of an account emits.

use datasets::ids::AccountId;
use datasets::provenance::Provenance;
use datasets::reference::Validity;
use datasets::units::{Currency, EventTime};
use datasets::usage::Service;
use serde::{Deserialize, Serialize};

use super::credit::CreditState;
use super::event::{Credited, Usage};
use super::suspension::Suspension;
use super::wallet::Wallet;
use crate::balances::bucket::Unit;
use crate::balances::movement::Reason;

/// What one rated record costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Charge {
    /// The record.
    pub provenance: Provenance,
    /// The account that owes it.
    pub account: AccountId,
    /// The subscription that used it.
    pub subscription: u64,
    /// The tariff that priced it.
    pub tariff: u64,
    /// The destination zone; 0 where nothing was called.
    pub zone: u64,
    /// When it began.
    pub started_at: EventTime,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// What of it included units paid.
    pub included: u64,
    /// The price of the rest, in 10⁻⁹.
    pub amount: i64,
    /// What was consumed.
    pub service: Service,
    /// The currency of the amount.
    pub currency: Currency,
}

/// Usage that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Suspended {
    /// The usage.
    pub usage: Usage,
    /// What it lacks.
    pub reason: Suspension,
}

/// How an account stands in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Balance {
    /// The account.
    pub account: AccountId,
    /// What it has.
    pub wallet: Wallet,
}

/// What an account, or one of its subscriptions, has of one grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitBucket {
    /// The account.
    pub account: AccountId,
    /// The subscription that alone may draw on it; 0 where all of the account may.
    pub subscription: u64,
    /// The allowance that granted it.
    pub allowance: u64,
    /// Tells grants apart.
    pub bucket: u64,
    /// What it counts.
    pub unit: Unit,
    /// When it may be drawn on.
    pub valid: Validity,
    /// What was put in.
    pub granted: u64,
    /// What is left.
    pub left: u64,
}

/// A change of what is left of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitMovement {
    /// The account.
    pub account: AccountId,
    /// The grant.
    pub bucket: u64,
    /// The allowance that granted it.
    pub allowance: u64,
    /// Why it changed.
    pub reason: Reason,
    /// What it counts.
    pub unit: Unit,
    /// When it changed.
    pub happened_at: EventTime,
    /// The record that used it, if one did.
    pub provenance: Option<Provenance>,
    /// By how much.
    pub amount: i64,
}

/// How near an account is to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Credit {
    /// The account.
    pub account: AccountId,
    /// The currency of exposure and limit: the account's own.
    pub currency: Currency,
    /// What it owes, in 10⁻⁹; zero when it has money.
    pub exposure: i128,
    /// The limit that held at its last event, in 10⁻⁹.
    pub limit: i128,
    /// How near.
    pub state: CreditState,
    /// The event time at which the state was entered.
    pub changed_at: Option<EventTime>,
}

/// A row that the fold emits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Output {
    /// Of `bill.charges`, and its movement.
    Charge(Charge),
    /// Of `bill.suspended_usage`.
    Suspended(Suspended),
    /// A movement of `bill.balance_movements`.
    TopUp(Credited),
    /// Of `bill.balances`.
    Balance(Balance),
    /// Of `bill.credit`.
    Credit(Credit),
    /// Of `bill.allowances`.
    Bucket(UnitBucket),
    /// A movement of `bill.allowance_movements`.
    Units(UnitMovement),
}
