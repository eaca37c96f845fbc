//! Quantities that carry their unit in the type: instants, money and currencies.

mod fraction;

mod rounding;

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

pub use fraction::Fraction;
pub use rounding::Rounding;

/// Microseconds in one second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;

/// The greatest number that divides both, by Euclid; positive, and one where both are zero.
#[must_use]
#[inline]
pub fn common_divisor(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one.abs().max(1)
}

/// An instant in UTC, microseconds since 1970-01-01: when something happened.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct EventTime(pub i64);

impl EventTime {
    /// Before every instant that a record may carry.
    pub const MIN: Self = Self(i64::MIN);
    /// After every instant that a record may carry; the open end of a validity.
    pub const MAX: Self = Self(i64::MAX);

    /// The instant `seconds` later (earlier when negative), saturating.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Reads an RFC 3339 instant with its offset, such as `2026-11-24T09:30:00+01:00`.
    ///
    /// # Errors
    /// Says what was found when it is not such an instant.
    pub fn parse_rfc3339(text: &str) -> Result<Self, UnitError> {
        DateTime::parse_from_rfc3339(text)
            .map(|instant| Self(instant.timestamp_micros()))
            .map_err(|_| UnitError::Instant(text.to_owned()))
    }
}

impl fmt::Display for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_micros(self.0) {
            Some(instant) => f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            None => write!(f, "{}us", self.0),
        }
    }
}

/// An amount of money in 10⁻⁹ of a currency's unit; an integer, so that sums retract exactly.
///
/// The currency stands beside it, never in it: amounts of two currencies are never added.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Money(pub i128);

impl Money {
    /// Decimals that an amount carries.
    pub const DECIMALS: u32 = 9;
    /// One unit of a currency.
    pub const ONE: Self = Self(1_000_000_000);
    /// Nothing.
    pub const ZERO: Self = Self(0);
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let unit = Self::ONE.0.unsigned_abs();
        let fraction = format!("{:09}", magnitude % unit);
        let fraction = fraction.trim_end_matches('0');
        let dot = if fraction.is_empty() { "" } else { "." };
        f.pad(&format!("{sign}{}{dot}{fraction}", magnitude / unit))
    }
}

impl FromStr for Money {
    type Err = UnitError;

    /// Reads plain decimal notation, at most nine decimals: `-12.5`, `0.000000001`.
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let refuse = || UnitError::Money(text.to_owned());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = fraction.len() <= 9 && whole.len() <= 18 && !(whole.is_empty());
        if !fits || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return Err(refuse());
        }
        let magnitude: i128 = format!("{whole}{fraction:0<9}").parse().map_err(|_| refuse())?;
        Ok(Self(if negative { -magnitude } else { magnitude }))
    }
}

/// Money as a document carries it: a decimal in a string, `"12.50"`, or a JSON number taken digit by digit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsDecimal(pub Money);

impl<'de> Deserialize<'de> for AsDecimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Between processes it travels in a format that does not say what comes, but it is always the string.
        let text = match deserializer.is_human_readable() {
            false => String::deserialize(deserializer)?,
            true => match serde_json::Value::deserialize(deserializer)? {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            },
        };
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl Serialize for AsDecimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An ISO 4217 currency code, three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro, which the generator's operator bills in.
    pub const EUR: Self = Self(*b"EUR");

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is made of capital ASCII letters")
    }
}

impl AsRef<str> for Currency {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(UnitError::Currency(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = UnitError;
    fn try_from(text: String) -> Result<Self, UnitError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// Why a text is not the quantity it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Not an RFC 3339 instant.
    #[error("\"{0}\" is not an instant such as 2026-11-24T09:30:00Z")]
    Instant(String),
    /// Not a decimal amount, or one with more than nine decimals.
    #[error("\"{0}\" is not an amount in plain decimals, at most nine of them")]
    Money(String),
    /// Not a number.
    #[error("\"{0}\" is not a number such as 12.5, 4e-3 or 2/3")]
    Fraction(String),
    /// Not an ISO 4217 code.
    #[error("\"{0}\" is not a currency code of three capital letters")]
    Currency(String),
    /// Not a telephone number of at most 15 digits.
    #[error("a number of {0} characters is not one of 1 to 15 digits")]
    Number(usize),
}

#[cfg(test)]
mod tests;
