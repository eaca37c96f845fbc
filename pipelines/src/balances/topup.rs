//! Top-ups (TMF654): money into the account or into a bucket that expires, and what is given for it.

use datasets::reference::Validity;
use datasets::units::{Currency, EventTime, Money, Rounding};

use super::bucket::{Bucket, Unit, id_of};
use crate::allowances::scope::Scope;

/// Money put on an account.
#[derive(Clone, Copy, Debug)]
pub struct TopUp<'a> {
    /// The content id of its own id.
    pub id: u64,
    /// The currency of the amount.
    pub currency: Currency,
    /// How much.
    pub amount: Money,
    /// When what was put in expires; none puts it into the account's own money.
    pub expires_at: Option<EventTime>,
    /// What may be given for it.
    pub rules: &'a [BonusRule],
}

/// What is given for a top-up of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BonusRule {
    /// The content id of its own id.
    pub id: u64,
    /// The least amount that it is given for.
    pub from: Money,
    /// The first amount that it is no longer given for; none has no end.
    pub below: Option<Money>,
    /// What is given.
    pub gift: Gift,
    /// For how many days it may be used.
    pub days: u32,
    /// The bucket's priority.
    pub priority: u32,
    /// The usage that it pays for.
    pub scope: Scope,
}

/// What is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gift {
    /// So many per cent of the top-up, rounded down to 10⁻⁹.
    Percent(u32),
    /// A sum of money.
    Money(Money),
    /// Units.
    Units(Unit, u64),
}

impl TopUp<'_> {
    /// The bucket of the money itself, where it expires.
    #[must_use]
    pub fn bucket(&self, account: u64, at: EventTime) -> Option<Bucket> {
        let valid = Validity { from: at, to: self.expires_at? };
        let (id, amount) = (id_of(self.id, at, 0), self.amount.0);
        Some(Bucket { id, holder: account, amount, valid, ..Bucket::default() })
    }

    /// The buckets that are given for it.
    #[must_use]
    pub fn bonuses(&self, account: u64, at: EventTime) -> Vec<Bucket> {
        let is_due = |rule: &&BonusRule| {
            self.amount >= rule.from && rule.below.is_none_or(|below| self.amount < below)
        };
        let given = self.rules.iter().filter(is_due).map(|rule| self.given(rule, at));
        let given = given.filter(|bucket| bucket.amount > 0);
        given.map(|bucket| Bucket { holder: account, ..bucket }).collect()
    }

    fn given(&self, rule: &BonusRule, at: EventTime) -> Bucket {
        let (unit, amount) = match rule.gift {
            Gift::Percent(percent) => {
                let exact = self.amount.0.saturating_mul(i128::from(percent));
                (Unit::Money, Rounding::Down.divide(exact, 100))
            }
            Gift::Money(money) => (Unit::Money, money.0),
            Gift::Units(unit, quantity) => (unit, i128::from(quantity)),
        };
        Bucket {
            id: id_of(self.id ^ rule.id, at, 1),
            unit,
            amount,
            scope: rule.scope.clone(),
            priority: rule.priority,
            valid: Validity { from: at, to: at.plus_seconds(i64::from(rule.days) * 86_400) },
            ..Bucket::default()
        }
    }
}
