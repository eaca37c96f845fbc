//! The generator's own truth, written as the lake's tables show it.

use std::collections::BTreeMap;

use datasets::generator::{Balance, State, Truth};
use datasets::units::{Currency, Money};

use crate::published::merged;

/// How many records are in each state, duplicates and superseded ones together: which of the two a copy is depends on cuts.
///
/// # Panics
/// If there are more than 2⁶³ records.
#[must_use]
pub fn states_of(truth: &Truth) -> BTreeMap<String, i64> {
    let named = |(state, count): (&State, &u64)| {
        let key = format!("{}|{}", state.as_str(), state.reason());
        (key, i64::try_from(*count).expect("a count fits"))
    };
    merged(truth.states.iter().map(named).collect())
}

/// The rows of `bill.balances`.
#[must_use]
pub fn balances_of(truth: &Truth) -> Vec<String> {
    let row = |((account, currency), balance): (&(String, Currency), &Balance)| {
        let amounts = [balance.amount(), balance.charged, balance.topped_up].map(decimals);
        let [amount, charged, topped_up] = amounts;
        let (charge_count, topup_count) = (balance.charge_count, balance.topup_count);
        format!("{account}|{currency}|{amount}|{charged}|{topped_up}|{charge_count}|{topup_count}")
    };
    let mut rows: Vec<String> = truth.balances.iter().map(row).collect();
    rows.sort();
    rows
}

fn decimals(money: Money) -> String {
    let sign = if money.0 < 0 { "-" } else { "" };
    let magnitude = money.0.unsigned_abs();
    format!("{sign}{}.{:09}", magnitude / 1_000_000_000, magnitude % 1_000_000_000)
}
