//! A bounded memory of pseudonyms, as one HMAC costs more than decoding the rest of a record.

use datasets::ids::{Pseudonyms, SubscriberId};
use datasets::number::Digits;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// Places in the cache: 262,144, 6 MiB.
const PLACES: u64 = 1 << 18;

/// Pseudonyms behind a cache with one place per slot: a newcomer takes the place of who was there.
pub(crate) struct CachedPseudonyms {
    pseudonyms: Pseudonyms,
    places: Vec<(Digits, SubscriberId)>,
}

impl CachedPseudonyms {
    pub(crate) fn new(pseudonyms: Pseudonyms) -> Self {
        Self { pseudonyms, places: Vec::new() }
    }

    /// The pseudonym of a number.
    pub(crate) fn of(&mut self, number: Digits) -> SubscriberId {
        let count = usize::try_from(PLACES).expect("18 bits fit");
        if self.places.is_empty() {
            self.places.resize(count, Default::default());
        }
        let hash = BuildHasherDefault::<Multiplicative>::default().hash_one(number);
        let place = usize::try_from(hash % PLACES).expect("18 bits fit");
        let (held, pseudonym) = self.places[place];
        if held == number && !number.is_none() {
            return pseudonym;
        }
        let pseudonym = self.pseudonyms.of(number);
        self.places[place] = (number, pseudonym);
        pseudonym
    }
}

/// Spreads one word over all bits; numbers are not chosen by an adversary who gains from a miss.
#[derive(Default)]
struct Multiplicative(u64);

impl Hasher for Multiplicative {
    fn finish(&self) -> u64 {
        self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_pseudonym_is_the_pseudonym() {
        let pseudonyms = Pseudonyms::new(b"secret");
        let mut cached = CachedPseudonyms::new(pseudonyms.clone());
        for round in 0..2 {
            for subscriber in 0..5_000 {
                let number = Digits::parse(&format!("49170{subscriber:07}")).unwrap();
                assert_eq!(cached.of(number), pseudonyms.of(number), "round {round}");
            }
        }
    }
}
