//! How accounts stand, read from tables that say so: `bill.credit`, and the evidence in `ops.actions`.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use datasets::units::EventTime;

use crate::charging::fold::CreditState;
use crate::decisions::standing::Standing;

/// Gives the standing in a row, by its number.
pub fn read(rows: &RecordBatch) -> impl Fn(usize) -> Standing + '_ {
    let column = |name| -> &ArrayRef {
        rows.column_by_name(name).expect("the table says how accounts stand")
    };
    let (states, currencies) =
        (column("state").as_string::<i32>(), column("currency").as_string::<i32>());
    let exposures = column("amount").as_primitive::<Decimal128Type>();
    let limits = column("limit_amount").as_primitive::<Decimal128Type>();
    let instants = column("changed_at").as_primitive::<TimestampMicrosecondType>();
    move |row| Standing {
        state: CreditState::named(states.value(row)).expect("the lake holds states of our own"),
        exposure: exposures.value(row),
        limit: limits.value(row),
        currency: currencies.value(row).parse().expect("the lake holds currencies that were read"),
        changed_at: instants.is_valid(row).then(|| EventTime(instants.value(row))),
    }
}
