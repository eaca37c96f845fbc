//! Retracts what stream time has passed.

use std::collections::BTreeMap;

use crate::agenda::epoch_by_epoch;
use crate::rows::{Diff, Instant, Row, Rows};
use crate::tick::{Tick, Ticks};

/// Keeps rows until the instant at which they expire.
pub trait Expire<'scope, D: Row> {
    /// The rows whose instant of expiry is still after `now`.
    ///
    /// At every epoch this equals filtering the rows by `expires_at(row) > now`; before the first
    /// tick nothing has expired. Only rows that will expire are held, each until it does or is
    /// taken back; those that expire at `Instant::MAX` never do and cost nothing.
    ///
    /// ```
    /// use differential_dataflow::input::Input;
    /// use operators::{expire::Expire, tick::Tick};
    /// use timely::dataflow::operators::ToStream;
    ///
    /// timely::example(|scope| {
    ///     let passes = scope.new_collection_from(vec![('d', 24), ('w', 168)]).1;
    ///     let ticks = [Tick { epoch: 5, now: 24, since: i64::MIN, ends_cut: true }].to_stream(scope);
    ///     passes.expire(ticks, |pass| pass.1).inspect(|(pass, epoch, diff)| match diff {
    ///         1 => assert_eq!(*epoch, 0),
    ///         _ => assert_eq!((pass.0, *epoch), ('d', 5)),
    ///     });
    /// });
    /// ```
    fn expire(self, ticks: Ticks<'scope>, expires_at: impl Fn(&D) -> Instant + 'static) -> Self;
}

impl<'scope, D: Row> Expire<'scope, D> for Rows<'scope, D> {
    fn expire(self, ticks: Ticks<'scope>, expires_at: impl Fn(&D) -> Instant + 'static) -> Self {
        let mut living = Living { now: Instant::MIN, rows: BTreeMap::new() };
        epoch_by_epoch(self.inner, ticks, "Expire", move |rows, ticks| {
            let mut changes = living.advance(ticks.into_iter().flatten());
            for (row, _epoch, diff) in rows.into_iter().flatten() {
                changes.extend(living.change(expires_at(&row), row, diff));
            }
            changes
        })
    }
}

/// The rows that have been passed on and will expire, by the instant at which they do.
struct Living<D> {
    now: Instant,
    rows: BTreeMap<(Instant, D), Diff>,
}

impl<D: Row> Living<D> {
    /// Moves stream time on, and takes back what it has passed.
    fn advance(&mut self, ticks: impl Iterator<Item = Tick>) -> Vec<(D, Diff)> {
        self.now = ticks.map(|tick| tick.now).fold(self.now, Instant::max);
        let mut expired = Vec::new();
        while let Some(earliest) = self.rows.first_entry().filter(|row| row.key().0 <= self.now) {
            let ((_expiry, row), copies) = earliest.remove_entry();
            expired.push((row, -copies));
        }
        expired
    }

    /// Passes a change on, unless the row has expired already.
    fn change(&mut self, expires_at: Instant, row: D, diff: Diff) -> Option<(D, Diff)> {
        if expires_at <= self.now {
            return None;
        }
        if expires_at < Instant::MAX {
            let key = (expires_at, row.clone());
            let copies = self.rows.remove(&key).unwrap_or_default() + diff;
            if copies != 0 {
                self.rows.insert(key, copies);
            }
        }
        Some((row, diff))
    }
}
