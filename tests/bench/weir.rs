//! Weir itself, as `weir run` starts it: all threads in this process, sampled.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::lake::{Lake, Seal, Upkeep};
use connectors::source::Start;
use datasets::ids::Pseudonyms;
use pipelines::config::role_of;
use pipelines::decisions::credit_bars::Band;
use pipelines::runtime::budget::Limits;
use pipelines::runtime::coordinator::Pace;
use pipelines::runtime::feed::{Feed, KafkaFeed};
use pipelines::runtime::sinks::Sinks;
use pipelines::runtime::{Job, Settings, run};
use serde::{Deserialize, Serialize};

use crate::threads::{Sampler, Samples};

/// Topics without which usage cannot be rated, and top-ups.
const SETTLED: [&str; 5] =
    ["ref.accounts", "ref.subscriptions", "ref.tariffs", "ref.destinations", "cust.topups"];

/// What a run did.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The seals of this run.
    pub(crate) seals: Vec<Seal>,
    /// What the threads used.
    pub(crate) samples: Samples,
}

/// How to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way<'a> {
    /// Whether usage is read, beside reference data and top-ups.
    pub(crate) usage: bool,
    /// Whether raw usage is written.
    pub(crate) raw: bool,
    /// Whether to go on until standard input is closed.
    pub(crate) follow: bool,
    /// The broker.
    pub(crate) brokers: &'a str,
}

/// Runs on a lake.
pub(crate) fn run_on(folder: &Path, way: Way<'_>) -> Result<Outcome> {
    let lake = Lake::local(folder)?;
    let last = lake.latest()?.map_or(0, |seal| seal.facts.cut);
    let stop = Arc::<AtomicBool>::default();
    if way.follow {
        stop_with_input(&stop)?;
    }
    let usage = way.usage.then_some("usage.cdr");
    let config = KafkaConfig::plain(way.brokers);
    let feed = |topic: &str| -> Result<Box<dyn Feed>> {
        let role = role_of(topic).context("every topic has a role")?;
        Ok(Box::new(KafkaFeed::connect(&config, topic, role, Format::Json)?))
    };
    let feeds = SETTLED.into_iter().chain(usage).map(feed).collect::<Result<_>>()?;
    let sampler = Sampler::start();
    let job = Job {
        lake: lake.clone(),
        feeds,
        pseudonyms: Pseudonyms::new(b"the benchmark's"),
        sinks: Sinks::default(),
        stop,
        gauges: Arc::default(),
    };
    run(settings(way), job)?;
    let samples = sampler.finish().context("could not sample the threads")?;
    let newest = lake.latest()?.map_or(0, |seal| seal.facts.cut);
    let seals = (last + 1..=newest).map(|cut| lake.seal(cut)).collect::<Result<_, _>>()?;
    Ok(Outcome { seals, samples })
}

/// As `weir run` has it by default.
fn settings(way: Way<'_>) -> Settings {
    Settings {
        workers: 1,
        cluster: None,
        pace: Pace {
            publish_interval: Duration::from_secs(5),
            heartbeat: Duration::from_secs(60),
            epoch_interval: Duration::from_millis(100),
            until_idle: !way.follow,
        },
        limits: Limits::of_days(35),
        band: Band::default(),
        upkeep: Upkeep::default(),
        begin: Start::Earliest,
        keeps_raw: way.raw,
    }
}

/// Asks to stop when whoever started this process closes its input.
fn stop_with_input(stop: &Arc<AtomicBool>) -> Result<()> {
    let stop = Arc::clone(stop);
    let listener = std::thread::Builder::new().name("listener".to_owned());
    listener.spawn(move || {
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        stop.store(true, Ordering::Relaxed);
    })?;
    Ok(())
}

impl Outcome {
    /// The last seal of a cut that took anything in.
    pub(crate) fn last(&self) -> Option<&Seal> {
        self.seals.iter().rev().find(|seal| seal.facts.record_count > 0)
    }

    /// Records taken in.
    pub(crate) fn records(&self) -> u64 {
        self.seals.iter().map(|seal| seal.facts.record_count).sum()
    }

    /// Nanoseconds from the start of the sources to the last sealed record.
    pub(crate) fn run_ns(&self) -> u64 {
        let began = self.samples.opened.wall_us;
        let ended = self.last().map_or(began, |seal| seal.sealed_at.0);
        u64::try_from(ended - began).unwrap_or(0) * 1_000
    }

    /// Nanoseconds until the sources were started: recovery.
    pub(crate) fn recovery_ns(&self) -> u64 {
        self.samples.opened.at_ns
    }
}
