//! The zones of called numbers, by longest prefix.

use datasets::number::Digits;
use datasets::reference::{NumberKind, Validity};
use datasets::units::EventTime;
use hashbrown::HashMap;

use super::versions::Versions;

/// A zone as a prefix names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The content id of its name.
    pub zone: u64,
    /// What kind of numbers the prefix is of.
    pub kind: NumberKind,
}

/// Prefixes with their zones.
#[derive(Debug, Default)]
pub struct Zones {
    prefixes: HashMap<Digits, Versions<Zone>>,
    /// How many prefixes there are of each length.
    lengths: [u32; 16],
}

impl Zones {
    /// The zone of the longest prefix of a number that held at an instant.
    #[must_use]
    pub fn of(&self, called: Digits, at: EventTime) -> Option<Zone> {
        let lengths = (1..=called.length()).rev();
        lengths
            .filter(|length| self.lengths[place(*length)] > 0)
            .find_map(|length| self.prefixes.get(&called.prefix(length))?.at(at).copied())
    }

    /// Takes a prefix in.
    pub fn hold(&mut self, prefix: Digits, (validity, key): (Validity, u64), zone: Zone) {
        let versions = self.prefixes.entry(prefix).or_default();
        if versions.is_empty() {
            self.lengths[place(prefix.length())] += 1;
        }
        versions.insert(validity, key, zone);
    }

    /// Takes a prefix out.
    pub fn withdraw(&mut self, prefix: Digits, key: u64) {
        let Some(versions) = self.prefixes.get_mut(&prefix) else { return };
        versions.remove(key);
        if versions.is_empty() {
            self.prefixes.remove(&prefix);
            self.lengths[place(prefix.length())] -= 1;
        }
    }
}

fn place(length: u32) -> usize {
    usize::try_from(length).expect("at most 15")
}
