//! Ids as content hashes with a fixed key: every worker, restart and machine agrees on them.

use std::fmt;
use std::hash::Hasher;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use siphasher::sip::SipHasher24;
use siphasher::sip128::{Hasher128, SipHasher24 as SipHasher128};

use crate::units::UnitError;

/// The fixed key of every content hash; changing it would re-key every lake.
const CONTENT_KEY: [u8; 16] = *b"weir content ids";

/// 64 bits of a text's content: usage identities and reference entities other than parties.
#[must_use]
pub fn id64(text: &str) -> u64 {
    let mut hasher = SipHasher24::new_with_key(&CONTENT_KEY);
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// 128 bits of a text's content.
#[must_use]
pub fn id128(text: &str) -> u128 {
    let mut hasher = SipHasher128::new_with_key(&CONTENT_KEY);
    hasher.write(text.as_bytes());
    hasher.finish128().as_u128()
}

/// A 128-bit id kept as two words, so that records stay aligned to eight bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Id128([u64; 2]);

impl Id128 {
    /// The high word: as good as a hash for distribution over workers and for look-ups.
    #[must_use]
    pub fn spread(self) -> u64 {
        self.0[0]
    }

    /// The high and the low word.
    #[must_use]
    pub fn words(self) -> [u64; 2] {
        self.0
    }

    /// The id of a high and a low word.
    #[must_use]
    pub fn of_words(words: [u64; 2]) -> Self {
        Self(words)
    }

    /// An id of which only the high word is known; it spreads as the whole one does.
    #[must_use]
    pub fn of_spread(spread: u64) -> Self {
        Self([spread, 0])
    }
}

impl FromStr for Id128 {
    type Err = UnitError;

    /// Reads the 32 hexadecimal digits that `Display` writes.
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let refuse = || UnitError::Number(text.len());
        let (high, low) = text.as_bytes().split_at_checked(16).ok_or_else(refuse)?;
        let low: &[u8; 16] = low.try_into().map_err(|_| refuse())?;
        let word = |digits: &[u8]| {
            digits.iter().try_fold(0_u64, |word, digit| Some((word << 4) | nibble(*digit)?))
        };
        match (word(high), word(low)) {
            (Some(high), Some(low)) => Ok(Self([high, low])),
            _ => Err(refuse()),
        }
    }
}

fn nibble(digit: u8) -> Option<u64> {
    match digit {
        b'0'..=b'9' => Some(u64::from(digit - b'0')),
        b'a'..=b'f' => Some(u64::from(digit - b'a') + 10),
        _ => None,
    }
}

impl From<u128> for Id128 {
    fn from(id: u128) -> Self {
        let word =
            |part: u128| u64::try_from(part & u128::from(u64::MAX)).expect("masked to 64 bits");
        Self([word(id >> 64), word(id)])
    }
}

impl From<Id128> for u128 {
    fn from(id: Id128) -> Self {
        (Self::from(id.0[0]) << 64) | Self::from(id.0[1])
    }
}

impl fmt::Display for Id128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[0], self.0[1])
    }
}

impl fmt::Debug for Id128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A party to a call: the keyed pseudonym of a number, the same in every table.
pub type SubscriberId = Id128;
/// A billing account (TMF666), by the content of its `account_id`.
pub type AccountId = Id128;

/// The content id of an account.
#[must_use]
pub fn account_id(text: &str) -> AccountId {
    Id128::from(id128(text))
}

/// Turns numbers into pseudonyms: HMAC-SHA-256 with a named key, cut to 128 bits.
#[derive(Clone)]
pub struct Pseudonyms {
    mac: Hmac<Sha256>,
}

impl Pseudonyms {
    /// Takes the operator's secret.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { mac: Hmac::new_from_slice(secret).expect("HMAC takes a key of any length") }
    }

    /// The pseudonym of a number's digits.
    ///
    /// # Panics
    /// Never: a SHA-256 digest has 32 bytes.
    #[must_use]
    pub fn of(&self, number: crate::number::Digits) -> SubscriberId {
        self.digest(&number.to_string())
    }

    /// What tells one secret from another and gives neither away: no number is written like this.
    #[must_use]
    pub fn key_digest(&self) -> String {
        self.digest("weir pseudonym key").to_string()
    }

    fn digest(&self, text: &str) -> Id128 {
        let mut mac = self.mac.clone();
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        let head: [u8; 16] = digest[..16].try_into().expect("a digest has 32 bytes");
        Id128::from(u128::from_be_bytes(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Digits;

    #[test]
    fn pseudonyms_depend_on_key_and_number() {
        let number = Digits::parse("4917012345678").unwrap();
        let other = Digits::parse("4917012345679").unwrap();
        let (one, two) = (Pseudonyms::new(b"one"), Pseudonyms::new(b"two"));
        assert_eq!(one.of(number), one.of(number));
        assert_ne!(one.of(number), one.of(other));
        assert_ne!(one.of(number), two.of(number));
    }

    #[test]
    fn an_id_is_read_as_it_is_written() {
        for id in [0, 1, u128::MAX, id128("account"), 0xABCD_EF01 << 64] {
            assert_eq!(Id128::from(id).to_string().parse::<Id128>().unwrap(), Id128::from(id));
        }
        for text in
            ["", "0", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0"]
        {
            assert!(text.parse::<Id128>().is_err(), "{text}");
        }
    }

    #[test]
    fn content_ids_are_the_same_for_ever() {
        assert_eq!(id64("usage-1"), id64("usage-1"));
        assert_eq!(u128::from(Id128::from(id128("account"))), id128("account"));
    }
}
