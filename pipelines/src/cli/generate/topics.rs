//! Sends a generated operator's records to Kafka, at a rate or as fast as it goes.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use connectors::kafka::config::KafkaConfig;
use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::records::{Outgoing, RecordSink};
use datasets::generator::{Item, Operator};

use crate::runtime::clock::Clock;

/// How fast, and for how long at most.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Records a second; as fast as it goes without.
    pub(super) rate: Option<u32>,
    /// Ends after so long even if records are left.
    pub(super) seconds: Option<u64>,
}

/// Sends until the operator has no more, or the time is over. Says how many records each topic got.
pub(super) fn send(
    operator: &mut Operator,
    (config, topics): (&KafkaConfig, &[&str]),
    pace: Pace,
) -> Result<BTreeMap<&'static str, u64>, SinkError> {
    let mut sink = RecordSink::open(config, topics)?;
    let (clock, mut counts, mut progress) = (Clock, BTreeMap::new(), Progress::begin());
    let mut sent: u64 = 0;
    for Item { topic, key, payload, arrived_at, partition_hint } in operator {
        // Brokers refuse records from the future.
        let at = arrived_at.min(clock.now());
        let (key, payload) = (key.as_deref(), payload.as_deref());
        sink.send(Outgoing { topic, partition_hint, key, payload, at })?;
        *counts.entry(topic).or_insert(0) += 1;
        sent += 1;
        let spent = clock.since(progress.began);
        if pace.seconds.is_some_and(|seconds| spent >= Duration::from_secs(seconds)) {
            break;
        }
        let ahead = due(sent, pace.rate).saturating_sub(spent);
        if ahead > Duration::from_millis(5) {
            std::thread::park_timeout(ahead);
        }
        progress.tell(sent, spent);
    }
    sink.finish()?;
    progress.end();
    Ok(counts)
}

/// When so many records are to have been sent.
fn due(sent: u64, rate: Option<u32>) -> Duration {
    let nanos = rate.map_or(0, |rate| u128::from(sent) * 1_000_000_000 / u128::from(rate.max(1)));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Tells on stderr how far it is: one line that changes, or a line every ten seconds where nobody watches.
struct Progress {
    began: Instant,
    watched: bool,
    told: Duration,
}

impl Progress {
    fn begin() -> Self {
        let watched = std::io::stderr().is_terminal();
        Self { began: Clock.instant(), watched, told: Duration::ZERO }
    }

    fn tell(&mut self, sent: u64, spent: Duration) {
        let pause = if self.watched { Duration::from_millis(500) } else { Duration::from_secs(10) };
        if spent < self.told + pause {
            return;
        }
        self.told = spent;
        let line = format!("{sent:>10} records in {} s", spent.as_secs());
        if self.watched { eprint!("\r{line}") } else { eprintln!("{line}") }
    }

    fn end(&self) {
        if self.watched && self.told > Duration::ZERO {
            eprintln!();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_spreads_records_over_time() {
        assert_eq!(due(1_500, Some(1_000)), Duration::from_millis(1_500));
        assert_eq!(due(1_500, None), Duration::ZERO);
    }
}
