//! Finds the version of reference data that is valid at an instant of event time.

pub mod versions;

use std::ops::Bound;

use differential_dataflow::{AsCollection, Hashable};
use timely::dataflow::operators::vec::{Broadcast, Map};
use timely::dataflow::operators::{Concat, Exchange};

use crate::agenda::{Dated, epoch_by_epoch};
use crate::lookup::{Reach, Reference, look_up};
use crate::matched::Matched;
use crate::rows::{Diff, Epoch, Instant, Row, Rows};
use crate::tick::{Tick, Ticks};
use versions::{Version, Versions};

/// Matches rows with the version of their key that is valid at their instant.
#[expect(clippy::wrong_self_convention, reason = "\"as of\" is no conversion")]
pub trait AsOf<'scope, D: Row> {
    /// Every row beside the value that the reference, as it is now, gives for its key and instant.
    ///
    /// Equals the batch join at every epoch: when the reference changes, the rows that it concerns
    /// are matched again. Rows and versions of a key meet at one worker, and are held until they
    /// are retracted.
    ///
    /// ```
    /// use differential_dataflow::input::Input;
    /// use operators::as_of::{AsOf, versions::Version};
    ///
    /// timely::example(|scope| {
    ///     let old = Version { key: 'a', valid_from: 0, valid_to: 9, id: 1, value: 10 };
    ///     let new = Version { key: 'a', valid_from: 5, valid_to: 9, id: 2, value: 12 };
    ///     let prices = scope.new_collection_from(vec![old, new]).1;
    ///     let calls = scope.new_collection_from(vec![('a', 4), ('a', 5)]).1;
    ///     calls
    ///         .as_of_retroactive(prices, |call| *call)
    ///         .map(|call| call.value)
    ///         .assert_eq(scope.new_collection_from(vec![Some(10), Some(12)]).1);
    /// });
    /// ```
    fn as_of_retroactive<K: Row, V: Row>(
        self,
        versions: Rows<'scope, Version<K, V>>,
        key: impl Fn(&D) -> (K, Instant) + 'static,
    ) -> Rows<'scope, Matched<D, V>>;

    /// Every row beside the value that the reference had when the previous cut ended, and never
    /// another.
    ///
    /// A later change of the reference changes nothing that was emitted. The reference is copied to
    /// every worker; rows stay where they are and are not held, therefore they can only be
    /// inserted.
    ///
    /// # Panics
    /// If a row is retracted: what it was matched with is not remembered.
    ///
    /// ```
    /// use differential_dataflow::{AsCollection, input::Input};
    /// use operators::as_of::{AsOf, versions::Version};
    /// use operators::tick::Tick;
    /// use timely::dataflow::operators::ToStream;
    ///
    /// timely::example(|scope| {
    ///     let price = Version { key: 'a', valid_from: 0, valid_to: 9, id: 1, value: 10 };
    ///     let ticks = [Tick { epoch: 0, now: 0, since: i64::MIN, ends_cut: true }].to_stream(scope);
    ///     let calls = [(('a', 4), 0, 1), (('a', 5), 1, 1)].to_stream(scope).as_collection();
    ///     calls
    ///         .as_of_frozen(scope.new_collection_from(vec![price]).1, ticks, |call| *call)
    ///         .inspect(|(call, epoch, _diff)| assert_eq!(call.value.is_some(), *epoch > 0));
    /// });
    /// ```
    fn as_of_frozen<K: Row, V: Row>(
        self,
        versions: Rows<'scope, Version<K, V>>,
        ticks: Ticks<'scope>,
        key: impl Fn(&D) -> (K, Instant) + 'static,
    ) -> Rows<'scope, Matched<D, V>>;
}

impl<'scope, D: Row> AsOf<'scope, D> for Rows<'scope, D> {
    fn as_of_retroactive<K: Row, V: Row>(
        self,
        versions: Rows<'scope, Version<K, V>>,
        key: impl Fn(&D) -> (K, Instant) + 'static,
    ) -> Rows<'scope, Matched<D, V>> {
        let versions = versions
            .inner
            .exchange(|(version, _epoch, _diff)| version.key.hashed())
            .as_collection();
        let rows = self.map(move |row| (key(&row), row));
        let rows = rows.inner.exchange(|(((key, _at), _row), _epoch, _diff)| key.hashed());
        look_up::<D, Versions<K, V>>(rows.as_collection(), versions, "AsOfRetroactive")
    }

    fn as_of_frozen<K: Row, V: Row>(
        self,
        versions: Rows<'scope, Version<K, V>>,
        ticks: Ticks<'scope>,
        key: impl Fn(&D) -> (K, Instant) + 'static,
    ) -> Rows<'scope, Matched<D, V>> {
        let changes = versions.inner.broadcast().map(News::Change);
        let news = changes.concat(ticks.map(News::Tick));
        let mut frozen = Frozen::default();
        epoch_by_epoch(self.inner, news, "AsOfFrozen", move |rows, news| {
            let rows = rows.into_iter().flatten();
            let matched = rows.map(|(row, _epoch, diff)| {
                assert!(
                    diff > 0,
                    "a row that was matched with a frozen reference is never retracted"
                );
                let (key, at) = key(&row);
                (Matched { value: frozen.sealed.at(&key, at).cloned(), row }, diff)
            });
            let matched = matched.collect();
            frozen.hear(news.into_iter().flatten());
            matched
        })
    }
}

impl<K: Row, V: Row> Reference for Versions<K, V> {
    type Key = (K, Instant);
    type Value = V;
    type Entry = Version<K, V>;

    fn apply(&mut self, version: Version<K, V>, diff: Diff) {
        Self::apply(self, version, diff);
    }

    fn find(&self, (key, at): &Self::Key) -> Option<&V> {
        self.at(key, *at)
    }

    fn reach(version: &Version<K, V>) -> Option<Reach<Self::Key>> {
        let bound = |at| (version.key.clone(), at);
        (version.valid_from < version.valid_to).then(|| {
            (Bound::Included(bound(version.valid_from)), Bound::Excluded(bound(version.valid_to)))
        })
    }
}

/// What a frozen reference hears of: changes, and the cuts at which they begin to count.
enum News<K, V> {
    Change((Version<K, V>, Epoch, Diff)),
    Tick(Tick),
}

impl<K: Row, V: Row> Dated for News<K, V> {
    fn epoch(&self) -> Epoch {
        match self {
            Self::Change((_version, epoch, _diff)) => *epoch,
            Self::Tick(tick) => tick.epoch,
        }
    }
}

/// The reference at the end of the previous cut, and the changes since.
struct Frozen<K, V> {
    sealed: Versions<K, V>,
    changes: Vec<(Version<K, V>, Diff)>,
}

impl<K, V> Default for Frozen<K, V> {
    fn default() -> Self {
        Self { sealed: Versions::default(), changes: Vec::new() }
    }
}

impl<K: Row, V: Row> Frozen<K, V> {
    /// Takes in the news of one epoch, which may end a cut.
    fn hear(&mut self, news: impl Iterator<Item = News<K, V>>) {
        let mut ends_cut = false;
        for news in news {
            match news {
                News::Change((version, _epoch, diff)) => self.changes.push((version, diff)),
                News::Tick(tick) => ends_cut |= tick.ends_cut,
            }
        }
        if ends_cut {
            for (version, diff) in self.changes.drain(..) {
                self.sealed.apply(version, diff);
            }
        }
    }
}
