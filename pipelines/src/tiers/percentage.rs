//! A share of each event's value and a fixed fee per event, with free events and a free total.

use datasets::units::Money;

use crate::exact::{Exact, Keep};

/// A percentage price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentage {
    /// The price of `per` base units of value: 1.3 of 100 is 1.3 %.
    pub price: Money,
    /// How many base units the price is for; positive.
    pub per: u64,
    /// The fee of every event that is not free.
    pub fixed: Money,
    /// How many of the first events are free.
    pub free_events: Option<u64>,
    /// Up to which sum of the period values are free.
    pub free_quantity: Option<u64>,
    /// How the total is rounded.
    pub keep: Keep,
}

/// How far a period has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The sum of all values.
    pub quantity: u64,
    /// How many events.
    pub events: u64,
    /// The sum of the values of the first events, as many as may be free.
    first: u64,
    /// How many events pay no fee.
    free: u64,
}

impl Percentage {
    /// The position after one more event; `None` where it does not fit.
    #[must_use]
    pub fn after(&self, reached: Reached, value: u64) -> Option<Reached> {
        let quantity = reached.quantity.checked_add(value)?;
        let early = self.free_events.is_some_and(|events| reached.events < events);
        let small = self.free_quantity.is_some_and(|free| quantity <= free);
        let is_free = match (self.free_events, self.free_quantity) {
            (None, None) => false,
            (Some(_), None) => early,
            (None, Some(_)) => small,
            (Some(_), Some(_)) => early && small,
        };
        Some(Reached {
            quantity,
            events: reached.events + 1,
            first: if early { quantity } else { reached.first },
            free: reached.free + u64::from(is_free),
        })
    }

    /// The total of a period so far, rounded once; `None` where it does not fit.
    #[must_use]
    pub fn total(&self, reached: Reached) -> Option<Money> {
        let free = match (self.free_events, self.free_quantity) {
            (None, None) => 0,
            (Some(_), None) => reached.first,
            (None, Some(free)) => free,
            (Some(_), Some(free)) => free.min(reached.first),
        };
        let share = Exact::price(self.price, reached.quantity.saturating_sub(free), self.per)?;
        let fees = Exact::price(self.fixed, reached.events - reached.free, 1)?;
        share.plus(fees)?.rounded(self.keep)
    }

    /// The charge of one event, and the position after it.
    #[must_use]
    pub fn delta(&self, before: Reached, value: u64) -> Option<(Money, Reached)> {
        let after = self.after(before, value)?;
        let charge = self.total(after)?.0.checked_sub(self.total(before)?.0)?;
        Some((Money(charge), after))
    }
}
