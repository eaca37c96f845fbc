//! A table of fingerprints that is nearly full, and costs little more than a cache line to ask.

use crate::dedup::fingerprint::{Fingerprint, Mark};

/// Linear probing in order: winners stand in the order of their marks, each at the place that its mark asks for or as
/// near behind it as there was room.
///
/// The mark is a hash already: scaled to the length of the table it is the place to begin at. Thus a table of any length
/// will do, growing it reads and writes from front to back, and a search ends at the first greater mark.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Some more than `homes`: the last winners may stand behind the places that marks ask for.
    places: Vec<Fingerprint>,
    homes: usize,
    used: usize,
}

const SMALLEST: usize = 16;

impl Table {
    /// The winner of a mark.
    pub(super) fn find(&self, mark: Mark) -> Option<&Fingerprint> {
        let place = self.probe(mark);
        self.places.get(place).filter(|winner| !winner.is_empty() && winner.mark() == mark)
    }

    /// Adds a winner, or puts it in the place of the one with its mark.
    pub(super) fn put(&mut self, winner: Fingerprint) {
        // Nine tenths full is where putting one in begins to push many others on.
        if self.used * 10 >= self.homes * 9 {
            self.rebuild(self.used, |_winner| true);
        }
        let place = self.probe(winner.mark());
        if self
            .places
            .get(place)
            .is_some_and(|there| there.mark() == winner.mark() && !there.is_empty())
        {
            self.places[place] = winner;
            return;
        }
        self.used += 1;
        let gap = self.places[place..].iter().position(Fingerprint::is_empty);
        match gap {
            Some(pushed) => self.places.copy_within(place..place + pushed, place + 1),
            None => {
                if self.places.len() == self.places.capacity() {
                    self.places.reserve_exact(SMALLEST);
                }
                self.places.insert(place, winner);
            }
        }
        self.places[place] = winner;
    }

    /// Reads what a search for a mark will read first, so that it is in the cache then.
    pub(super) fn glance(&self, mark: Mark) -> u64 {
        let home = self.home(mark);
        // Most searches end in the cache line of their home or in the next one.
        [home, home + 3]
            .iter()
            .filter_map(|place| self.places.get(*place))
            .fold(0, |seen, place| seen ^ place.mark())
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

    /// Moves the winners that `keep` accepts to a table with room for `expected` ones and a few more.
    fn rebuild(&mut self, expected: usize, mut keep: impl FnMut(&mut Fingerprint) -> bool) {
        self.homes = (expected + expected / 4).max(SMALLEST);
        let mut places = Vec::with_capacity(self.homes + SMALLEST);
        self.used = 0;
        for mut winner in std::mem::take(&mut self.places) {
            if !winner.is_empty() && keep(&mut winner) {
                let place = self.home(winner.mark()).max(places.len());
                places.resize(place, Fingerprint::default());
                places.push(winner);
                self.used += 1;
            }
        }
        places.resize(places.len().max(self.homes), Fingerprint::default());
        places.shrink_to(self.homes + SMALLEST);
        self.places = places;
    }

    /// The place of a mark, or the place where it would be put.
    fn probe(&self, mark: Mark) -> usize {
        let home = self.home(mark);
        let ends = |place: &Fingerprint| place.is_empty() || place.mark() >= mark;
        let behind = self.places[home..].iter().position(ends);
        behind.map_or(self.places.len(), |step| home + step)
    }

    fn home(&self, mark: Mark) -> usize {
        let homes = u128::try_from(self.homes).expect("a length fits");
        let scaled = (u128::from(mark) * homes) >> (u64::BITS - 8);
        usize::try_from(scaled).expect("it is less than the length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::fingerprint::{Packed, Stamp};
    use std::collections::BTreeMap;

    fn winner(mark: Mark, route: u32) -> Fingerprint {
        let packed = Packed { revision: 0, at: 0, provenance: (0, 0), route };
        Fingerprint::of(mark, &packed, Stamp::SEALED).unwrap()
    }

    /// Marks that collide at both ends of the table, and some that do not.
    fn mark(step: u32) -> Mark {
        let step = u64::from(step);
        match step % 4 {
            0 => step % 64,
            1 => (u64::MAX >> 8) - step % 64,
            _ => step.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8,
        }
    }

    #[test]
    fn a_table_is_a_map() {
        let (mut table, mut map) = (Table::default(), BTreeMap::new());
        assert_eq!(table.find(7), None);
        assert_eq!(table.glance(7), 0);
        for step in 0..4_000 {
            table.put(winner(mark(step), step));
            map.insert(mark(step), winner(mark(step), step));
            if step % 500 == 499 {
                let keep =
                    |winner: &Fingerprint| (winner.mark() >> 3) % 2 == u64::from(step / 500 % 2);
                table.retain(|winner| keep(winner));
                map.retain(|_mark, winner| keep(winner));
            }
            assert_eq!(table.len(), map.len());
            let held: Vec<_> = table.places.iter().filter(|place| !place.is_empty()).collect();
            assert_eq!(held, map.values().collect::<Vec<_>>(), "in order");
            let room = table.bytes() / size_of::<Fingerprint>();
            assert!((map.len()..=map.len() * 2 + 2 * SMALLEST).contains(&room), "{room} places");
        }
        for mark in (0..4_000).map(mark) {
            assert_eq!(table.find(mark), map.get(&mark), "{mark}");
        }
    }
}
