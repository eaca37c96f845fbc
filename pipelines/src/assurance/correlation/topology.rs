//! The network as objects and weighted ways between them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Objects and the ways between them, which can be gone in both directions.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    ways: BTreeMap<u64, Vec<(u64, u64)>>,
}

impl Topology {
    /// The topology of edges (one end, other end, weight).
    #[must_use]
    pub fn of(edges: impl IntoIterator<Item = (u64, u64, u64)>) -> Self {
        let mut ways: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
        for (one, other, weight) in edges {
            ways.entry(one).or_default().push((other, weight));
            ways.entry(other).or_default().push((one, weight));
        }
        Self { ways }
    }

    /// The objects that are no farther than a distance, each with the shortest way to it; an object itself is at 0.
    #[must_use]
    pub fn within(&self, object: u64, distance: u64) -> BTreeMap<u64, u64> {
        let mut found = BTreeMap::new();
        let mut open = BinaryHeap::from([Reverse((0_u64, object))]);
        while let Some(Reverse((way, object))) = open.pop() {
            if found.contains_key(&object) {
                continue;
            }
            found.insert(object, way);
            for (next, weight) in self.ways.get(&object).map_or(&[][..], Vec::as_slice) {
                let farther = way.saturating_add(*weight);
                if farther <= distance && !found.contains_key(next) {
                    open.push(Reverse((farther, *next)));
                }
            }
        }
        found
    }
}
