//! Runs weir on a generated operator in this process, and reads back what it published.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::time::Duration;

use arrow::util::display::array_value_to_string;
use connectors::lake::{Lake, LakeError, Seal};
use connectors::memory::MemoryRecord;
use connectors::source::Start;
use datasets::dictionary::Table;
use datasets::generator::Item;
use datasets::ids::Pseudonyms;
use pipelines::config::role_of;
use pipelines::runtime::coordinator::Pace;
use pipelines::runtime::feed::{Feed, MemoryFeed};
use pipelines::runtime::{Job, RuntimeError, Settings, dataflow, run};

/// The topics that the pipelines read.
pub const TOPICS: [&str; 6] = [
    "usage.cdr",
    "cust.topups",
    "ref.accounts",
    "ref.subscriptions",
    "ref.tariffs",
    "ref.destinations",
];

/// Runs until all items are published, on so many workers.
///
/// # Errors
/// When the run fails.
///
/// # Panics
/// If an in-process topic cannot be filled.
pub fn publish(lake: &Lake, items: &[Item], workers: usize) -> Result<(), RuntimeError> {
    publish_with(lake, items, settings(workers))
}

/// Runs until all items are published, in cuts of a chosen length.
///
/// # Errors
/// When the run fails.
///
/// # Panics
/// If an in-process topic cannot be filled.
pub fn publish_with(lake: &Lake, items: &[Item], settings: Settings) -> Result<(), RuntimeError> {
    let mut feeds: Vec<Box<dyn Feed>> = Vec::new();
    for topic in TOPICS {
        let (sender, records) = channel();
        for item in items.iter().filter(|item| item.topic == topic) {
            let key = item.key.clone().map(String::into_bytes);
            let payload = item.payload.clone();
            let arrived_at = item.arrived_at;
            sender.send(MemoryRecord { key, payload, arrived_at }).expect("the topic is open");
        }
        let role = role_of(topic).expect("every topic has a role");
        feeds.push(Box::new(MemoryFeed::new(topic, role, records)));
    }
    let pseudonyms = Pseudonyms::new(b"a key for tests");
    let stop = Arc::<AtomicBool>::default();
    run(settings, Job { lake: lake.clone(), feeds, pseudonyms, stop })
}

/// Cuts as short as they can be, so that there are many.
#[must_use]
pub fn settings(workers: usize) -> Settings {
    Settings {
        workers,
        cluster: None,
        pace: Pace {
            publish_interval: Duration::from_millis(1),
            heartbeat: Duration::from_secs(60),
            epoch_interval: Duration::from_millis(1),
            until_idle: true,
        },
        dataflow: dataflow::Setting::of_days(35),
        begin: Start::Earliest,
    }
}

/// The rows of a table at a sealed cut, as sorted text, without some of its columns.
///
/// # Errors
/// When the table cannot be read.
///
/// # Panics
/// If a value cannot be shown.
pub fn rows(
    lake: &Lake,
    seal: &Seal,
    table: &'static Table,
    without: &[&str],
) -> Result<Vec<String>, LakeError> {
    let mut rows = Vec::new();
    for batch in lake.read(table, seal.tables[&table.qualified_name()].version)? {
        let batch = batch?;
        let names = batch.schema();
        let kept: Vec<_> = (0..batch.num_columns())
            .filter(|place| !without.contains(&names.field(*place).name().as_str()))
            .collect();
        for row in 0..batch.num_rows() {
            let show = |place: &usize| {
                array_value_to_string(batch.column(*place), row).expect("values can be shown")
            };
            rows.push(kept.iter().map(show).collect::<Vec<_>>().join("|"));
        }
    }
    rows.sort();
    Ok(rows)
}

/// Two text columns and a number of each row, as a map.
///
/// # Errors
/// When the table cannot be read.
///
/// # Panics
/// If the table has other columns.
pub fn counts(
    lake: &Lake,
    seal: &Seal,
    table: &'static Table,
) -> Result<BTreeMap<String, i64>, LakeError> {
    let rows = rows(lake, seal, table, &[])?;
    let pair = |row: String| {
        let (key, count) = row.rsplit_once('|').expect("there are several columns");
        (key.to_owned(), count.parse().expect("the last column is a number"))
    };
    Ok(rows.into_iter().map(pair).collect())
}
