//! The published tables: the one source of schemas, comments and the printed data dictionary.

mod balances;

mod units;

mod vault;

use crate::dictionary::ColumnType::{Amount, Bool, Instant, Int32, Int64, Text, Total};
use crate::dictionary::{Column, Kind, Privacy, Table};

pub use balances::{BALANCE_MOVEMENTS, BALANCES, CREDIT};
pub use units::{ALLOWANCE_MOVEMENTS, ALLOWANCES};
pub use vault::VAULT_DEAD_LETTERS;

const SOURCE_ID: Column = Column::new(
    "source_id",
    Text,
    "Cluster, topic and incarnation of the topic the record came from.",
);
const SOURCE_PARTITION: Column =
    Column::new("source_partition", Int32, "Partition of the topic, or number of the file.");
const SOURCE_OFFSET: Column =
    Column::new("source_offset", Int64, "Offset in the partition, or line of the file from 0.");
const ARRIVAL_CUT: Column =
    Column::new("arrival_cut", Int64, "Cut in which the record was first recorded.");
const USAGE_ID: Column =
    Column::new("usage_id", Text, "The record's own identity, the same on every re-delivery.");
const REVISION: Column =
    Column::new("revision", Int32, "Higher for a corrected re-delivery of the same usage_id.");
const SERVICE: Column = Column::new("service", Text, "voice, data, sms or event.");
const ACCOUNT_ID: Column =
    Column::new("account_id", Text, "Billing account (TMF666).").of_privacy(Privacy::Pseudonymous);
const SUBSCRIBER_ID: Column =
    Column::new("subscriber_id", Text, "Keyed pseudonym of the MSISDN that is charged.")
        .of_privacy(Privacy::Pseudonymous);
const CURRENCY: Column = Column::new("currency", Text, "ISO 4217 code of the amounts in the row.");
const CALLED_PREFIX: Column = Column::new(
    "called_prefix",
    Text,
    "Called number without its last four digits, whole if it has eight or fewer; absent where nothing was called.",
)
.nullable();
const STARTED_AT: Column = Column::new("started_at", Instant, "When the usage began.");
const QUANTITY: Column = Column::new(
    "quantity",
    Int64,
    "Usage in the service's base unit: ms of voice, bytes of data, messages.",
);

/// Every usage record that could be decoded, exactly once.
pub static RAW_USAGE: Table = Table {
    schema: "raw",
    name: "usage",
    kind: Kind::Ledger,
    grain: "one row per decoded usage record, duplicates and corrections included",
    key: &[],
    total: None,
    columns: &[
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        ARRIVAL_CUT,
        Column::new(
            "lateness",
            Text,
            "Decided at arrival: hot, behind_hot_window where it began before what is still held one by one, or beyond_horizon.",
        ),
        USAGE_ID,
        REVISION,
        Column::new("cancelled", Bool, "Whether this revision takes the record back."),
        SERVICE,
        SUBSCRIBER_ID,
        CALLED_PREFIX,
        STARTED_AT,
        QUANTITY,
        Column::new(
            "facets",
            Text,
            "What plan rows may ask beside, in words: the direction where it is not originating, on_net, friend, continuation; absent where there is none of it.",
        )
        .nullable(),
    ],
};

/// Every change to reference data, exactly once.
pub static RAW_REFERENCE: Table = Table {
    schema: "raw",
    name: "reference",
    kind: Kind::Ledger,
    grain: "one row per document or tombstone of a reference topic",
    key: &[],
    total: None,
    columns: &[
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        ARRIVAL_CUT,
        Column::new("topic", Text, "Reference topic, such as ref.tariffs."),
        Column::new("document_key", Text, "Key of the document in its topic; the pseudonym where that is a number of an account or subscription.")
            .of_privacy(Privacy::Pseudonymous),
        Column::new(
            "document",
            Text,
            "The decoded version as JSON, numbers replaced by pseudonyms; absent for a tombstone.",
        )
        .nullable()
        .of_privacy(Privacy::Pseudonymous),
    ],
};

