//! Tables of money: every movement, what is on each account, and how near each is to its limit.

use super::{ACCOUNT_ID, CURRENCY, SOURCE_ID, SOURCE_OFFSET, SOURCE_PARTITION};
use crate::dictionary::ColumnType::{Amount, Bool, Instant, Int64, Text, Total};
use crate::dictionary::{Column, Kind, Table};

/// Every movement of money on a balance, reversals included.
pub static BALANCE_MOVEMENTS: Table = Table {
    schema: "bill",
    name: "balance_movements",
    kind: Kind::Ledger,
    grain: "one row per movement; a correction appends the reversal of what it corrects",
    key: &[],
    total: Some("amount"),
    columns: &[
        Column::new("cut", Int64, "Cut that posted the movement."),
        ACCOUNT_ID,
        Column::new("movement", Text, "charge or topup."),
        Column::new(
            "reversal",
            Bool,
            "Whether it takes back an earlier movement of the same source record.",
        ),
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        Column::new("happened_at", Instant, "When the usage began or the money was credited."),
        Column::new(
            "amount",
            Amount,
            "Signed: top-ups add, charges take away, reversals the other way round.",
        ),
        CURRENCY,
    ],
};

/// What is on each account.
pub static BALANCES: Table = Table {
    schema: "bill",
    name: "balances",
    kind: Kind::Current,
    grain: "one row per account and currency",
    key: &["account_id", "currency"],
    total: Some("amount"),
    columns: &[
        ACCOUNT_ID,
        CURRENCY,
        Column::new("amount", Total, "Sum of the account's movements: negative is what it owes."),
        Column::new("charged_amount", Total, "Sum of its charges."),
        Column::new("topped_up_amount", Total, "Sum of its top-ups."),
        Column::new("charge_count", Int64, "Number of its charges."),
        Column::new("topup_count", Int64, "Number of its top-ups."),
    ],
};

/// How near each account is to its limit.
pub static CREDIT: Table = Table {
    schema: "bill",
    name: "credit",
    kind: Kind::Current,
    grain: "one row per account with a balance",
    key: &["account_id"],
    total: None,
    columns: &[
        ACCOUNT_ID,
        Column::new(
            "state",
            Text,
            "normal, warning from 80 % of the limit, exceeded from the limit itself.",
        ),
        Column::new("amount", Total, "Exposure: what the account owes, zero when it has money."),
        Column::new("limit_amount", Total, "Credit limit that holds now."),
        CURRENCY,
        Column::new(
            "changed_at",
            Instant,
            "Event time at which the state was entered; absent where it never changed.",
        )
        .nullable(),
    ],
};
