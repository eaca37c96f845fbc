//! Where a refold spreads out its rows: old beside new, so that what is equal goes nowhere.

use differential_dataflow::consolidation::consolidate;

use super::setting::Rows;
use crate::timeline::Fold;

/// What refolds find, and room to work in that is used again and again.
pub(super) struct Desk<F: Fold> {
    /// Rows of appended events, and what differs in how a key stands: nothing in them cancels.
    pub(super) fresh: Rows<F>,
    /// Rows that differ, old and new.
    pub(super) revised: Rows<F>,
    /// The events of a chunk.
    pub(super) events: Vec<F::Event>,
    /// Rows as they were, to be taken back.
    pub(super) before: Rows<F>,
    /// Rows as they are now.
    pub(super) after: Rows<F>,
}

impl<F: Fold> Default for Desk<F> {
    fn default() -> Self {
        Self {
            fresh: Vec::new(),
            revised: Vec::new(),
            events: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
        }
    }
}

/// Empties `before` and `after` into `rows`, but for what the one takes back and the other gives again.
pub(super) fn cancel<O: Ord + Clone>(
    before: &mut Vec<(O, isize)>,
    after: &mut Vec<(O, isize)>,
    rows: &mut Vec<(O, isize)>,
) {
    let equal = |(one, other): &(&(O, isize), &(O, isize))| one.0 == other.0;
    let head = before.iter().zip(after.iter()).take_while(equal).count();
    let rest = before[head..].iter().rev().zip(after[head..].iter().rev());
    let foot = rest.take_while(equal).count();
    before.truncate(before.len() - foot);
    after.truncate(after.len() - foot);
    let from = rows.len();
    if before.len() == after.len() {
        let pairs = before.drain(..).zip(after.drain(..)).skip(head);
        rows.extend(pairs.filter(|(old, new)| old.0 != new.0).flat_map(<[_; 2]>::from));
    } else {
        rows.extend(before.drain(..).skip(head));
        rows.extend(after.drain(..).skip(head));
    }
    if rows.len() - from > 2 {
        let mut differing = rows.split_off(from);
        consolidate(&mut differing);
        rows.append(&mut differing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_left() {
        let check = |old: &str, new: &str, expected: &[(char, isize)]| {
            let mut before: Vec<_> = old.chars().map(|row| (row, -1)).collect();
            let mut after: Vec<_> = new.chars().map(|row| (row, 1)).collect();
            let mut rows = Vec::new();
            cancel(&mut before, &mut after, &mut rows);
            rows.sort_unstable();
            assert_eq!(rows, expected, "{old} to {new}");
            assert!(before.is_empty() && after.is_empty());
        };
        check("", "", &[]);
        check("abc", "abc", &[]);
        check("abc", "abxc", &[('x', 1)]);
        check("abxc", "abc", &[('x', -1)]);
        check("aaa", "aa", &[('a', -1)]);
        check("abcd", "axcy", &[('b', -1), ('d', -1), ('x', 1), ('y', 1)]);
        check("ab", "ba", &[]);
        check("", "ab", &[('a', 1), ('b', 1)]);
    }
}
