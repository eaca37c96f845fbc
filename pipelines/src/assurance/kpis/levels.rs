//! Aggregation levels, from cells to sites to regions, and the busy hour.

use std::collections::{BTreeMap, BTreeSet};

use datasets::reference::Validity;
use datasets::units::Fraction;

/// Which object is a part of which.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    parents: BTreeMap<u64, u64>,
}

impl Levels {
    /// The levels of (part, whole).
    ///
    /// # Errors
    /// An object that is a part of itself.
    pub fn of(parts: impl IntoIterator<Item = (u64, u64)>) -> Result<Self, u64> {
        let levels = Self { parents: parts.into_iter().collect() };
        match levels.parents.keys().find(|object| levels.wholes(**object).last().is_none()) {
            Some(object) => Err(*object),
            None => Ok(levels),
        }
    }

    /// An object and everything that it is a part of, from below; nothing where it is a part of itself.
    #[must_use]
    pub fn wholes(&self, object: u64) -> Vec<u64> {
        let mut wholes = vec![object];
        while let Some(parent) = wholes.last().and_then(|last| self.parents.get(last)) {
            if wholes.contains(parent) {
                return Vec::new();
            }
            wholes.push(*parent);
        }
        wholes
    }

    /// For every object on every level, the objects that are measured and that it consists of.
    #[must_use]
    pub fn members(&self, measured: &BTreeSet<u64>) -> BTreeMap<u64, BTreeSet<u64>> {
        let mut members: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
        for object in measured {
            for whole in self.wholes(*object) {
                members.entry(whole).or_default().insert(*object);
            }
        }
        members
    }
}

/// The hour with the greatest value; the first of equals.
#[must_use]
pub fn busy_hour(hours: &[(Validity, Fraction)]) -> Option<&(Validity, Fraction)> {
    hours.iter().reduce(|best, hour| if hour.1 > best.1 { hour } else { best })
}
