//! An amount that has not been rounded: a fraction of 10⁻⁹ of a currency's unit.

use datasets::units::{Money, Rounding};

/// A fraction; never negative, its denominator positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

/// Powers of ten: what the last kept decimal is worth when so many are dropped.
const STEPS: [i128; 10] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// An amount of one record has at most 18 digits.
pub const AMOUNT_LIMIT: i64 = 1_000_000_000_000_000_000;

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self::of(0);

    /// A whole number of 10⁻⁹.
    #[must_use]
    pub const fn of(amount: i128) -> Self {
        Self { numerator: amount, denominator: 1 }
    }

    /// The sum with the price of `units` at `price` for `per`; `None` where 128 bits do not hold it.
    #[must_use]
    pub fn plus(self, price: i128, units: u64, per: u64) -> Option<Self> {
        let (numerator, per) = (price.checked_mul(i128::from(units))?, i128::from(per));
        if numerator == 0 {
            return Some(self);
        }
        if self.denominator == per {
            let numerator = self.numerator.checked_add(numerator)?;
            return Some(Self { numerator, ..self });
        }
        if self.numerator == 0 {
            return Some(Self { numerator, denominator: per });
        }
        let shared = common_divisor(self.denominator, per);
        let (own, others) = (per / shared, self.denominator / shared);
        Some(Self {
            numerator: self
                .numerator
                .checked_mul(own)?
                .checked_add(numerator.checked_mul(others)?)?,
            denominator: self.denominator.checked_mul(own)?,
        })
    }

    /// Whether it is more than an amount.
    #[must_use]
    pub fn exceeds(self, amount: i128) -> Option<bool> {
        Some(self.numerator > amount.checked_mul(self.denominator)?)
    }

    /// The amount in 10⁻⁹, rounded to so many decimals; `None` where it does not fit a charge (a billion units or more).
    #[must_use]
    pub fn rounded(self, decimals: u32, rounding: Rounding) -> Option<i64> {
        let dropped = usize::try_from(Money::DECIMALS.checked_sub(decimals)?).ok()?;
        let step = *STEPS.get(dropped)?;
        let steps = rounding.divide(self.numerator, self.denominator.checked_mul(step)?);
        i64::try_from(steps.checked_mul(step)?).ok().filter(|amount| amount.abs() < AMOUNT_LIMIT)
    }
}

fn common_divisor(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_and_sevenths_are_exact_until_the_end() {
        let sum = Exact::of(5).plus(1, 1, 3).unwrap().plus(1, 2, 7).unwrap().plus(1, 1, 3).unwrap();
        assert_eq!(sum, Exact { numerator: 5 * 21 + 7 + 6 + 7, denominator: 21 });
        assert_eq!(sum.rounded(9, Rounding::Down), Some(5));
        assert_eq!(sum.rounded(9, Rounding::Up), Some(6));
        assert_eq!((sum.exceeds(5), sum.exceeds(6)), (Some(true), Some(false)));
    }

    #[test]
    fn a_charge_is_rounded_once() {
        let check = |price: &str, per, decimals, rounding, quantity, expected: &str| {
            let price = price.parse::<Money>().unwrap();
            let charge = Exact::ZERO.plus(price.0, quantity, per).unwrap();
            let charge = charge.rounded(decimals, rounding).unwrap();
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
    fn what_fits_no_charge_is_none() {
        assert_eq!(
            Exact::of(i128::from(AMOUNT_LIMIT) - 1).rounded(9, Rounding::Up),
            Some(AMOUNT_LIMIT - 1)
        );
        assert_eq!(Exact::of(i128::from(AMOUNT_LIMIT)).rounded(9, Rounding::Up), None);
        assert_eq!(Exact::ZERO.plus(i128::MAX, 2, 1), None);
        assert_eq!(Exact::ZERO.plus(0, u64::MAX, 7), Some(Exact::ZERO));
    }
}
