//! Tables of included units: what is left of each grant, and every change of it.

use super::ACCOUNT_ID;
use crate::dictionary::ColumnType::{Bool, Instant, Int32, Int64, Text};
use crate::dictionary::{Column, Kind, Privacy, Table};

const BUCKET_ID: Column =
    Column::new("bucket_id", Text, "One grant of one allowance, or what of it has gone over.");
const ALLOWANCE_ID: Column = Column::new("allowance_id", Text, "Allowance that granted it.");

/// What accounts have of the units that they were granted.
pub static ALLOWANCES: Table = Table {
    schema: "bill",
    name: "allowances",
    kind: Kind::Current,
    grain: "one row per grant that has not expired: an allowance, its holder and its period",
    key: &["bucket_id"],
    total: None,
    columns: &[
        BUCKET_ID,
        ACCOUNT_ID,
        Column::new(
            "subscription_id",
            Text,
            "Subscription that alone may use it; absent where the whole account may.",
        )
        .nullable()
        .of_privacy(Privacy::Pseudonymous),
        ALLOWANCE_ID,
        Column::new("unit", Text, "What the quantities count: ms, bytes or events."),
        Column::new(
            "valid_from",
            Instant,
            "First instant at which it may be used; absent where it always might.",
        )
        .nullable(),
        Column::new(
            "expires_at",
            Instant,
            "First instant at which it is over; absent where it does not expire.",
        )
        .nullable(),
        Column::new("granted_quantity", Int64, "What was put in."),
        Column::new("used_quantity", Int64, "What usage took, counted in its increments."),
        Column::new("left_quantity", Int64, "What is left: the sum of its movements."),
    ],
};

/// Every change of what is left of a grant, reversals included.
pub static ALLOWANCE_MOVEMENTS: Table = Table {
    schema: "bill",
    name: "allowance_movements",
    kind: Kind::Ledger,
    grain: "one row per change; a correction appends the reversal of what it corrects",
    key: &[],
    total: None,
    columns: &[
        Column::new("cut", Int64, "Cut that posted the movement."),
        BUCKET_ID,
        ACCOUNT_ID,
        ALLOWANCE_ID,
        Column::new("movement", Text, "grant, rollover, usage or expiry."),
        Column::new("reversal", Bool, "Whether it takes back an earlier movement."),
        Column::new(
            "source_id",
            Text,
            "Source of the record that used it; absent where no record did.",
        )
        .nullable(),
        Column::new(
            "source_partition",
            Int32,
            "Partition of the record that used it; absent where no record did.",
        )
        .nullable(),
        Column::new(
            "source_offset",
            Int64,
            "Offset of the record that used it; absent where no record did.",
        )
        .nullable(),
        Column::new("happened_at", Instant, "When it was used, granted or over, in event time."),
        Column::new(
            "quantity",
            Int64,
            "Signed: grants add, usage and expiry take away, reversals the other way round.",
        ),
        Column::new("unit", Text, "What the quantity counts: ms, bytes or events."),
    ],
};
