//! The check that ends a recovery: what was recomputed must come to what the last cut has sealed.

use datasets::dictionary::Table;
use datasets::tables;
use operators::rows::Diff;
use serde::{Deserialize, Serialize};

use super::RuntimeError;
use super::orders::Start;
use crate::charging::Output;
use crate::charging::fold::AccountState;

/// Rows and total amount of a table.
type Total = (i64, i128);

/// What recovered rows come to, of the tables that a recovery recomputes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    charges: Total,
    balances: Total,
    credit: Total,
    allowances: Total,
}

impl Totals {
    /// Takes a recomputed row in.
    pub fn add(&mut self, output: &Output, diff: Diff) {
        let count = i64::try_from(diff).expect("a difference is small");
        let (total, amount) = match output {
            Output::Charge(charge) => (&mut self.charges, i128::from(charge.amount)),
            Output::Balance(balance) => (&mut self.balances, -balance.wallet.exposure()),
            Output::Credit(_) => (&mut self.credit, 0),
            Output::Bucket(_) => (&mut self.allowances, 0),
            Output::Suspended(_) | Output::TopUp(_) | Output::Units(_) => return,
        };
        total.0 += count;
        total.1 += amount * i128::from(count);
    }

    /// Takes in the charges that a base stands for.
    pub fn add_base(&mut self, base: &AccountState) {
        for wallet in base.wallets() {
            self.charges.0 += i64::try_from(wallet.charge_count).expect("charges are countable");
            self.charges.1 += wallet.charged;
        }
    }

    /// Takes in what another worker has recovered.
    pub fn merge(&mut self, mut other: Self) {
        for ((_, total), (_, more)) in self.by_table().into_iter().zip(other.by_table()) {
            total.0 += more.0;
            total.1 += more.1;
        }
    }

    /// Compares with the control totals of the sealed cut.
    ///
    /// # Errors
    /// Names the first table that differs.
    pub fn compare(mut self, start: &Start) -> Result<(), RuntimeError> {
        for (table, recomputed) in self.by_table() {
            let table = table.qualified_name();
            let sealed = start.sealed.get(&table).copied().unwrap_or_default();
            if *recomputed != sealed {
                return Err(RuntimeError::ControlTotals { table, recomputed: *recomputed, sealed });
            }
        }
        Ok(())
    }

    fn by_table(&mut self) -> [(&'static Table, &mut Total); 4] {
        [
            (&tables::CHARGES, &mut self.charges),
            (&tables::BALANCES, &mut self.balances),
            (&tables::CREDIT, &mut self.credit),
            (&tables::ALLOWANCES, &mut self.allowances),
        ]
    }
}
