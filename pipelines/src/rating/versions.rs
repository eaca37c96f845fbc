//! Versions of one thing, each at its own time.

use datasets::reference::Validity;
use datasets::units::EventTime;

/// Versions of one thing; several may cover an instant, and then the latest start wins, then the greatest key.
///
/// Nearly everything has one version, which is found without following a pointer.
#[derive(Clone, Debug)]
pub struct Versions<V> {
    /// The one that wins over all others where it holds.
    newest: Option<Version<V>>,
    /// The others, in order.
    older: Vec<Version<V>>,
}

/// When it holds, the key that it is known by, and what it says.
type Version<V> = (Validity, u64, V);

impl<V> Default for Versions<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Versions<V> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { newest: None, older: Vec::new() }
    }

    /// The version that holds at an instant.
    #[must_use]
    pub fn at(&self, at: EventTime) -> Option<&V> {
        let newest = self.newest.as_ref()?;
        if newest.0.covers(at) {
            return Some(&newest.2);
        }
        let holding = self.older.iter().rev().find(|(validity, _, _)| validity.covers(at));
        holding.map(|(_, _, version)| version)
    }

    /// The version that holds at an instant, and the span around it in which no other holds, but for those that say the
    /// same.
    #[must_use]
    pub fn span(&self, at: EventTime, same: impl Fn(&V, &V) -> bool) -> Option<(Validity, &V)> {
        let version = self.at(at)?;
        let validities = self.older.iter().chain(&self.newest).map(|(validity, _, _)| validity);
        let mut bounds: Vec<EventTime> =
            validities.flat_map(|validity| [validity.from, validity.to]).collect();
        bounds.sort_unstable();
        let says_other = |at: EventTime| self.at(at).is_none_or(|other| !same(other, version));
        let (before, after) = bounds.split_at(bounds.partition_point(|bound| *bound <= at));
        let begins = |bound: &EventTime| bound.0 == i64::MIN || says_other(EventTime(bound.0 - 1));
        let from = before.iter().rev().copied().find(begins).unwrap_or(EventTime::MIN);
        let to = after.iter().copied().find(|bound| says_other(*bound));
        Some((Validity { from, to: to.unwrap_or(EventTime::MAX) }, version))
    }

    /// Puts a version in; one of the same key is replaced.
    pub fn insert(&mut self, validity: Validity, key: u64, version: V) {
        self.change(|versions| {
            versions.retain(|(_, other, _)| *other != key);
            let place = versions.partition_point(|(other, other_key, _)| {
                (other.from, *other_key) < (validity.from, key)
            });
            versions.insert(place, (validity, key, version));
        });
    }

    /// Takes a version out.
    pub fn remove(&mut self, key: u64) {
        self.change(|versions| versions.retain(|(_, other, _)| *other != key));
    }

    /// Whether there is no version.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.newest.is_none()
    }

    /// All versions, in order.
    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.older.iter().chain(&self.newest).map(|(_, _, version)| version)
    }

    /// Changes all versions in order, and sets the newest apart again.
    fn change(&mut self, change: impl FnOnce(&mut Vec<Version<V>>)) {
        self.older.extend(self.newest.take());
        change(&mut self.older);
        self.newest = self.older.pop();
        self.older.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_start_wins_then_the_greatest_key() {
        let span = |from, to| Validity { from: EventTime(from), to: EventTime(to) };
        let mut versions = Versions::new();
        versions.insert(span(0, 100), 1, "old");
        versions.insert(span(10, 20), 2, "new");
        versions.insert(span(10, 15), 3, "newest");
        let at = |instant| versions.at(EventTime(instant)).copied();
        assert_eq!(
            [at(-1), at(0), at(10), at(15), at(20), at(100)],
            [None, Some("old"), Some("newest"), Some("new"), Some("old"), None]
        );
    }

    #[test]
    fn a_span_ends_where_another_says_something_else() {
        let span = |from, to| Validity { from: EventTime(from), to: EventTime(to) };
        let mut versions = Versions::new();
        versions.insert(Validity::ALWAYS, 1, "old");
        versions.insert(span(10, 20), 2, "new");
        versions.insert(span(20, 30), 3, "new");
        versions.insert(span(25, 40), 4, "old");
        let at = |instant| {
            versions
                .span(EventTime(instant), |one, other| one == other)
                .map(|(validity, _)| validity)
        };
        assert_eq!(at(0), Some(Validity { from: EventTime::MIN, to: EventTime(10) }));
        assert_eq!([at(10), at(24)], [Some(span(10, 25)); 2]);
        assert_eq!(at(26), Some(Validity { from: EventTime(25), to: EventTime::MAX }));
    }
}