/// Every top-up that could be decoded, exactly once.
pub static RAW_TOPUPS: Table = Table {
    schema: "raw",
    name: "topups",
    kind: Kind::Ledger,
    grain: "one row per decoded top-up",
    key: &[],
    total: Some("amount"),
    columns: &[
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        ARRIVAL_CUT,
        Column::new("lateness", Text, "Decided at arrival: hot or behind_hot_window."),
        Column::new("topup_id", Text, "The record's own identity."),
        ACCOUNT_ID,
        Column::new("topped_up_at", Instant, "When the money was credited."),
        Column::new("amount", Amount, "Money credited."),
        CURRENCY,
    ],
};

/// What each rated record costs.
pub static CHARGES: Table = Table {
    schema: "bill",
    name: "charges",
    kind: Kind::Current,
    grain: "one row per rated usage record",
    key: &["source_id", "source_partition", "source_offset"],
    total: Some("amount"),
    columns: &[
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        ACCOUNT_ID,
        Column::new(
            "subscription_id",
            Text,
            "Subscription that the number belonged to when the usage began.",
        )
        .of_privacy(Privacy::Pseudonymous),
        SERVICE,
        Column::new(
            "zone",
            Text,
            "Destination zone by longest prefix; absent where nothing was called.",
        )
        .nullable(),
        Column::new("tariff_id", Text, "Tariff whose rate for the service and zone set the price."),
        STARTED_AT,
        QUANTITY,
        Column::new(
            "amount",
            Amount,
            "Price of what included units did not pay, rounded once by the rate's own rule.",
        ),
        CURRENCY,
        Column::new(
            "included_quantity",
            Int64,
            "What of the quantity allowances paid; absent in rows from before there were any.",
        )
        .nullable(),
    ],
};

/// Usage that waits for what it lacks.
pub static SUSPENDED_USAGE: Table = Table {
    schema: "bill",
    name: "suspended_usage",
    kind: Kind::Current,
    grain: "one row per usage record that cannot be rated now",
    key: &["source_id", "source_partition", "source_offset"],
    total: None,
    columns: &[
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        Column::new(
            "reason",
            Text,
            "unknown_subscriber, unknown_account, unknown_destination, no_rate, currency_mismatch, amount_too_large, future, beyond_horizon or behind_hot_window.",
        ),
        SUBSCRIBER_ID,
        SERVICE,
        CALLED_PREFIX,
        STARTED_AT,
        QUANTITY,
    ],
};

/// Where every usage record went.
pub static USAGE_ACCOUNTING: Table = Table {
    schema: "ops",
    name: "usage_accounting",
    kind: Kind::Small,
    grain: "one row per state and reason; record_count sums up to the records received",
    key: &[],
    total: None,
    columns: &[
        Column::new(
            "state",
            Text,
            "rated, pending, suspended, duplicate, rejected or superseded: each record is in exactly one.",
        ),
        Column::new("reason", Text, "Why it is in the state; empty where the state says all."),
        Column::new("record_count", Int64, "Number of usage records."),
    ],
};

/// Re-deliveries that changed nothing.
pub static DUPLICATES: Table = Table {
    schema: "ops",
    name: "duplicates",
    kind: Kind::Ledger,
    grain: "one row per usage record that repeats an earlier one",
    key: &[],
    total: None,
    columns: &[
        Column::new("cut", Int64, "Cut that found it."),
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        Column::new("of_source_id", Text, "Source of the record that it repeats."),
        Column::new("of_source_partition", Int32, "Partition of the record that it repeats."),
        Column::new("of_source_offset", Int64, "Offset of the record that it repeats."),
    ],
};

/// Records that could not be read.
pub static DEAD_LETTERS: Table = Table {
    schema: "ops",
    name: "dead_letters",
    kind: Kind::Ledger,
    grain: "one row per record that could not be decoded",
    key: &[],
    total: None,
    columns: &[
        Column::new("cut", Int64, "Cut that recorded it."),
        SOURCE_ID,
        SOURCE_PARTITION,
        SOURCE_OFFSET,
        Column::new("topic", Text, "Topic or file it came from."),
        Column::new(
            "reason",
            Text,
            "Code of what is wrong, such as not_json, missing_field or bad_value.",
        ),
        Column::new("detail", Text, "What is wrong and where, without personal data."),
        Column::new("masked_payload", Text, "The start of the payload with its digits masked."),
    ],
};

