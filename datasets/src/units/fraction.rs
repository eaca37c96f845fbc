//! Exact fractions: measured values that are divided, weighed and compared without loss.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Rounding, UnitError, common_divisor};

/// A fraction in lowest terms, its denominator positive; arithmetic that 128 bits do not hold gives `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);
    /// One.
    pub const ONE: Self = Self::whole(1);

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    /// One number over another; `None` where that is zero.
    #[must_use]
    pub fn of(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        let common = common_divisor(numerator, denominator) * denominator.signum();
        Some(Self { numerator: numerator / common, denominator: denominator / common })
    }

    /// Its numerator and its denominator, in lowest terms.
    #[must_use]
    pub const fn parts(self) -> (i128, i128) {
        (self.numerator, self.denominator)
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let common = common_divisor(self.denominator, other.denominator);
        let (own, others) = (self.denominator / common, other.denominator / common);
        let left = self.numerator.checked_mul(others)?;
        let right = other.numerator.checked_mul(own)?;
        Self::of(left.checked_add(right)?, self.denominator.checked_mul(others)?)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: -other.numerator, ..other })
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let one = common_divisor(self.numerator, other.denominator);
        let two = common_divisor(other.numerator, self.denominator);
        let numerator = (self.numerator / one).checked_mul(other.numerator / two)?;
        Self::of(numerator, (self.denominator / two).checked_mul(other.denominator / one)?)
    }

    /// The quotient; `None` by zero.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::of(other.denominator, other.numerator)?)
    }

    /// So many times itself, as an integer, rounded once.
    ///
    /// ```
    /// use weir_datasets::units::{Fraction, Rounding};
    /// assert_eq!(Fraction::of(2, 3).and_then(|part| part.scaled(100, Rounding::HalfUp)), Some(67));
    /// ```
    #[must_use]
    pub fn scaled(self, scale: i128, rounding: Rounding) -> Option<i128> {
        Some(rounding.divide(self.numerator.checked_mul(scale)?, self.denominator))
    }

    /// The nearest number of double precision, or nearly: for columns that are read and no longer computed with.
    #[must_use]
    pub fn nearest_double(self) -> f64 {
        self.digits().parse().expect("digits with a point are a number")
    }

    /// At least eighteen significant digits, if it has so many.
    fn digits(self) -> String {
        let sign = if self.numerator < 0 { "-" } else { "" };
        let magnitude = self.numerator.unsigned_abs();
        let denominator = self.denominator.unsigned_abs();
        let mut text = format!("{sign}{}.", magnitude / denominator);
        let mut rest = magnitude % denominator;
        let mut significant = 0;
        while rest != 0 && significant < 18 && text.len() < 60 {
            let Some(tenfold) = rest.checked_mul(10) else { break };
            let digit = tenfold / denominator;
            text.push_str(&digit.to_string());
            significant += u32::from(significant > 0 || digit > 0);
            rest = tenfold % denominator;
        }
        text.push('0');
        text
    }
}

impl Ord for Fraction {
    /// By continued fractions, which never overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut one, mut two) =
            ((self.numerator, self.denominator), (other.numerator, other.denominator));
        loop {
            let whole = (one.0.div_euclid(one.1), two.0.div_euclid(two.1));
            let rest = (one.0.rem_euclid(one.1), two.0.rem_euclid(two.1));
            let order = whole.0.cmp(&whole.1);
            if order != Ordering::Equal {
                return order;
            }
            if rest.0 == 0 || rest.1 == 0 {
                return rest.0.cmp(&rest.1);
            }
            (one, two) = ((two.1, rest.1), (one.1, rest.0));
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => f.pad(&self.numerator.to_string()),
            _ => f.pad(&format!("{}/{}", self.numerator, self.denominator)),
        }
    }
}

impl FromStr for Fraction {
    type Err = UnitError;

    /// Reads decimals with an exponent or without, and what `Display` writes: `-12.5`, `4e-3`, `2/3`.
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let refuse = || UnitError::Fraction(text.to_owned());
        if let Some((numerator, denominator)) = text.split_once('/') {
            let whole = |text: &str| text.parse::<i128>().ok();
            let parts = whole(numerator).zip(whole(denominator));
            return parts.and_then(|(one, two)| Self::of(one, two)).ok_or_else(refuse);
        }
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refuse());
        }
        let number: i128 = format!("{whole}{decimals}").parse().map_err(|_| refuse())?;
        let exponent: i64 = exponent.parse().map_err(|_| refuse())?;
        let places = i64::try_from(decimals.len()).map_err(|_| refuse())?;
        let shift = exponent.checked_sub(places).ok_or_else(refuse)?;
        let power =
            u32::try_from(shift.unsigned_abs()).ok().and_then(|shift| 10_i128.checked_pow(shift));
        let power = Self::whole(power.ok_or_else(refuse)?);
        let number = Self::of(number, 1).ok_or_else(refuse)?;
        let read = if shift < 0 { number.over(power) } else { number.times(power) };
        read.ok_or_else(refuse)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match deserializer.is_human_readable() {
            false => String::deserialize(deserializer)?,
            true => match serde_json::Value::deserialize(deserializer)? {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            },
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Fraction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
