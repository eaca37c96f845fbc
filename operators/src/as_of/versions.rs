//! Versions of keys, each valid for a span of event time.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::rows::{Diff, Instant, Row};

/// A value that a key has from `valid_from` until just before `valid_to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version<K, V> {
    /// What it is a version of.
    pub key: K,
    /// The first instant at which it holds.
    pub valid_from: Instant,
    /// The first instant at which it no longer holds; a version that ends before it begins never
    /// holds.
    pub valid_to: Instant,
    /// Of two versions that begin together the one with the greater id holds.
    pub id: u64,
    /// What holds.
    pub value: V,
}

/// All versions of all keys; a plain structure, few versions per key.
#[derive(Clone, Debug)]
pub struct Versions<K, V> {
    /// Of each key its spans in order, each with its number of copies.
    spans: HashMap<K, Vec<(Span<V>, Diff)>>,
}

/// One version within its key; it orders by precedence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span<V> {
    valid_from: Instant,
    id: u64,
    valid_to: Instant,
    value: V,
}

impl<K, V> Default for Versions<K, V> {
    fn default() -> Self {
        Self { spans: HashMap::new() }
    }
}

impl<K: Row, V: Row> Versions<K, V> {
    /// Adds a version, or takes it away when `diff` is negative; the order of such changes does not
    /// matter.
    pub fn apply(&mut self, version: Version<K, V>, diff: Diff) {
        let Version { key, valid_from, valid_to, id, value } = version;
        let span = Span { valid_from, id, valid_to, value };
        let spans = self.spans.entry(key.clone()).or_default();
        match spans.binary_search_by(|(held, _copies)| held.cmp(&span)) {
            Ok(place) => {
                spans[place].1 += diff;
                if spans[place].1 == 0 {
                    spans.remove(place);
                }
            }
            Err(place) => spans.insert(place, (span, diff)),
        }
        if spans.is_empty() {
            self.spans.remove(&key);
        }
    }

    /// The value that holds for `key` at an instant: of the versions that cover it, the one that
    /// began last, of those the one with the greatest id.
    ///
    /// ```
    /// use operators::as_of::versions::{Version, Versions};
    ///
    /// let mut prices = Versions::default();
    /// prices.apply(Version { key: 'a', valid_from: 0, valid_to: 9, id: 1, value: 10 }, 1);
    /// prices.apply(Version { key: 'a', valid_from: 5, valid_to: 7, id: 2, value: 8 }, 1);
    /// let held = [4, 6, 8, 9].map(|at| prices.at(&'a', at).copied());
    /// assert_eq!(held, [Some(10), Some(8), Some(10), None]);
    /// ```
    #[must_use]
    pub fn at(&self, key: &K, at: Instant) -> Option<&V> {
        let spans = self.spans.get(key)?;
        let begun = spans.partition_point(|(span, _copies)| span.valid_from <= at);
        let holds = |(span, copies): &&(Span<V>, Diff)| at < span.valid_to && *copies > 0;
        spans[..begun].iter().rev().find(holds).map(|(span, _copies)| &span.value)
    }

    /// How many keys have a version.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no version.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}
