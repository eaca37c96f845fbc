//! Tables of the vault: personal data in clear.

use super::{SOURCE_ID, SOURCE_OFFSET, SOURCE_PARTITION};
use crate::dictionary::ColumnType::{Binary, Text};
use crate::dictionary::{Column, Kind, Privacy, Table};

/// The payloads of dead letters, as they came.
pub static VAULT_DEAD_LETTERS: Table = Table {
    schema: "vault",
    name: "dead_letters",
    kind: Kind::Ledger,
    grain: "one row per dead letter",
    key: &[],
    total: None,
    columns: &[
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        Column::new("topic", Text, "Topic or file it came from."),
        Column::new("message_key", Binary, "Key of the record, if it had one.")
            .nullable()
            .of_privacy(Privacy::Personal),
        Column::new("payload", Binary, "The record as it came.").of_privacy(Privacy::Personal),
        Column::new("header", Text, "First line of its file, where that names the columns.")
            .nullable(),
    ],
};
