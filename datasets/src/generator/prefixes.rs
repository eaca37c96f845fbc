//! The tree of called prefixes: the zones' roots, and longer prefixes inside shorter ones.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::zones::{
    FIRST_ABROAD, NATIONAL_FIXED, NATIONAL_MOBILE, PREMIUM, SHORT, SPECIAL, UNASSIGNED, ZONES,
};

/// No prefix grows beyond this, so that it fits what may stand in clear of a number.
const LONGEST: u64 = 10_000_000;

/// Prefixes and their zones, and numbers to call in them.
#[derive(Debug)]
pub(super) struct Prefixes {
    zones: BTreeMap<u64, usize>,
    by_zone: Vec<Vec<u64>>,
}

impl Prefixes {
    /// Roots every zone, then splits ranges until there are so many prefixes.
    pub(super) fn grow(count: usize, rng: &mut Rng) -> Self {
        let mut zones = BTreeMap::new();
        for (zone, entry) in ZONES.iter().enumerate() {
            zones.extend(entry.roots.iter().map(|root| (*root, zone)));
        }
        let mut grown: Vec<u64> =
            zones.iter().filter(|(_, zone)| **zone != SHORT).map(|(prefix, _)| *prefix).collect();
        while zones.len() < count {
            let parent = grown[rng.usize(..grown.len())];
            let child = parent * 10 + rng.u64(..10);
            if parent < LONGEST && !zones.contains_key(&child) {
                zones.insert(child, pocket(zones[&parent], rng));
                grown.push(child);
            }
        }
        let mut by_zone = vec![Vec::new(); ZONES.len()];
        for (prefix, zone) in &zones {
            by_zone[*zone].push(*prefix);
        }
        Self { zones, by_zone }
    }

    /// Every prefix with its zone, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, usize)> + '_ {
        self.zones.iter().map(|(prefix, zone)| (*prefix, *zone))
    }

    /// A number that someone calls: mostly at home, now and then anywhere.
    pub(super) fn called(&self, rng: &mut Rng) -> u64 {
        let zone = match rng.u32(..100) {
            0..60 => NATIONAL_MOBILE,
            60..84 => NATIONAL_FIXED,
            84..88 => rng.usize(PREMIUM..FIRST_ABROAD),
            _ => rng.usize(FIRST_ABROAD..ZONES.len()),
        };
        let prefixes = &self.by_zone[zone];
        let prefix = prefixes[rng.usize(..prefixes.len())];
        if zone == SHORT { prefix } else { within(prefix, rng) }
    }

    /// A number that no prefix covers.
    pub(super) fn uncovered(rng: &mut Rng) -> u64 {
        within(UNASSIGNED, rng)
    }
}

/// The zone of a range split off another: mostly the same, sometimes a dear pocket.
fn pocket(parent: usize, rng: &mut Rng) -> usize {
    match (rng.u32(..10), parent) {
        (0, NATIONAL_MOBILE..FIRST_ABROAD) => PREMIUM,
        (0, _) => SPECIAL,
        (_, same) => same,
    }
}

/// A number of 12 or 13 digits that begins with a prefix.
fn within(prefix: u64, rng: &mut Rng) -> u64 {
    let shortest = [100_000_000_000, 1_000_000_000_000][rng.usize(..2)];
    let mut number = prefix;
    let mut room = 1;
    while number < shortest {
        number *= 10;
        room *= 10;
    }
    number + rng.u64(..room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_prefixes_as_asked_for_and_they_nest() {
        let prefixes = Prefixes::grow(5_000, &mut Rng::with_seed(1));
        let all: Vec<_> = prefixes.iter().collect();
        assert_eq!(all.len(), 5_000);
        let nested = all.iter().filter(|(prefix, _)| prefixes.zones.contains_key(&(prefix / 10)));
        assert!(nested.count() > 3_000);
        assert!(all.iter().all(|(prefix, _)| *prefix < 100_000_000));
    }

    #[test]
    fn called_numbers_have_a_prefix_and_uncovered_ones_have_none() {
        let mut rng = Rng::with_seed(2);
        let prefixes = Prefixes::grow(500, &mut rng);
        let covered = |number: u64| {
            std::iter::successors(Some(number), |number| Some(number / 10).filter(|rest| *rest > 0))
                .any(|prefix| prefixes.zones.contains_key(&prefix))
        };
        for _ in 0..2_000 {
            assert!(covered(prefixes.called(&mut rng)));
            assert!(!covered(Prefixes::uncovered(&mut rng)));
        }
    }
}
