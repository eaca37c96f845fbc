//! All metrics, in the order of the document.

use super::Kind;
use super::Kind::{Counter, Gauge, SealDurations};
use crate::http::samples::{self, Sample};
use crate::runtime::vitals::View;

/// A metric.
pub(super) struct Metric {
    /// Its name, without the ending of counters.
    pub(super) name: &'static str,
    /// What its number does.
    pub(super) kind: Kind,
    /// The names of its labels.
    pub(super) labels: &'static str,
    /// What it says.
    pub(super) meaning: &'static str,
    /// Its numbers.
    pub(super) samples: fn(&View) -> Vec<Sample>,
}

const fn metric(
    (name, kind): (&'static str, Kind),
    labels: &'static str,
    meaning: &'static str,
    samples: fn(&View) -> Vec<Sample>,
) -> Metric {
    Metric { name, kind, labels, meaning, samples }
}

/// All metrics.
pub(super) const METRICS: &[Metric] = &[
    metric(
        ("weir_source_records", Counter),
        "source",
        "Records decoded since the start of the process",
        samples::records,
    ),
    metric(
        ("weir_source_decode_errors", Counter),
        "source",
        "Records that could not be decoded since the start of the process",
        samples::decode_errors,
    ),
    metric(
        ("weir_source_lag_records", Gauge),
        "source, partition",
        "Records that are still to be read",
        samples::lag,
    ),
    metric(
        ("weir_source_state", Gauge),
        "source, state",
        "1 for the state that the source is in: running, paused, disconnected or ended",
        samples::states,
    ),
    metric(
        ("weir_dlq_records", Gauge),
        "",
        "Rows of ops.dead_letters at the last seal",
        samples::dead_letters,
    ),
    metric(
        ("weir_duplicate_records", Counter),
        "",
        "Usage records of the lake that are duplicates, at the last seal",
        samples::duplicates,
    ),
    metric(
        ("weir_late_records", Gauge),
        "",
        "Usage records that are suspended because they came behind the hot window",
        samples::late,
    ),
    metric(
        ("weir_suspended_records", Gauge),
        "reason",
        "Usage records that wait, by what they lack",
        samples::suspended,
    ),
    metric(
        ("weir_usage_records", Gauge),
        "state",
        "Usage records of the lake by state, at the last seal",
        samples::usage,
    ),
    metric(
        ("weir_held_events", Gauge),
        "",
        "Events that all workers hold one by one, as they lie in the hot window",
        samples::held_events,
    ),
    metric(
        ("weir_held_keys", Gauge),
        "",
        "Keys, such as accounts, that all workers hold a state of",
        samples::held_keys,
    ),
    metric(
        ("weir_held_identities", Gauge),
        "",
        "Records that all workers remember, so that duplicates of them are found",
        samples::held_identities,
    ),
    metric(
        ("weir_held_bytes", Gauge),
        "",
        "Estimate of what the events, keys and identities take",
        samples::held_bytes,
    ),
    metric(
        ("weir_memory_budget_bytes", Gauge),
        "",
        "What they may take: memory_budget in [runtime]",
        samples::memory_budget,
    ),
    metric(
        ("weir_intake_paused", Gauge),
        "",
        "1 while sources wait, as more is held than the budget allows",
        samples::intake_paused,
    ),
    metric(("weir_cut", Gauge), "", "Number of the last sealed cut", samples::cut),
    metric(
        ("weir_cut_age_seconds", Gauge),
        "",
        "Time since the last seal, or since recovery before the first",
        samples::cut_age,
    ),
    metric(
        ("weir_seal_duration_seconds", SealDurations),
        "",
        "Time from a complete cut to its seal",
        samples::none,
    ),
    metric(
        ("weir_stream_time_seconds", Gauge),
        "",
        "Stream time of the last sealed cut, in seconds since 1970",
        samples::stream_time,
    ),
    metric(
        ("weir_partition_left_out", Gauge),
        "source, partition",
        "1 for a partition that has not moved for ten minutes: stream time goes on without it",
        samples::left_out,
    ),
    metric(
        ("weir_view_freshness_seconds", Gauge),
        "",
        "How far the published tables are behind the wall clock",
        samples::freshness,
    ),
    metric(
        ("weir_sink_rows", Counter),
        "table, op",
        "Rows that this run has published: added or removed",
        samples::sink_rows,
    ),
    metric(("weir_table_rows", Gauge), "table", "Live rows at the last seal", samples::table_rows),
    metric(
        ("weir_table_files", Gauge),
        "table",
        "Live files at the last seal",
        samples::table_files,
    ),
    metric(
        ("process_resident_memory_bytes", Gauge),
        "",
        "Memory that is resident",
        samples::resident_memory,
    ),
    metric(("process_cpu_seconds", Counter), "", "Processor time of user and system", samples::cpu),
    metric(
        ("weir_build_info", Gauge),
        "version",
        "Always 1; the version stands in the label",
        samples::build,
    ),
];
