//! A bounded memory of pseudonyms, as one HMAC costs more than decoding the rest of a record.

use datasets::ids::{Pseudonyms, SubscriberId};
use datasets::number::Digits;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// Sets in the cache, of two places each: 262,144 places, 6 MiB.
const SETS: u64 = 1 << 17;

/// A number and its pseudonym.
type Place = (Digits, SubscriberId);

/// Pseudonyms behind a cache: of the two numbers of a set the one that was not asked for last makes room.
pub(crate) struct CachedPseudonyms {
    pseudonyms: Pseudonyms,
    sets: Vec<[Place; 2]>,
}

impl CachedPseudonyms {
    pub(crate) fn new(pseudonyms: Pseudonyms) -> Self {
        Self { pseudonyms, sets: Vec::new() }
    }

    /// The pseudonym of a number.
    pub(crate) fn of(&mut self, number: Digits) -> SubscriberId {
        if self.sets.is_empty() {
            let count = usize::try_from(SETS).expect("17 bits fit");
            self.sets.resize(count, Default::default());
        }
        let hash = BuildHasherDefault::<Multiplicative>::default().hash_one(number);
        let set = &mut self.sets[usize::try_from(hash % SETS).expect("17 bits fit")];
        if number.is_none() {
            return self.pseudonyms.of(number);
        }
        if set[0].0 != number {
            set.swap(0, 1);
            if set[0].0 != number {
                set[0] = (number, self.pseudonyms.of(number));
            }
        }
        set[0].1
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
