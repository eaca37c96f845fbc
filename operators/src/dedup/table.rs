//! A table of fingerprints that costs one cache line to ask.

use crate::dedup::fingerprint::Fingerprint;

/// Open addressing with linear probing, ordered by identity but for collisions.
///
/// The identity is a hash already: scaled to the length of the table it is the place to begin at.
/// Thus a table of any length will do, and growing it reads and writes from front to back.
#[derive(Debug, Default)]
pub(super) struct Table {
    places: Vec<Fingerprint>,
    used: usize,
}

const SMALLEST: usize = 16;

impl Table {
    /// The winner of an identity.
    pub(super) fn find(&self, identity: u64) -> Option<&Fingerprint> {
        let place = self.probe(identity)?;
        Some(&self.places[place]).filter(|winner| !winner.is_empty())
    }

    /// Adds a winner, or puts it in the place of the one with its identity.
    pub(super) fn put(&mut self, winner: Fingerprint) {
        // Three quarters full is where probing begins to touch a second cache line.
        if self.used * 4 >= self.places.len() * 3 {
            self.rebuild(self.used + self.used / 2, |_winner| true);
        }
        let place = self.probe(winner.identity()).expect("the table has just been given room");
        self.used += usize::from(self.places[place].is_empty());
        self.places[place] = winner;
    }

    /// Reads what a search for an identity will read first, so that it is in the cache then.
    pub(super) fn glance(&self, identity: u64) -> u64 {
        let home = self.home(identity);
        // Two places share a cache line; a search that does not end there ends in the next one.
        [home, home + 2]
            .iter()
            .filter_map(|place| self.places.get(*place))
            .fold(0, |seen, place| seen ^ place.identity())
    }

    /// Keeps the winners that `keep` accepts, which may change them.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut Fingerprint) -> bool) {
        let mut kept = 0;
        for winner in self.places.iter_mut().filter(|place| !place.is_empty()) {
            kept += usize::from(keep(winner));
        }
        if kept < self.used {
            self.rebuild(kept, |winner| keep(winner));
        }
    }

    /// How many winners there are.
    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// How many bytes all places take, empty ones included.
    pub(super) fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<Fingerprint>()
    }

    /// Moves the winners that `keep` accepts to a table with room for `expected` ones.
    fn rebuild(&mut self, expected: usize, mut keep: impl FnMut(&mut Fingerprint) -> bool) {
        let length = (expected + expected / 2).max(SMALLEST);
        let former = std::mem::replace(&mut self.places, vec![Fingerprint::default(); length]);
        self.used = 0;
        for mut winner in former {
            if !winner.is_empty() && keep(&mut winner) {
                let place = self.probe(winner.identity()).expect("the table is not empty");
                self.places[place] = winner;
                self.used += 1;
            }
        }
    }

    /// The place of an identity, or the empty place where it would be; none in a table without
    /// places.
    fn probe(&self, identity: u64) -> Option<usize> {
        let home = self.home(identity);
        let (before, after) = self.places.split_at_checked(home)?;
        let hit = |place: &Fingerprint| place.is_empty() || place.identity() == identity;
        after.iter().position(hit).map(|step| home + step).or_else(|| before.iter().position(hit))
    }

    fn home(&self, identity: u64) -> usize {
        let length = u128::try_from(self.places.len()).expect("a length fits");
        let scaled = (u128::from(identity) * length) >> u64::BITS;
        usize::try_from(scaled).expect("it is less than the length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::fingerprint::Stamp;
    use crate::dedup::verdicts::Facts;
    use std::collections::BTreeMap;

    fn winner(identity: u64, provenance: u64) -> Fingerprint {
        Fingerprint::of(
            &Facts { identity, revision: 0, provenance, at: 0, route: 0 },
            Stamp::SEALED,
        )
        .0
    }

    /// Identities that collide at both ends of the table, and some that do not.
    fn identity(step: u64) -> u64 {
        match step % 4 {
            0 => step % 64,
            1 => u64::MAX - step % 64,
            _ => step.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        }
    }

    #[test]
    fn a_table_is_a_map() {
        let (mut table, mut map) = (Table::default(), BTreeMap::new());
        assert_eq!(table.find(7), None);
        assert_eq!(table.glance(7), 0);
        for step in 0..4_000 {
            table.put(winner(identity(step), step));
            map.insert(identity(step), winner(identity(step), step));
            if step % 500 == 499 {
                let keep = |winner: &Fingerprint| (winner.identity() >> 3) % 2 == step / 500 % 2;
                table.retain(|winner| keep(winner));
                map.retain(|_identity, winner| keep(winner));
            }
            assert_eq!(table.len(), map.len());
            assert!((map.len()..=map.len() * 2 + 16).contains(&(table.bytes() / 32)));
        }
        for identity in (0..4_000).map(identity) {
            assert_eq!(table.find(identity), map.get(&identity), "{identity}");
        }
    }
}
