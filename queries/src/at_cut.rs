//! `at_cut('bill.charges', 42)`: a table as another cut sealed it, beside those of the session's own cut.
//!
//! The second argument is the number of a retained cut, or an instant such as `'2026-11-24T09:30:00Z'`, which means
//! the newest cut whose stream time is not after it.

use std::sync::Arc;

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datasets::units::EventTime;

use crate::catalog::Shelf;
use crate::lake::At;

/// The function; it reads what the session may read.
#[derive(Debug)]
pub(crate) struct AtCut(pub(crate) Shelf);

impl TableFunctionImpl for AtCut {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let [table, at] = args.exprs() else {
            return plan_err!("at_cut takes a table and a cut: at_cut('bill.charges', 42)");
        };
        let Some(name) = text(table) else {
            return plan_err!("at_cut takes the table as text: at_cut('bill.charges', 42)");
        };
        let cut = self.0.lake.cut(cut(at)?)?;
        match self.0.provider(name, &cut) {
            Some(provider) => Ok(provider),
            None if self.0.knows(name) => plan_err!("no table \"{name}\" at cut {} yet", cut.cut),
            None => plan_err!("table '{name}' not found"),
        }
    }
}

fn cut(at: &Expr) -> Result<At> {
    let number = match at {
        Expr::Literal(ScalarValue::Int64(Some(cut)), _) => u64::try_from(*cut).ok(),
        Expr::Literal(ScalarValue::UInt64(Some(cut)), _) => Some(*cut),
        _ => None,
    };
    let instant = || EventTime::parse_rfc3339(text(at)?).ok();
    match number.map(At::Cut).or_else(|| instant().map(At::Instant)) {
        Some(at) => Ok(at),
        None => {
            plan_err!("at_cut takes a cut's number or an instant such as '2026-11-24T09:30:00Z'")
        }
    }
}

fn text(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Literal(value, _) => value.try_as_str().flatten(),
        _ => None,
    }
}
