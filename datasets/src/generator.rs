//! A whole telecom operator from a seed: its reference documents, its usage and top-ups as they arrive, and the truth about them.
//!
//! ```text
//! parties, catalogue ──▶ documents ─────────┐
//! curve ──▶ usage ──┬──▶ on time ───────────┼──▶ items, in order of arrival ──▶ truth
//!                   └──▶ held back (late,   │
//!                        again, corrected) ─┘
//! ```
//!
//! Equal configurations yield equal bytes. Nothing here is read by the pipelines: the truth is computed
//! from what the generator meant, not from what weir makes of it.

mod breakage;
mod catalogue;
mod config;
mod curve;
mod documents;
pub mod examples;
mod json;
mod lines;
mod operator;
mod parties;
mod prefixes;
mod reference_json;
mod registrar;
mod schedule;
mod state;
mod tariffs;
mod topups;
mod truth;
mod usage;
mod usage_json;
mod valid;
mod zones;

#[cfg(test)]
mod reading;
#[cfg(test)]
mod tests;

pub use config::{Config, Trouble};
pub use lines::{line, lines_by_topic};
pub use operator::Operator;
pub use state::{Reason, State};
pub use truth::{Balance, Truth};

use crate::units::EventTime;

/// The topic of usage records.
pub const USAGE_TOPIC: &str = "usage.cdr";
/// The topic of top-ups.
pub const TOPUP_TOPIC: &str = "cust.topups";
/// The topics of reference documents, in the order in which they are first delivered.
pub const REFERENCE_TOPICS: [&str; 5] =
    ["ref.customers", "ref.accounts", "ref.subscriptions", "ref.tariffs", "ref.destinations"];

/// One record of one topic, as a broker would hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The topic.
    pub topic: &'static str,
    /// The record's key; usage has none.
    pub key: Option<String>,
    /// The record's value; none is a tombstone.
    pub payload: Option<Vec<u8>>,
    /// When the broker got it; never before the item that came ahead.
    pub arrived_at: EventTime,
    /// Modulo the topic's number of partitions it is the partition, so that what has one key stays in order.
    pub partition_hint: u32,
}
