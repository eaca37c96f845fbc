//! The metrics: one row each with its name, meaning and where its samples come from.

mod list;

use std::fmt;
use std::fmt::Write;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::runtime::vitals::{View, Vitals};
use Kind::{Counter, Gauge, SealDurations};
use list::{METRICS, Metric};

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
