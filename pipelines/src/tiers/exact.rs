//! Amounts of money as fractions, so that a price per so many units is exact until it is rounded.

use datasets::units::{Money, Rounding};

/// A fraction in 10⁻⁹ of a currency's unit, in lowest terms; arithmetic that does not fit is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

/// What decimals an amount keeps, and how it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Decimals of an amount, at most nine.
    pub decimals: u32,
    /// How it gets there.
    pub rounding: Rounding,
}

impl Keep {
    /// Nine decimals, to the nearest.
    pub const ALL: Self = Self { decimals: Money::DECIMALS, rounding: Rounding::HalfUp };
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// A whole amount.
    #[must_use]
    pub const fn whole(amount: Money) -> Self {
        Self { numerator: amount.0, denominator: 1 }
    }

    /// The price of `quantity` at `price` for `per`; `None` where it does not fit.
    ///
    /// # Panics
    /// If `per` is zero.
    #[must_use]
    pub fn price(price: Money, quantity: u64, per: u64) -> Option<Self> {
        assert!(per > 0, "a price is for one unit at least");
        let common = greatest_divisor(i128::from(quantity), i128::from(per)).max(1);
        let quantity = i128::from(quantity) / common;
        Self::lowest(price.0.checked_mul(quantity)?, i128::from(per) / common)
    }

    /// The sum; `None` where it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.denominator == other.denominator {
            let numerator = self.numerator.checked_add(other.numerator)?;
            return Self::lowest(numerator, self.denominator);
        }
        let common = greatest_divisor(self.denominator, other.denominator);
        let (own, others) = (self.denominator / common, other.denominator / common);
        let left = self.numerator.checked_mul(others)?;
        let right = other.numerator.checked_mul(own)?;
        Self::lowest(left.checked_add(right)?, self.denominator.checked_mul(others)?)
    }

    /// The same amount the other way.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { numerator: -self.numerator, denominator: self.denominator }
    }

    /// The smaller of two; `None` where they cannot be compared within 128 bits.
    #[must_use]
    pub fn at_most(self, limit: Self) -> Option<Self> {
        let own = self.numerator.checked_mul(limit.denominator)?;
        let other = limit.numerator.checked_mul(self.denominator)?;
        Some(if own <= other { self } else { limit })
    }

    /// The amount, rounded once; `None` where it does not fit.
    #[must_use]
    pub fn rounded(self, keep: Keep) -> Option<Money> {
        let step = 10_i128.checked_pow(Money::DECIMALS.checked_sub(keep.decimals)?)?;
        let steps = keep.rounding.divide(self.numerator, self.denominator.checked_mul(step)?);
        steps.checked_mul(step).map(Money)
    }

    fn lowest(numerator: i128, denominator: i128) -> Option<Self> {
        let common = greatest_divisor(numerator.checked_abs()?, denominator).max(1);
        Some(Self { numerator: numerator / common, denominator: denominator / common })
    }
}

/// By Euclid; of numbers that are not negative.
fn greatest_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_add_up_to_a_whole() {
        let third = Exact::price(Money::ONE, 1, 3).unwrap();
        let whole = third.plus(third).and_then(|sum| sum.plus(third)).unwrap();
        assert_eq!(whole, Exact::whole(Money::ONE));
        let keep = Keep { decimals: 2, rounding: Rounding::HalfUp };
        assert_eq!(third.rounded(keep).unwrap().to_string(), "0.33");
        assert_eq!(third.at_most(Exact::ZERO), Some(Exact::ZERO));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Exact::price(Money(i128::MAX), 2, 3), None);
        assert_eq!(Exact::whole(Money(i128::MAX)).plus(Exact::whole(Money(1))), None);
    }
}
