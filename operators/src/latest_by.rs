//! Keeps the newest version of every record.

use crate::rows::{Row, Rows};

/// Keeps, for each key, the row with the greatest version.
pub trait LatestBy<'scope, D: Row> {
    /// The row with the greatest `version` of every `key`; of equal versions, the greatest row.
    ///
    /// Re-delivery changes nothing, and order of arrival does not matter:
    /// `rows.concat(rows).latest_by(k, v)` equals `rows.latest_by(k, v)`.
    /// A change re-reads the versions of its key, so that a key should have few.
    ///
    /// ```
    /// use differential_dataflow::input::Input;
    /// use operators::latest_by::LatestBy;
    ///
    /// timely::example(|scope| {
    ///     let offers = scope.new_collection_from(vec![('a', 1), ('a', 2), ('b', 1)]).1;
    ///     offers
    ///         .latest_by(|offer| offer.0, |offer| offer.1)
    ///         .assert_eq(scope.new_collection_from(vec![('a', 2), ('b', 1)]).1);
    /// });
    /// ```
    fn latest_by<K: Row, V: Row>(
        self,
        key: impl Fn(&D) -> K + 'static,
        version: impl Fn(&D) -> V + 'static,
    ) -> Rows<'scope, D>;
}

impl<'scope, D: Row> LatestBy<'scope, D> for Rows<'scope, D> {
    fn latest_by<K: Row, V: Row>(
        self,
        key: impl Fn(&D) -> K + 'static,
        version: impl Fn(&D) -> V + 'static,
    ) -> Rows<'scope, D> {
        self.map(move |row| (key(&row), (version(&row), row)))
            .reduce_named("LatestBy", |_key, versions, latest| {
                // `reduce` presents a non-empty group in ascending order: the last is the newest.
                let ((_version, row), _copies) = versions.last().expect("groups are non-empty");
                latest.push((row.clone(), 1));
            })
            .map(|(_key, row)| row)
    }
}
