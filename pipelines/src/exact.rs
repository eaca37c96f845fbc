//! An amount of money that has not been rounded: a fraction, so that prices per so many units stay exact until the end.

use datasets::care::TopUp;
use datasets::units::{Money, Rounding, common_divisor};

/// A fraction of 10⁻⁹ of a currency's unit, its denominator positive; arithmetic that 128 bits do not hold is refused.
#[derive(Clone, Copy, Debug)]
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

/// Powers of ten: what the last kept decimal is worth when so many are dropped.
const STEPS: [i128; 10] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self::whole(Money(0));

    /// A whole amount.
    #[must_use]
    pub const fn whole(amount: Money) -> Self {
        Self { numerator: amount.0, denominator: 1 }
    }

    /// The price of `quantity` at `price` for `per`, in lowest terms.
    ///
    /// # Panics
    /// If `per` is zero.
    #[must_use]
    pub fn price(price: Money, quantity: u64, per: u64) -> Option<Self> {
        assert!(per > 0, "a price is for one unit at least");
        let common = common_divisor(i128::from(quantity), i128::from(per));
        let numerator = price.0.checked_mul(i128::from(quantity) / common)?;
        Some(Self { numerator, denominator: i128::from(per) / common })
    }

    /// The sum with a price that is not brought to lowest terms: step by step it nearly always is for as many units.
    #[must_use]
    pub fn plus_price(self, price: Money, quantity: u64, per: u64) -> Option<Self> {
        let numerator = price.0.checked_mul(i128::from(quantity))?;
        self.plus(Self { numerator, denominator: i128::from(per) })
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if other.numerator == 0 {
            return Some(self);
        }
        if self.numerator == 0 {
            return Some(other);
        }
        if self.denominator == other.denominator {
            let numerator = self.numerator.checked_add(other.numerator)?;
            return Some(Self { numerator, ..self });
        }
        let common = common_divisor(self.denominator, other.denominator);
        let (own, others) = (self.denominator / common, other.denominator / common);
        let left = self.numerator.checked_mul(others)?;
        let right = other.numerator.checked_mul(own)?;
        let denominator = self.denominator.checked_mul(others)?;
        Some(Self { numerator: left.checked_add(right)?, denominator })
    }

    /// The same amount the other way.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { numerator: -self.numerator, denominator: self.denominator }
    }

    /// The smaller of two.
    #[must_use]
    pub fn at_most(self, limit: Self) -> Option<Self> {
        let own = self.numerator.checked_mul(limit.denominator)?;
        let other = limit.numerator.checked_mul(self.denominator)?;
        Some(if own <= other { self } else { limit })
    }

    /// Whether it is more than an amount.
    #[must_use]
    pub fn exceeds(self, amount: Money) -> Option<bool> {
        Some(self.numerator > amount.0.checked_mul(self.denominator)?)
    }

    /// The amount, rounded once.
    #[must_use]
    pub fn rounded(self, keep: Keep) -> Option<Money> {
        let dropped = usize::try_from(Money::DECIMALS.checked_sub(keep.decimals)?).ok()?;
        let step = *STEPS.get(dropped)?;
        let steps = keep.rounding.divide(self.numerator, self.denominator.checked_mul(step)?);
        steps.checked_mul(step).map(Money)
    }

    fn lowest(self) -> (i128, i128) {
        let common = common_divisor(self.numerator, self.denominator);
        (self.numerator / common, self.denominator / common)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.lowest() == other.lowest()
    }
}

impl Eq for Exact {}

/// The amount of one record in 10⁻⁹, if its column holds it: less than a billion units.
#[must_use]
pub fn of_record(amount: Money) -> Option<i64> {
    i64::try_from(amount.0).ok().filter(|amount| i128::from(amount.abs()) < TopUp::AMOUNT_LIMIT.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_and_sevenths_are_exact_until_the_end() {
        let sum = Exact::whole(Money(5)).plus_price(Money(1), 1, 3).unwrap();
        let sum = sum.plus_price(Money(1), 2, 7).unwrap().plus_price(Money(1), 1, 3).unwrap();
        assert_eq!(sum.lowest(), (5 * 21 + 7 + 6 + 7, 21));
        let rounded = |rounding| sum.rounded(Keep { rounding, ..Keep::ALL });
        assert_eq!(rounded(Rounding::Down), Some(Money(5)));
        assert_eq!(rounded(Rounding::Up), Some(Money(6)));
        assert_eq!((sum.exceeds(Money(5)), sum.exceeds(Money(6))), (Some(true), Some(false)));
    }

    #[test]
    fn thirds_add_up_to_a_whole() {
        let third = Exact::price(Money::ONE, 2, 6).unwrap();
        let whole = third.plus(third).and_then(|sum| sum.plus(third)).unwrap();
        assert_eq!(whole, Exact::whole(Money::ONE));
        assert_eq!(whole.plus(third.negated()), third.plus(third));
        assert_eq!(third.at_most(Exact::ZERO), Some(Exact::ZERO));
    }

    #[test]
    fn an_amount_is_rounded_once() {
        let check = |price: &str, per, (decimals, rounding), quantity, expected: &str| {
            let exact = Exact::ZERO.plus_price(price.parse().unwrap(), quantity, per).unwrap();
            let rounded = exact.rounded(Keep { decimals, rounding }).unwrap();
            assert_eq!(rounded.to_string(), expected);
        };
        check("0.17", 60_000, (2, Rounding::HalfUp), 15_906_000, "45.07");
        check("0.045", 60_000, (2, Rounding::HalfUp), 9_540_000, "7.16");
        check("0.045", 60_000, (2, Rounding::HalfEven), 9_540_000, "7.16");
        check("0.045", 60_000, (2, Rounding::Down), 9_540_000, "7.15");
        check("0.01", 3, (9, Rounding::HalfUp), 1, "0.003333333");
        check("1", 1_048_576, (6, Rounding::Up), 1, "0.000001");
        check("0.1", 1, (9, Rounding::HalfUp), 0, "0");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Exact::price(Money(i128::MAX), 2, 3), None);
        assert_eq!(Exact::ZERO.plus_price(Money(i128::MAX), 2, 1), None);
        assert_eq!(Exact::whole(Money(i128::MAX)).plus(Exact::whole(Money(1))), None);
        assert_eq!(Exact::ZERO.plus_price(Money(0), u64::MAX, 7), Some(Exact::ZERO));
    }

    #[test]
    fn a_record_costs_less_than_a_billion() {
        let most = TopUp::AMOUNT_LIMIT.0 - 1;
        assert_eq!(of_record(Money(most)).map(i128::from), Some(most));
        assert_eq!(of_record(Money(-most)).map(i128::from), Some(-most));
        assert_eq!(of_record(TopUp::AMOUNT_LIMIT), None);
    }
}
