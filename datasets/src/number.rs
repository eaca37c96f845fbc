//! Telephone numbers in E.164, packed so that a prefix is a shift and not a string.

mod home;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::UnitError;

pub use home::Home;

/// Up to 15 decimal digits (ITU-T E.164), packed as nibbles from the left, with the length in the lowest nibble.
///
/// Numbers of one length order as their digits do, and `prefix` costs two shifts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Digits(u64);

impl Digits {
    /// The most digits that a number has.
    pub const MAX_LEN: u32 = 15;

    /// Reads digits, with an optional leading `+`.
    ///
    /// # Errors
    /// When there is anything but 1 to 15 digits; the text is not repeated, as it is personal data.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let refuse = || UnitError::Number(text.len());
        if digits.is_empty() || digits.len() > 15 {
            return Err(refuse());
        }
        let mut packed = 0_u64;
        for (place, byte) in (0_u32..).zip(digits.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(refuse());
            }
            packed |= u64::from(byte - b'0') << (60 - 4 * place);
        }
        let length = u64::try_from(digits.len()).map_err(|_| refuse())?;
        Ok(Self(packed | length))
    }

    /// Digits and length in one word: each digit a nibble from the left, the length the last one.
    #[must_use]
    pub fn packed(self) -> u64 {
        self.0
    }

    /// A number from its one word.
    #[must_use]
    pub fn from_packed(word: u64) -> Self {
        Self(word)
    }

    /// How many digits there are.
    #[must_use]
    pub fn length(self) -> u32 {
        u32::try_from(self.0 & 0xF).expect("a nibble fits")
    }

    /// Whether there is no number at all (as in a data session).
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The first `length` digits; all of them where there are fewer.
    #[must_use]
    pub fn prefix(self, length: u32) -> Self {
        let length = length.min(self.length());
        if length == 0 {
            return Self(0);
        }
        let kept = u64::MAX << (64 - 4 * length);
        Self((self.0 & kept) | u64::from(length))
    }

    /// The first two digits as a number; a missing one counts as zero.
    #[must_use]
    pub fn first_two(self) -> u64 {
        (self.0 >> 60) * 10 + ((self.0 >> 56) & 0xF) * u64::from(self.length() > 1)
    }

    /// What of a called number may stand in clear: without its last four digits, whole if it has eight or fewer.
    #[must_use]
    pub fn called_prefix(self) -> Self {
        match self.length() {
            0..=8 => self,
            length => self.prefix(length - 4),
        }
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in 0..self.length() {
            write!(f, "{}", (self.0 >> (60 - 4 * place)) & 0xF)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_those_of_the_text() {
        let text = "491701234567890";
        let number = Digits::parse(&format!("+{text}")).unwrap();
        for length in 0..=15 {
            let kept = usize::try_from(length).unwrap();
            assert_eq!(number.prefix(length).to_string(), text[..kept]);
        }
        assert_eq!(number.called_prefix().to_string(), "49170123456");
        assert_eq!(number.first_two(), 49);
        assert_eq!(Digits::parse("112").unwrap().called_prefix().to_string(), "112");
    }

    #[test]
    fn other_characters_are_refused() {
        for text in ["", "+", "12a", "1234567890123456", "٣"] {
            assert!(Digits::parse(text).is_err(), "{text}");
        }
    }
}