/// What weir asks other systems to do.
pub static ACTIONS: Table = Table {
    schema: "ops",
    name: "actions",
    kind: Kind::Ledger,
    grain: "one row per action that was decided; an episode is a bar and the unbar that withdraws it",
    key: &[],
    total: None,
    columns: &[
        Column::new("action_id", Text, "Idempotence key for whoever carries the action out."),
        Column::new("cut", Int64, "Cut that decided it, and whose seal lets it leave."),
        Column::new("decided_at", Instant, "Stream time of that cut."),
        Column::new("policy", Text, "Policy that asked for it, such as credit_limit."),
        Column::new("action", Text, "bar, or unbar which withdraws the bar that it names."),
        ACCOUNT_ID,
        Column::new("state", Text, "Evidence: the account's credit state at the cut."),
        Column::new("amount", Total, "Evidence: its exposure at the cut."),
        Column::new("limit_amount", Total, "Evidence: its credit limit at the cut."),
        CURRENCY,
        Column::new(
            "changed_at",
            Instant,
            "Evidence: event time at which the state was entered; absent where it never changed.",
        )
        .nullable(),
        Column::new(
            "withdraws_action_id",
            Text,
            "The action_id of the bar that an unbar takes back; absent for a bar.",
        )
        .nullable(),
    ],
};

/// The sealed cuts.
pub static CUTS: Table = Table {
    schema: "ops",
    name: "cuts",
    kind: Kind::Ledger,
    grain: "one row per sealed cut; the newest cut's own row follows in the next",
    key: &[],
    total: None,
    columns: &[
        Column::new("cut", Int64, "Number of the cut, ascending."),
        Column::new("now_at", Instant, "Stream time at its end; absent before that has begun.")
            .nullable(),
        Column::new(
            "since",
            Instant,
            "What began before it was folded for good when the cut began, and what came later is suspended; absent before the first retirement.",
        )
        .nullable(),
        Column::new("sealed_at", Instant, "Wall clock at the seal."),
        Column::new("reason", Text, "interval, heartbeat, memory or shutdown."),
        Column::new("record_count", Int64, "Records that the cut took in."),
    ],
};

/// What the fold of each account came to before the events that are still held one by one.
pub static STATE_ACCOUNTS: Table = Table {
    schema: "state",
    name: "accounts",
    kind: Kind::Current,
    grain: "one row per account with events behind the hot window: where a restart begins to fold",
    key: &["account_id"],
    total: None,
    columns: &[
        ACCOUNT_ID,
        Column::new("since", Instant, "Events before it are in the state, the others in raw."),
        Column::new("step_version", Int32, "Version of the fold that wrote the state."),
        Column::new("state", Text, "The state as JSON; its form belongs to the version."),
    ],
};

/// All tables, in the order in which the dictionary prints them.
pub static ALL: [&Table; 17] = [
    &RAW_USAGE,
    &RAW_REFERENCE,
    &RAW_TOPUPS,
    &CHARGES,
    &SUSPENDED_USAGE,
    &BALANCE_MOVEMENTS,
    &BALANCES,
    &CREDIT,
    &ALLOWANCES,
    &ALLOWANCE_MOVEMENTS,
    &USAGE_ACCOUNTING,
    &DUPLICATES,
    &DEAD_LETTERS,
    &ACTIONS,
    &CUTS,
    &STATE_ACCOUNTS,
    &VAULT_DEAD_LETTERS,
];

/// The table of a qualified name.
#[must_use]
pub fn named(qualified_name: &str) -> Option<&'static Table> {
    ALL.into_iter().find(|table| table.qualified_name() == qualified_name)
}

#[cfg(test)]
mod tests;
