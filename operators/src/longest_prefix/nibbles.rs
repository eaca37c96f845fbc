//! Short strings over sixteen digits, packed so that a prefix is a shift.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Up to 15 digits of four bits each, packed from the left, with the length in the lowest nibble.
///
/// It orders as the digits do, a prefix before what it is a prefix of: all strings that begin with
/// `p` lie between `p` and `p.last_extension()`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Nibbles(u64);

impl Nibbles {
    /// The most digits that fit.
    pub const MAX_LENGTH: u32 = 15;

    /// Packs digits; `None` if there are too many, or one is above 15.
    ///
    /// ```
    /// use operators::longest_prefix::nibbles::Nibbles;
    ///
    /// assert_eq!(Nibbles::pack([4, 9]), Some("49".parse().unwrap()));
    /// assert_eq!(Nibbles::pack([16]), None);
    /// ```
    pub fn pack(digits: impl IntoIterator<Item = u8>) -> Option<Self> {
        let (mut packed, mut length) = (0, 0);
        for digit in digits {
            if length == Self::MAX_LENGTH || digit > 15 {
                return None;
            }
            packed |= u64::from(digit) << (60 - 4 * length);
            length += 1;
        }
        Some(Self(packed | u64::from(length)))
    }

    /// How many digits there are.
    #[must_use]
    pub fn length(self) -> u32 {
        u32::try_from(self.0 & 0xF).expect("a nibble fits")
    }

    /// The first `length` digits; all of them where there are fewer.
    ///
    /// ```
    /// use operators::longest_prefix::nibbles::Nibbles;
    ///
    /// let number: Nibbles = "4917".parse().unwrap();
    /// assert_eq!(number.prefix(2).to_string(), "49");
    /// assert_eq!(number.prefix(9), number);
    /// ```
    #[must_use]
    pub fn prefix(self, length: u32) -> Self {
        match length.min(self.length()) {
            0 => Self(0),
            kept => Self((self.0 & (u64::MAX << (64 - 4 * kept))) | u64::from(kept)),
        }
    }

    /// The greatest string that begins with this one.
    #[must_use]
    pub fn last_extension(self) -> Self {
        Self(self.0 | (u64::MAX >> (4 * self.length())))
    }
}

impl fmt::Display for Nibbles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..self.length())
            .try_for_each(|place| write!(f, "{:x}", (self.0 >> (60 - 4 * place)) & 0xF))
    }
}

impl FromStr for Nibbles {
    type Err = NotNibbles;

    /// Reads hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, NotNibbles> {
        let refuse = || NotNibbles { length: text.len() };
        let digits =
            text.chars().map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()));
        let digits: Vec<u8> = digits.collect::<Option<_>>().ok_or_else(refuse)?;
        Self::pack(digits).ok_or_else(refuse)
    }
}

/// A text that is not a string of at most 15 hexadecimal digits; the text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNibbles {
    /// How many bytes the text has.
    pub length: usize,
}

impl fmt::Display for NotNibbles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text of {} bytes is not one of at most 15 hexadecimal digits", self.length)
    }
}

impl std::error::Error for NotNibbles {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_begin_with_a_prefix_are_a_range() {
        let texts =
            ["", "0", "00", "1", "10", "100", "1f", "2", "ffffffffffffff", "fffffffffffffff"];
        for prefix in texts {
            let first: Nibbles = prefix.parse().unwrap();
            for text in texts {
                let string: Nibbles = text.parse().unwrap();
                let in_range = first <= string && string <= first.last_extension();
                assert_eq!(in_range, text.starts_with(prefix), "{text} begins with {prefix}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for text in ["g", "0123456789abcdef", "+49", "٣"] {
            assert!(text.parse::<Nibbles>().is_err(), "{text}");
        }
    }
}
