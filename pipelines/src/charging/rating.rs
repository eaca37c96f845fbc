//! The price of a quantity: exact to the end, rounded once by the rate's own rule.

use datasets::reference::{Rate, Slot, Validity};
use datasets::units::{Currency, Money, Rounding};
use datasets::usage::Service;

use crate::names::Names;

/// A rate as the fold uses it: numbers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The price of `per` base units, in 10⁻⁹ of the currency's unit.
    pub price: Money,
    /// How many base units the price is for.
    pub per: u64,
    /// The currency of the price.
    pub currency: Currency,
    /// How many decimals a charge keeps.
    pub decimals: u32,
    /// How a charge gets there.
    pub rounding: Rounding,
}

/// What a rate prices: tariff, service and zone (0 where nothing is called).
pub type RateKey = (u64, Service, u64);

impl Price {
    /// The numbers of a rate.
    #[must_use]
    pub fn of(rate: &Rate) -> Self {
        let Rate { currency, decimals, rounding, ref slots, .. } = *rate;
        let Slot { price, per, .. } = slots[0];
        Self { price: price.0, per, currency, decimals, rounding }
    }

    /// The charge for a quantity in base units; `None` where it does not fit a charge (a billion units or more).
    #[must_use]
    pub fn charge(self, quantity: u64) -> Option<i64> {
        let exact = self.price.0.checked_mul(i128::from(quantity))?;
        let dropped = usize::try_from(Money::DECIMALS.checked_sub(self.decimals)?).ok()?;
        let step = *STEPS.get(dropped)?;
        let steps = self.rounding.divide(exact, i128::from(self.per).checked_mul(step)?);
        i64::try_from(steps.checked_mul(step)?).ok().filter(|amount| amount.abs() < AMOUNT_LIMIT)
    }
}

/// Powers of ten: what the last kept decimal is worth when so many are dropped.
const STEPS: [i128; 10] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// An amount of one record has at most 18 digits.
pub const AMOUNT_LIMIT: i64 = 1_000_000_000_000_000_000;

/// The key that a rate is looked up by.
#[must_use]
pub fn rate_key(rate: &Rate, names: &Names) -> RateKey {
    let zone = rate.zone.as_deref().map_or(0, |zone| names.intern(zone));
    (names.intern(&rate.tariff_id), rate.service, zone)
}

/// Versions of one thing; several may cover an instant, and then the latest start wins, then the greatest key.
///
/// Nearly everything has one version, which is found without following a pointer.
#[derive(Clone, Debug)]
pub struct Versions<V> {
    /// The one that wins over all others where it holds.
    newest: Option<Version<V>>,
    /// The others, in order.
    older: Vec<Version<V>>,
}

/// When it holds, the key that it is known by, and what it says.
type Version<V> = (Validity, u64, V);

impl<V> Default for Versions<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Versions<V> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { newest: None, older: Vec::new() }
    }

    /// The version that holds at an instant.
    #[must_use]
    pub fn at(&self, at: datasets::units::EventTime) -> Option<&V> {
        let newest = self.newest.as_ref()?;
        if newest.0.covers(at) {
            return Some(&newest.2);
        }
        let holding = self.older.iter().rev().find(|(validity, _, _)| validity.covers(at));
        holding.map(|(_, _, version)| version)
    }

    /// Puts a version in; one of the same key is replaced.
    pub fn insert(&mut self, validity: Validity, key: u64, version: V) {
        self.change(|versions| {
            versions.retain(|(_, other, _)| *other != key);
            let place = versions.partition_point(|(other, other_key, _)| {
                (other.from, *other_key) < (validity.from, key)
            });
            versions.insert(place, (validity, key, version));
        });
    }

    /// Takes a version out.
    pub fn remove(&mut self, key: u64) {
        self.change(|versions| versions.retain(|(_, other, _)| *other != key));
    }

    /// Whether there is no version.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.newest.is_none()
    }

    /// All versions, in order.
    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.older.iter().chain(&self.newest).map(|(_, _, version)| version)
    }

    /// Changes all versions in order, and sets the newest apart again.
    fn change(&mut self, change: impl FnOnce(&mut Vec<Version<V>>)) {
        self.older.extend(self.newest.take());
        change(&mut self.older);
        self.newest = self.older.pop();
        self.older.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use datasets::units::EventTime;

    use super::*;

    fn price(price: &str, per: u64, decimals: u32, rounding: Rounding) -> Price {
        let currency = Currency::EUR;
        Price { price: price.parse().unwrap(), per, currency, decimals, rounding }
    }

    #[test]
    fn a_charge_is_rounded_once() {
        let check = |text: &str, per, decimals, rounding, quantity, expected: &str| {
            let charge = price(text, per, decimals, rounding).charge(quantity).unwrap();
            assert_eq!(Money(i128::from(charge)).to_string(), expected);
        };
        check("0.17", 60_000, 2, Rounding::HalfUp, 15_906_000, "45.07");
        check("0.045", 60_000, 2, Rounding::HalfUp, 9_540_000, "7.16");
        check("0.045", 60_000, 2, Rounding::HalfEven, 9_540_000, "7.16");
        check("0.045", 60_000, 2, Rounding::Down, 9_540_000, "7.15");
        check("0.01", 3, 9, Rounding::HalfUp, 1, "0.003333333");
        check("1", 1_048_576, 6, Rounding::Up, 1, "0.000001");
        check("0.1", 1, 9, Rounding::HalfUp, 0, "0");
    }

    #[test]
    fn a_charge_that_fits_no_column_is_refused() {
        assert_eq!(price("999999999", 1, 9, Rounding::HalfUp).charge(2), None);
    }

    #[test]
    fn the_latest_start_wins_then_the_greatest_key() {
        let span = |from, to| Validity { from: EventTime(from), to: EventTime(to) };
        let mut versions = Versions::new();
        versions.insert(span(0, 100), 1, "old");
        versions.insert(span(10, 20), 2, "new");
        versions.insert(span(10, 15), 3, "newest");
        let at = |instant| versions.at(EventTime(instant)).copied();
        assert_eq!(
            [at(-1), at(0), at(10), at(15), at(20), at(100)],
            [None, Some("old"), Some("newest"), Some("new"), Some("old"), None]
        );
    }
}
