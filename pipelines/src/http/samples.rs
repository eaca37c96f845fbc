//! Where the numbers of the metrics come from.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use connectors::lake::TableSeal;
use connectors::source::status::{Snapshot, State};

use super::process;
use crate::runtime::budget::Gauges;
use crate::runtime::clock::Clock;
use crate::runtime::vitals::View;

/// The labels of a sample, and its value.
pub(super) type Sample = (Vec<(&'static str, String)>, f64);

const STATES: [State; 4] = [State::Running, State::Paused, State::Disconnected, State::Ended];

#[expect(clippy::as_conversions, reason = "metrics are floats, and exact up to 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

fn single(value: Option<f64>) -> Vec<Sample> {
    value.map(|value| (Vec::new(), value)).into_iter().collect()
}

fn by_source(view: &View, count: impl Fn(&Snapshot) -> u64) -> Vec<Sample> {
    let sources = view.sources.iter();
    sources.map(|(id, source)| (vec![("source", id.clone())], float(count(source)))).collect()
}

pub(super) fn records(view: &View) -> Vec<Sample> {
    by_source(view, |source| source.record_count)
}

pub(super) fn decode_errors(view: &View) -> Vec<Sample> {
    by_source(view, |source| source.dead_letter_count)
}

pub(super) fn lag(view: &View) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (id, source) in &view.sources {
        for (partition, reach) in &source.partitions {
            let labels = vec![("source", id.clone()), ("partition", partition.to_string())];
            samples.push((labels, float(reach.lag())));
        }
    }
    samples
}

pub(super) fn states(view: &View) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (id, source) in &view.sources {
        for state in STATES {
            let labels = vec![("source", id.clone()), ("state", state.as_str().to_owned())];
            samples.push((labels, float(u64::from(source.state == state))));
        }
    }
    samples
}

/// A number for each usage record state or reason that is chosen.
fn accounted(view: &View, choose: impl Fn(&str, &str) -> bool) -> u64 {
    let counts = view.accounting.counts.iter();
    let chosen = counts.filter(|((state, reason), _)| choose(state, reason));
    chosen.map(|(_, count)| u64::try_from(*count).unwrap_or(0)).sum()
}

pub(super) fn dead_letters(view: &View) -> Vec<Sample> {
    let rows = |seal: &connectors::lake::Seal| {
        seal.tables.get("ops.dead_letters").map_or(0, |table| table.rows)
    };
    single(view.seal.as_ref().map(|seal| float(rows(seal))))
}

pub(super) fn duplicates(view: &View) -> Vec<Sample> {
    let count = accounted(view, |state, _| state == "duplicate");
    single(view.seal.as_ref().map(|_| float(count)))
}

pub(super) fn late(view: &View) -> Vec<Sample> {
    let count = accounted(view, |_, reason| reason == "behind_hot_window");
    single(view.seal.as_ref().map(|_| float(count)))
}

pub(super) fn suspended(view: &View) -> Vec<Sample> {
    let counts = view.accounting.counts.iter();
    let suspended = counts.filter(|((state, _), _)| state == "suspended");
    let sample = |((_, reason), count): (&(String, String), &i64)| {
        (vec![("reason", reason.clone())], float(u64::try_from(*count).unwrap_or(0)))
    };
    suspended.map(sample).collect()
}

pub(super) fn usage(view: &View) -> Vec<Sample> {
    let mut states: Vec<&String> = view.accounting.counts.keys().map(|(state, _)| state).collect();
    states.dedup();
    let sample = |state: &String| {
        let count = accounted(view, |found, _| found == state);
        (vec![("state", state.clone())], float(count))
    };
    states.into_iter().map(sample).collect()
}

fn held(view: &View, pick: fn(&Gauges) -> u64) -> Vec<Sample> {
    single(view.gauges.as_deref().map(|gauges| float(pick(gauges))))
}

pub(super) fn held_events(view: &View) -> Vec<Sample> {
    held(view, |gauges| gauges.events.load(Relaxed))
}

pub(super) fn held_keys(view: &View) -> Vec<Sample> {
    held(view, |gauges| gauges.keys.load(Relaxed))
}

pub(super) fn held_identities(view: &View) -> Vec<Sample> {
    held(view, |gauges| gauges.winners.load(Relaxed))
}

pub(super) fn held_bytes(view: &View) -> Vec<Sample> {
    held(view, |gauges| gauges.bytes.load(Relaxed))
}

pub(super) fn memory_budget(view: &View) -> Vec<Sample> {
    held(view, |gauges| gauges.limit.load(Relaxed))
}

pub(super) fn intake_paused(view: &View) -> Vec<Sample> {
    held(view, |gauges| u64::from(gauges.paused.load(Relaxed)))
}

pub(super) fn cut(view: &View) -> Vec<Sample> {
    single(view.seal.as_ref().map(|seal| float(seal.facts.cut)))
}

pub(super) fn cut_age(view: &View) -> Vec<Sample> {
    single(view.seal_age.filter(|_| view.leads).map(|age| age.as_secs_f64()))
}

pub(super) fn none(_: &View) -> Vec<Sample> {
    Vec::new()
}

/// Stream time since 1970; none before the first record.
fn reached(view: &View) -> Option<Duration> {
    let now = view.seal.as_ref()?.facts.now.0;
    u64::try_from(now).ok().map(Duration::from_micros)
}

pub(super) fn stream_time(view: &View) -> Vec<Sample> {
    single(reached(view).map(|reached| reached.as_secs_f64()))
}

pub(super) fn left_out(view: &View) -> Vec<Sample> {
    let sample = |(source, partition): &(String, u32)| {
        (vec![("source", source.clone()), ("partition", partition.to_string())], 1.0)
    };
    view.held_back.left_out.iter().map(sample).collect()
}

pub(super) fn freshness(view: &View) -> Vec<Sample> {
    let wall = u64::try_from(Clock.now().0).map(Duration::from_micros).unwrap_or_default();
    single(reached(view).map(|reached| wall.saturating_sub(reached).as_secs_f64()))
}

pub(super) fn sink_rows(view: &View) -> Vec<Sample> {
    let sample = |((table, op), rows): (&(String, &'static str), &u64)| {
        (vec![("table", table.clone()), ("op", (*op).to_owned())], float(*rows))
    };
    view.sink_rows.iter().map(sample).collect()
}

fn by_table(view: &View, count: impl Fn(&TableSeal) -> u64) -> Vec<Sample> {
    let tables = view.seal.iter().flat_map(|seal| &seal.tables);
    tables.map(|(name, table)| (vec![("table", name.clone())], float(count(table)))).collect()
}

pub(super) fn table_rows(view: &View) -> Vec<Sample> {
    by_table(view, |table| table.rows)
}

pub(super) fn table_files(view: &View) -> Vec<Sample> {
    by_table(view, |table| table.files)
}

pub(super) fn resident_memory(_: &View) -> Vec<Sample> {
    single(process::resident_bytes().map(float))
}

pub(super) fn cpu(_: &View) -> Vec<Sample> {
    single(process::cpu_time().map(|time| time.as_secs_f64()))
}

pub(super) fn build(_: &View) -> Vec<Sample> {
    vec![(vec![("version", env!("CARGO_PKG_VERSION").to_owned())], 1.0)]
}
