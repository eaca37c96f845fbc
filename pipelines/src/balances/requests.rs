//! What may happen to a charging group, under which terms, and what comes of it.

use datasets::cycle::Cycle;
use datasets::units::{Currency, EventTime, Money};

use super::credit::{Nearness, Thresholds};
use super::movement::Ledger;
use super::pricing::Usage;
use super::session::Reserve;
use super::topup::TopUp;
use crate::allowances::allowance::Allowance;

/// What holds for the account of a request, at the request's own time.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// When.
    pub at: EventTime,
    /// The account by which the group is named.
    pub head: u64,
    /// The account that the request is about; a timer is given once for each.
    pub account: u64,
    /// The account's currency.
    pub currency: Currency,
    /// How much it may owe.
    pub limit: Money,
    /// At what share of the limit states begin and end.
    pub thresholds: Thresholds,
    /// The pools that it may draw on.
    pub pools: &'a [u64],
    /// All allowances of the group.
    pub allowances: &'a [Allowance],
    /// The periods in which tiered prices count.
    pub cycle: Option<Cycle>,
}

/// One event of a group.
#[derive(Clone, Copy)]
pub enum Request<'a> {
    /// Usage that has happened: it is owed, whatever is there to pay it.
    Usage(Usage<'a>),
    /// A fee that is owed by itself.
    Fee(Money),
    /// Money put in: a top-up or a payment.
    TopUp(TopUp<'a>),
    /// From one bucket to another.
    Transfer(Pot, Pot, Money),
    /// A change by hand.
    Adjust(Pot, Money),
    /// What is given back, in the bucket's own unit.
    Refund(Pot, i128),
    /// A session asks for units, or for other ones than before.
    Reserve(Reserve<'a>),
    /// A session ends with what it used in all.
    Settle(u64, Usage<'a>),
    /// A session lives longer.
    Extend(u64, EventTime),
    /// A session ends without usage.
    Release(u64),
    /// Roaming usage that is not rated yet comes up, or goes.
    InFlight(Money),
    /// The instant that `alarm` asked for.
    Timer,
}

/// A bucket of an account; `DEFAULT` is the account's own money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pot {
    /// The account.
    pub account: u64,
    /// Its bucket.
    pub bucket: u64,
}

/// Why a request changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// There is not enough to pay it.
    OutOfCredit,
    /// A bucket that is named is not there.
    NoBucket,
    /// A session that is named is not there.
    NoSession,
    /// The currency is not the account's.
    Currency,
    /// An amount does not fit.
    AmountTooLarge,
    /// A tiered price needs periods, and the account has none.
    NoPeriod,
}

/// What usage came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charged {
    /// What was used.
    pub quantity: u64,
    /// What of it was paid by units.
    pub covered: u64,
    /// What the rest costs.
    pub amount: Money,
}

/// What comes of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Usage was charged.
    Charged(Charged),
    /// A session may go on: so many units in all, for so much money set aside.
    Granted(u64, Charged),
    /// Nothing changed.
    Refused(Refusal),
    /// An account's credit state changed.
    Credit(Credit),
}

/// A change of an account's credit state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The account.
    pub account: u64,
    /// The state before.
    pub before: Nearness,
    /// The state now.
    pub after: Nearness,
    /// What it owes.
    pub exposure: Money,
    /// What it may owe.
    pub limit: Money,
}

/// All that comes of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Every change of a bucket.
    pub ledger: Ledger,
    /// What is said about it.
    pub answers: Vec<Answer>,
}
