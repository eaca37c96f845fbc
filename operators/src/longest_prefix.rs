//! Finds the longest prefix of a digit string in a table that may change.

pub mod nibbles;

pub mod table;

use std::collections::BTreeMap;
use std::ops::Bound;

use differential_dataflow::AsCollection;
use timely::dataflow::operators::vec::Broadcast;

use crate::lookup::{Reach, Reference, look_up};
use crate::matched::Matched;
use crate::rows::{Diff, Row, Rows};
use nibbles::Nibbles;
use table::PrefixTable;

/// Matches rows with the longest prefix of their digits.
pub trait LongestPrefix<'scope, D: Row> {
    /// Every row beside the value of the longest prefix in `table` that its digits begin with.
    ///
    /// Equals scanning all prefixes for each row, at every epoch: a change of the table matches
    /// again the rows that it concerns. The table is copied to every worker; rows stay where they
    /// are, and are held until they are retracted. Of several values of one prefix the greatest
    /// holds.
    ///
    /// ```
    /// use differential_dataflow::input::Input;
    /// use operators::longest_prefix::{LongestPrefix, nibbles::Nibbles};
    ///
    /// timely::example(|scope| {
    ///     let digits = |text: &str| text.parse::<Nibbles>().unwrap();
    ///     let zones = vec![(digits("49"), 'l'), (digits("4917"), 'm')];
    ///     let calls = scope.new_collection_from(vec![digits("49171"), digits("4930")]).1;
    ///     calls
    ///         .longest_prefix(scope.new_collection_from(zones).1, |called| *called)
    ///         .map(|call| call.value)
    ///         .assert_eq(scope.new_collection_from(vec![Some('l'), Some('m')]).1);
    /// });
    /// ```
    fn longest_prefix<V: Row>(
        self,
        table: Rows<'scope, (Nibbles, V)>,
        digits: impl Fn(&D) -> Nibbles + 'static,
    ) -> Rows<'scope, Matched<D, V>>;
}

impl<'scope, D: Row> LongestPrefix<'scope, D> for Rows<'scope, D> {
    fn longest_prefix<V: Row>(
        self,
        table: Rows<'scope, (Nibbles, V)>,
        digits: impl Fn(&D) -> Nibbles + 'static,
    ) -> Rows<'scope, Matched<D, V>> {
        let table = table.inner.broadcast().as_collection();
        let rows = self.map(move |row| (digits(&row), row));
        look_up::<D, Prefixes<V>>(rows, table, "LongestPrefix")
    }
}

/// A prefix table in which a prefix may for a while have several values.
struct Prefixes<V>(PrefixTable<BTreeMap<V, Diff>>);

impl<V> Default for Prefixes<V> {
    fn default() -> Self {
        Self(PrefixTable::default())
    }
}

impl<V: Row> Reference for Prefixes<V> {
    type Key = Nibbles;
    type Value = V;
    type Entry = (Nibbles, V);

    fn apply(&mut self, (prefix, value): Self::Entry, diff: Diff) {
        let mut values = self.0.remove(prefix).unwrap_or_default();
        let copies = values.remove(&value).unwrap_or_default() + diff;
        if copies != 0 {
            values.insert(value, copies);
        }
        if !values.is_empty() {
            self.0.insert(prefix, values);
        }
    }

    fn find(&self, key: &Nibbles) -> Option<&V> {
        let values = self.0.longest(*key)?;
        values.iter().rev().find(|(_value, copies)| **copies > 0).map(|(value, _copies)| value)
    }

    fn reach((prefix, _value): &Self::Entry) -> Option<Reach<Nibbles>> {
        Some((Bound::Included(*prefix), Bound::Included(prefix.last_extension())))
    }
}
