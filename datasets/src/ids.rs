//! Ids as content hashes with a fixed key: every worker, restart and machine agrees on them.

use std::fmt;
use std::hash::Hasher;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use siphasher::sip::SipHasher24;
use siphasher::sip128::{Hasher128, SipHasher24 as SipHasher128};

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

    /// An id of which only the high word is known; it spreads as the whole one does.
    #[must_use]
    pub fn of_spread(spread: u64) -> Self {
        Self([spread, 0])
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
        let mut mac = self.mac.clone();
        mac.update(number.to_string().as_bytes());
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
    fn content_ids_are_the_same_for_ever() {
        assert_eq!(id64("usage-1"), id64("usage-1"));
        assert_eq!(u128::from(Id128::from(id128("account"))), id128("account"));
    }
}
