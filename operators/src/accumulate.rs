//! What a collection holds at an epoch, as a plain map.

use std::collections::BTreeMap;

use crate::rows::{Diff, Epoch};

/// Adds up all updates at or before `epoch`; rows that cancel out are absent.
///
/// The accumulation of a concatenation is the sum of the accumulations.
///
/// ```
/// use operators::accumulate::accumulate;
///
/// let updates = [("call", 0, 1), ("text", 1, 2), ("call", 2, -1)];
/// assert_eq!(accumulate(&updates, 1), [("call", 1), ("text", 2)].into());
/// assert_eq!(accumulate(&updates, 2), [("text", 2)].into());
/// ```
pub fn accumulate<D: Ord + Clone>(updates: &[(D, Epoch, Diff)], epoch: Epoch) -> BTreeMap<D, Diff> {
    let mut held = BTreeMap::new();
    for (row, _epoch, diff) in updates.iter().filter(|(_row, at, _diff)| *at <= epoch) {
        *held.entry(row.clone()).or_default() += diff;
    }
    held.retain(|_row, copies| *copies != 0);
    held
}
