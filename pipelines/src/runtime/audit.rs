//! The check that ends a recovery: what was recomputed must come to what the last cut has sealed.

use std::collections::BTreeMap;

use datasets::dictionary::Table;
use datasets::tables;
use operators::rows::{Diff, Epoch};

use super::RuntimeError;
use super::orders::Start;
use crate::charging::Output;

/// Rows and total amount of a table.
type Total = (i64, i128);

/// Compares recomputed rows with the control totals of the sealed cut.
///
/// # Errors
/// Names the first table that differs.
pub fn compare(rows: &[Vec<(Output, Epoch, Diff)>], start: &Start) -> Result<(), RuntimeError> {
    let mut totals: BTreeMap<String, Total> = BTreeMap::new();
    for (output, _, diff) in rows.iter().flatten() {
        let (table, amount) = contribution(output);
        let (count, sum) = totals.entry(table.qualified_name()).or_default();
        *count += i64::try_from(*diff).expect("a difference is small");
        *sum += amount * i128::try_from(*diff).expect("a difference is small");
    }
    for table in [&tables::CHARGES, &tables::BALANCES, &tables::CREDIT] {
        let name = table.qualified_name();
        let recomputed = totals.get(&name).copied().unwrap_or_default();
        let sealed = start.sealed.get(&name).copied().unwrap_or_default();
        if recomputed != sealed {
            return Err(RuntimeError::ControlTotals { table: name, recomputed, sealed });
        }
    }
    Ok(())
}

fn contribution(output: &Output) -> (&'static Table, i128) {
    match output {
        Output::Charge(charge) => (&tables::CHARGES, i128::from(charge.amount)),
        Output::Suspended(_) => (&tables::SUSPENDED_USAGE, 0),
        Output::TopUp(topup) => (&tables::BALANCE_MOVEMENTS, i128::from(topup.amount)),
        Output::Balance(balance) => (&tables::BALANCES, -balance.wallet.exposure()),
        Output::Credit(_) => (&tables::CREDIT, 0),
    }
}
