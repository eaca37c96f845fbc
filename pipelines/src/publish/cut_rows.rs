//! What a cut changes, collected from all its epochs and brought down to what differs from the cut before.

use datasets::provenance::Provenance;
use differential_dataflow::consolidation::consolidate;

use crate::charging::Base;
use crate::charging::fold::{
    Balance, Charge, Credit, Credited, Output, Suspended, UnitBucket, UnitMovement,
};

/// A record that repeats another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duplicate {
    /// The record.
    pub provenance: Provenance,
    /// The one that it repeats.
    pub of: Provenance,
}

/// Rows that differ from the last cut: `1` is to be added, `-1` to be removed.
#[derive(Debug, Default)]
pub struct CutRows {
    /// Of `bill.charges`.
    pub charges: Vec<(Charge, isize)>,
    /// Of `bill.suspended_usage`.
    pub suspended: Vec<(Suspended, isize)>,
    /// Of `bill.balance_movements`.
    pub topups: Vec<(Credited, isize)>,
    /// Of `bill.balances`.
    pub balances: Vec<(Balance, isize)>,
    /// Of `bill.credit`.
    pub credits: Vec<(Credit, isize)>,
    /// Of `bill.allowances`.
    pub buckets: Vec<(UnitBucket, isize)>,
    /// Of `bill.allowance_movements`.
    pub units: Vec<(UnitMovement, isize)>,
    /// Of `state.accounts`.
    pub bases: Vec<(Base, isize)>,
    /// Of `ops.duplicates`.
    pub duplicates: Vec<Duplicate>,
}

impl CutRows {
    /// Takes in one change.
    pub fn push(&mut self, output: Output, diff: isize) {
        match output {
            Output::Charge(charge) => self.charges.push((charge, diff)),
            Output::Suspended(suspended) => self.suspended.push((suspended, diff)),
            Output::TopUp(topup) => self.topups.push((topup, diff)),
            Output::Balance(balance) => self.balances.push((balance, diff)),
            Output::Credit(credit) => self.credits.push((credit, diff)),
            Output::Bucket(bucket) => self.buckets.push((bucket, diff)),
            Output::Units(movement) => self.units.push((movement, diff)),
        }
    }

    /// Cancels what came and went within the cut, and brings rows into the order of their keys.
    pub fn consolidate(&mut self) {
        cancel(&mut self.charges, |charge| charge.provenance.packed());
        cancel(&mut self.suspended, |suspended| suspended.usage.provenance.packed());
        cancel(&mut self.topups, |topup| topup.provenance.packed());
        cancel(&mut self.balances, |balance| balance.account.spread());
        cancel(&mut self.credits, |credit| credit.account.spread());
        cancel(&mut self.buckets, |bucket| bucket.bucket);
        cancel(&mut self.units, |movement| movement.bucket);
        consolidate(&mut self.bases);
        self.duplicates.sort_unstable();
    }
}

/// Consolidates rows by a word that tells nearly all of them apart, and brings them into its order.
///
/// Rows are wide: what is sorted are their words and places, and rows are compared where words are equal.
fn cancel<D: Ord + Copy>(rows: &mut Vec<(D, isize)>, word: impl Fn(&D) -> u64) {
    let mut order: Vec<(u64, usize)> =
        rows.iter().enumerate().map(|(place, (row, _))| (word(row), place)).collect();
    if !order.is_sorted() {
        order.sort_unstable();
    }
    let mut net = Vec::with_capacity(rows.len());
    let mut equal = Vec::new();
    for group in order.chunk_by(|(one, _), (other, _)| one == other) {
        match group {
            [(_, place)] => net.push(rows[*place]),
            _ => {
                equal.extend(group.iter().map(|(_, place)| rows[*place]));
                consolidate(&mut equal);
                net.append(&mut equal);
            }
        }
    }
    net.retain(|(_, diff)| *diff != 0);
    *rows = net;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_within_a_cut_leaves_no_trace() {
        let mut rows = vec![(7, 1), (3, 1), (7, -1), (5, -1), (3, 1), (9, 1), (9, -1), (9, 1)];
        cancel(&mut rows, |row| *row);
        assert_eq!(rows, [(3, 2), (5, -1), (9, 1)]);
    }
}
