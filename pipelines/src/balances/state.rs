//! What the fold of a charging group remembers; an account without allowances takes forty bytes.

use datasets::units::{Currency, EventTime};
use serde::{Deserialize, Serialize};

use super::bucket::Unit;
use super::credit::Nearness;
use super::movement::{DEFAULT, Ledger, Movement, Reason};
use super::session::Session;
use crate::allowances::granting::Grants;

/// A number of 128 bits that is aligned like one of 64.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "i128", into = "i128")]
pub struct Wide {
    high: i64,
    low: u64,
}

impl From<i128> for Wide {
    fn from(number: i128) -> Self {
        let low = u64::try_from(number & i128::from(u64::MAX)).expect("64 bits are left");
        Self { high: i64::try_from(number >> 64).expect("64 bits are left"), low }
    }
}

impl From<Wide> for i128 {
    fn from(wide: Wide) -> Self {
        (Self::from(wide.high) << 64) | Self::from(wide.low)
    }
}

/// How one account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Standing {
    /// Its own money without expiry, in 10⁻⁹; negative where it owes.
    balance: Wide,
    /// When its state last changed.
    pub changed_at: EventTime,
    /// The currency of its money; none before its first movement.
    pub currency: Option<Currency>,
    /// How near it is to its limit.
    pub nearness: Nearness,
}

impl Default for Standing {
    fn default() -> Self {
        let balance = Wide::default();
        let nearness = Nearness::Normal;
        Self { balance, changed_at: EventTime::MIN, currency: None, nearness }
    }
}

impl Standing {
    /// Its own money without expiry, in 10⁻⁹.
    #[must_use]
    pub fn balance(&self) -> i128 {
        self.balance.into()
    }

    /// Changes its own money; whoever calls it notes the movement.
    pub(super) fn add_silently(&mut self, amount: i128) {
        self.balance = (self.balance() + amount).into();
    }

    /// Changes its own money, for the account that it is.
    pub fn add(&mut self, account: u64, (reason, amount): (Reason, i128), ledger: &mut Ledger) {
        self.add_silently(amount);
        let (holder, bucket, unit) = (account, DEFAULT, Unit::Money);
        ledger.push(Movement { holder, bucket, allowance: 0, unit, reason, amount, held: 0 });
    }
}

/// How far a tiered price has come in its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The tiered price.
    pub price: u64,
    /// Whose usage is counted.
    pub account: u64,
    /// The period's beginning.
    pub from: EventTime,
    /// The quantity so far.
    pub quantity: u64,
}

/// What only some groups have.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Extras {
    /// Buckets, and what was granted.
    pub grants: Grants,
    /// What sessions have set aside.
    pub sessions: Vec<Session>,
    /// Positions of tiered prices.
    pub positions: Vec<Position>,
    /// Accounts of the group beside its head.
    pub others: Vec<(u64, Standing)>,
    /// Roaming usage that is not rated yet, by account.
    pub in_flight: Vec<(u64, i128)>,
}

/// What the fold of a charging group remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupState {
    /// The account by which the group is named.
    head: Standing,
    /// What only some groups have.
    extras: Option<Box<Extras>>,
}

impl GroupState {
    /// What only some groups have.
    #[must_use]
    pub fn extras(&self) -> Option<&Extras> {
        self.extras.as_deref()
    }

    /// What only some groups have, to be changed.
    pub fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// The same, where there is anything.
    pub fn present_mut(&mut self) -> Option<&mut Extras> {
        self.extras.as_deref_mut()
    }

    /// How an account stands; `head` names the group.
    #[must_use]
    pub fn standing(&self, head: u64, account: u64) -> Standing {
        if account == head {
            return self.head;
        }
        let others = self.extras().map_or(&[][..], |extras| &extras.others);
        let found = others.iter().find(|(other, _)| *other == account);
        found.map_or_else(Standing::default, |(_, standing)| *standing)
    }

    /// How an account stands, to be changed.
    pub fn standing_mut(&mut self, head: u64, account: u64) -> &mut Standing {
        if account == head {
            return &mut self.head;
        }
        let others = &mut self.extras_mut().others;
        let place = others.iter().position(|(other, _)| *other == account);
        let place = place.unwrap_or_else(|| {
            others.push((account, Standing::default()));
            others.len() - 1
        });
        &mut others[place].1
    }

    /// Forgets extras that hold nothing any more.
    pub fn tidy(&mut self) {
        if self.extras().is_some_and(|extras| *extras == Extras::default()) {
            self.extras = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_account_is_small() {
        assert_eq!(size_of::<GroupState>(), 40);
    }

    #[test]
    fn a_wide_number_reads_back() {
        for number in [0, 1, -1, i128::MAX, i128::MIN, 1 << 64, -(1 << 64)] {
            assert_eq!(i128::from(Wide::from(number)), number);
        }
    }
}
