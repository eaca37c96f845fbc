//! Files through a whole run: which are read, and what of them is in time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::AsArray;
use connectors::lake::{Lake, Seal, Upkeep};
use connectors::source::Start as Begin;
use datasets::ids::Pseudonyms;
use datasets::tables;

use super::*;
use crate::decisions::credit_bars::Band;
use crate::runtime::budget::Limits;
use crate::runtime::clock::Clock;
use crate::runtime::coordinator::Pace;
use crate::runtime::{Job, RuntimeError, Settings, run};

/// Reads a folder of usage into a lake, as far as it goes.
fn read(folder: &Path, accepts_gap: bool) -> Result<Seal, RuntimeError> {
    let pace = Pace {
        publish_interval: Duration::from_millis(10),
        heartbeat: Duration::from_secs(60),
        epoch_interval: Duration::from_millis(1),
        until_idle: true,
    };
    let settings = Settings {
        workers: 1,
        cluster: None,
        pace,
        limits: Limits::of_days(35),
        upkeep: Upkeep::default(),
        begin: Begin::Earliest,
        keeps_raw: true,
        band: Band::default(),
    };
    let input = folder.join("input").display().to_string();
    let feed = FileFeed::open(("input", &input), Role::Usage, Format::Json)?;
    let lake = Lake::local(&folder.join("lake"))?;
    let job = Job {
        lake: lake.clone(),
        feeds: vec![Box::new(feed.accepting_a_gap(accepts_gap))],
        pseudonyms: Pseudonyms::new(b"k"),
        sinks: Default::default(),
        stop: Arc::default(),
        gauges: Arc::default(),
    };
    run(settings, job)?;
    Ok(lake.latest()?.expect("a cut is sealed"))
}

fn write(folder: &Path, file: &str, usage_ids: &[&str]) {
    write_dated(folder, file, usage_ids.iter().map(|id| ((*id).to_owned(), 0)));
}

/// Records by their ids, each so many days old.
fn write_dated(folder: &Path, file: &str, records: impl Iterator<Item = (String, i64)>) {
    let now = Clock.now();
    let record = |(usage_id, days): (String, i64)| {
        let started_at = now.plus_seconds(-days * 86_400);
        format!(
            "{{\"usage_id\":\"{usage_id}\",\"service\":\"sms\",\"msisdn\":\"491700000001\",\
             \"started_at\":\"{started_at}\",\"message_count\":1}}\n"
        )
    };
    let text: String = records.map(record).collect();
    std::fs::write(folder.join("input").join(file), text).unwrap();
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("input")).unwrap();
    folder
}

/// How many of the lake's usage records arrived as what.
fn lateness(folder: &Path, seal: &Seal) -> BTreeMap<String, usize> {
    let lake = Lake::local(&folder.join("lake")).unwrap();
    let mut counts = BTreeMap::new();
    for batch in lake.read(&tables::RAW_USAGE, seal.tables["raw.usage"].version).unwrap() {
        let batch = batch.unwrap();
        for lateness in batch["lateness"].as_string::<i32>().iter().flatten() {
            *counts.entry(lateness.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// A file that sorts between others is read, no other one is read again, and one that is gone is missed.
#[test]
fn files_are_known_by_their_names() {
    let folder = folder();
    let folder = folder.path();
    write(folder, "a", &["1", "2"]);
    write(folder, "c", &["3"]);
    let rows = |seal: Seal| seal.tables["raw.usage"].rows;
    assert_eq!(rows(read(folder, false).unwrap()), 3);
    write(folder, "b", &["4", "5", "6"]);
    assert_eq!(rows(read(folder, false).unwrap()), 6);
    std::fs::remove_file(folder.join("input/a")).unwrap();
    write(folder, "d", &["7"]);
    let said = read(folder, false).unwrap_err().to_string();
    assert!(said.contains("\"a\"") && said.contains("accept_gap"), "{said}");
    let seal = read(folder, true).unwrap();
    assert_eq!(seal.facts.files["file/input/0"], ["a", "c", "b", "d"]);
    assert_eq!(rows(seal), 7);
}

/// A history is one, however many cuts its files take to be read; the hot window tells what comes too late to it.
#[test]
fn a_history_in_files_is_in_time_as_a_whole() {
    let folder = folder();
    let folder = folder.path();
    for file in ["a", "b"] {
        write_dated(folder, file, (0..30_000).map(|n| (format!("{file}{n}"), n % 100)));
    }
    let seal = read(folder, false).unwrap();
    assert!(seal.facts.cut > 2, "the files are read in several cuts");
    assert_eq!(lateness(folder, &seal), [("hot".to_owned(), 60_000)].into());
    write_dated(folder, "c", [34, 36, -14, -16].map(|days| (format!("c{days}"), days)).into_iter());
    let seal = read(folder, false).unwrap();
    let expected = [("hot", 60_002), ("behind_hot_window", 1), ("beyond_horizon", 1)];
    let expected = expected.map(|(lateness, count)| (lateness.to_owned(), count));
    assert_eq!(lateness(folder, &seal), expected.into());
}
