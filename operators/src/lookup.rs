//! Rows beside a reference that changes: the part that all retroactive lookups share.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::agenda::epoch_by_epoch;
use crate::matched::Matched;
use crate::rows::{Diff, Row, Rows};

/// A range of keys.
pub(crate) type Reach<K> = (Bound<K>, Bound<K>);

/// A reference that can be asked by key, and that knows which keys a change of it may concern.
pub(crate) trait Reference: Default + 'static {
    /// What it is asked with.
    type Key: Ord + Clone + 'static;
    /// What it answers.
    type Value: Row;
    /// One row of it.
    type Entry: Row;

    /// Adds (or with a negative difference takes away) copies of an entry.
    fn apply(&mut self, entry: Self::Entry, diff: Diff);

    /// The answer for a key.
    fn find(&self, key: &Self::Key) -> Option<&Self::Value>;

    /// The keys whose answer may differ by an entry; `None` when it concerns no key at all.
    fn reach(entry: &Self::Entry) -> Option<Reach<Self::Key>>;
}

/// Each local row with what the reference says for its key, always as the reference is now.
///
/// Entries must reach every worker that has rows whose keys they concern.
pub(crate) fn look_up<'scope, D: Row, R: Reference>(
    rows: Rows<'scope, (R::Key, D)>,
    entries: Rows<'scope, R::Entry>,
    name: &str,
) -> Rows<'scope, Matched<D, R::Value>> {
    let mut lookup = Lookup::<D, R>::default();
    epoch_by_epoch(rows.inner, entries.inner, name, move |rows, entries| {
        let entries = entries.into_iter().flatten().map(|(entry, _epoch, diff)| (entry, diff));
        let mut changes = lookup.change(entries.collect());
        for ((key, row), _epoch, diff) in rows.into_iter().flatten() {
            changes.push(lookup.add(key, row, diff));
        }
        changes
    })
}

/// A change of a matched row.
type Change<D, R> = (Matched<D, <R as Reference>::Value>, Diff);

/// The reference as it is now, and all rows that may have to be matched again.
struct Lookup<D, R: Reference> {
    reference: R,
    rows: BTreeMap<R::Key, BTreeMap<D, Diff>>,
}

impl<D, R: Reference> Default for Lookup<D, R> {
    fn default() -> Self {
        Self { reference: R::default(), rows: BTreeMap::new() }
    }
}

impl<D: Row, R: Reference> Lookup<D, R> {
    /// Changes the reference, and matches again the rows whose answer it changes.
    fn change(&mut self, entries: Vec<(R::Entry, Diff)>) -> Vec<Change<D, R>> {
        let mut before = BTreeMap::new();
        for reach in entries.iter().filter_map(|(entry, _diff)| R::reach(entry)) {
            for (key, _rows) in self.rows.range(reach) {
                before.entry(key.clone()).or_insert_with(|| self.reference.find(key).cloned());
            }
        }
        for (entry, diff) in entries {
            self.reference.apply(entry, diff);
        }
        let mut changes = Vec::new();
        for (key, before) in before {
            self.rematch(&key, before, &mut changes);
        }
        changes
    }

    /// Replaces the matches of a key's rows, if the answer is another one now.
    fn rematch(&self, key: &R::Key, before: Option<R::Value>, changes: &mut Vec<Change<D, R>>) {
        let after = self.reference.find(key);
        if after == before.as_ref() {
            return;
        }
        for (row, copies) in &self.rows[key] {
            changes.push((Matched { row: row.clone(), value: before.clone() }, -copies));
            changes.push((Matched { row: row.clone(), value: after.cloned() }, *copies));
        }
    }

    /// Takes in a change of a row and matches it.
    fn add(&mut self, key: R::Key, row: D, diff: Diff) -> Change<D, R> {
        let value = self.reference.find(&key).cloned();
        let rows = self.rows.entry(key.clone()).or_default();
        let copies = rows.entry(row.clone()).or_default();
        *copies += diff;
        if *copies == 0 {
            rows.remove(&row);
        }
        if rows.is_empty() {
            self.rows.remove(&key);
        }
        (Matched { row, value }, diff)
    }
}
