//! The metrics: one row each with its name, meaning and where its samples come from.

use std::fmt;
use std::fmt::Write;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::samples::{self, Sample};
use crate::runtime::vitals::{View, Vitals};

/// What a metric's number does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It only grows; its name ends in `_total`.
    Counter,
    /// It goes up and down.
    Gauge,
    /// The distribution of the durations of seals.
    SealDurations,
}

/// A metric.
pub(super) struct Metric {
    /// Its name, without the ending of counters.
    name: &'static str,
    kind: Kind,
    labels: &'static str,
    meaning: &'static str,
    samples: fn(&View) -> Vec<Sample>,
}

const fn metric(
    (name, kind): (&'static str, Kind),
    labels: &'static str,
    meaning: &'static str,
    samples: fn(&View) -> Vec<Sample>,
) -> Metric {
    Metric { name, kind, labels, meaning, samples }
}

use Kind::{Counter, Gauge, SealDurations};

const METRICS: &[Metric] = &[
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

/// The metrics of a process, read anew at each scrape.
#[derive(Debug)]
struct Readings(Arc<Vitals>);

impl Collector for Readings {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let view = self.0.look();
        METRICS.iter().try_for_each(|metric| metric.encode(&view, &mut encoder))
    }
}

impl Metric {
    fn encode(&self, view: &View, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let kind = match self.kind {
            Counter => MetricType::Counter,
            Gauge => MetricType::Gauge,
            SealDurations => MetricType::Histogram,
        };
        let mut family = encoder.encode_descriptor(self.name, self.meaning, None, kind)?;
        if self.kind == SealDurations {
            return view.seal_durations.encode(family);
        }
        for (labels, value) in (self.samples)(view) {
            let encoder = family.encode_family(&labels)?;
            match self.kind {
                Counter => ConstCounter::new(value).encode(encoder)?,
                _ => ConstGauge::new(value).encode(encoder)?,
            }
        }
        Ok(())
    }

    fn full_name(&self) -> String {
        let ending = if self.kind == Counter { "_total" } else { "" };
        format!("{}{ending}", self.name)
    }
}

/// The registry of a process.
pub(super) fn registry(vitals: Arc<Vitals>) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Readings(vitals)));
    registry
}

/// The document of all metrics.
#[must_use]
pub fn markdown() -> String {
    let mut text = "# Metrics\n\n`GET /metrics` on the address of `[http] listen`, in the text format of OpenMetrics.\nThis page is generated: `WEIR_BLESS=1 cargo test -p weir the_document_names_every_metric`.\nA process that does not lead its cluster knows its sources and itself only.\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n".to_owned();
    for metric in METRICS {
        let kind = match metric.kind {
            Counter => "counter",
            Gauge => "gauge",
            SealDurations => "histogram",
        };
        let (name, labels, meaning) = (metric.full_name(), metric.labels, metric.meaning);
        // Writing to a string cannot fail.
        let _written = writeln!(text, "| `{name}` | {kind} | {labels} | {meaning} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_every_metric() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/metrics.md");
        if std::env::var_os("WEIR_BLESS").is_some() {
            std::fs::write(path, markdown()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), markdown(), "docs/metrics.md is behind");
    }

    #[test]
    fn a_scrape_describes_every_metric_once() {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry(Arc::default())).unwrap();
        for metric in METRICS {
            assert_eq!(text.matches(&format!("# TYPE {} ", metric.name)).count(), 1, "{text}");
        }
        let version = env!("CARGO_PKG_VERSION");
        assert!(text.contains(&format!("weir_build_info{{version=\"{version}\"}} 1")), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }
}
