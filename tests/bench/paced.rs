//! How long a record takes to a sealed cut while records come at a steady pace.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use connectors::lake::{Lake, Seal};
use datasets::generator::{Config, Item, Operator, USAGE_TOPIC};
use pipelines::runtime::clock::Clock;
use weir_tests::broker::Broker;

use crate::filling::{Filler, PARTITIONS, config, make_topics};
use crate::threads::wall;
use crate::{parts, weir};

/// Records per second.
const RATE: u64 = 10_000;
/// For so many seconds.
const SECONDS: u64 = 40;
/// Records sent between two looks at the clock.
const BURST: u64 = 100;
/// How long weir may take to its first cut.
const PATIENCE: Duration = Duration::from_secs(300);

/// Latencies in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    pub(crate) p50_us: i64,
    pub(crate) p99_us: i64,
    pub(crate) records: usize,
}

/// Paces usage into a broker of its own while weir publishes, and compares the times.
pub(crate) fn run(folder: &Path, seed: u64) -> Result<Latency> {
    eprintln!("running \"paced\": {} records/s for {SECONDS} s", RATE);
    let broker = Broker::start()?;
    make_topics(&broker)?;
    let brokers = broker.address();
    let began_at = wall().plus_seconds(-86_400 - 3_600);
    let operator = Config { started_at: began_at, ..config(RATE * SECONDS, seed) };
    let producer = Filler::new(brokers)?;
    let mut usage = Vec::new();
    for item in Operator::new(operator) {
        if item.topic == USAGE_TOPIC {
            usage.push(item);
        } else {
            producer.send(&item, 0)?;
        }
    }
    producer.flush()?;
    let lake = folder.join("paced");
    let _settled: weir::Outcome = parts::measure("settle", brokers, &lake)?;
    let follower = parts::start("follow", brokers, &lake)?;
    let lake = Lake::local(&lake)?;
    let mut pacer = Pacer { producer, sent: vec![Vec::new(); usize::try_from(PARTITIONS)?] };
    let paced = usage.split_off(usage.len().min(usize::try_from(BURST)?));
    pacer.send(usage)?;
    pacer.producer.flush()?;
    // By the time it seals these it has recovered.
    await_next_cut(&lake)?;
    let began_at = wall().0;
    pacer.send(paced)?;
    pacer.producer.flush()?;
    let outcome: weir::Outcome = parts::outcome(follower)?;
    latency(&outcome.seals, &pacer.sent, began_at)
}

/// A producer that keeps a pace, and remembers when it sent each record of each partition.
struct Pacer {
    producer: Filler,
    sent: Vec<Vec<i64>>,
}

impl Pacer {
    fn send(&mut self, usage: Vec<Item>) -> Result<()> {
        let (clock, began) = (Clock, Clock.instant());
        for (number, mut item) in (0_u64..).zip(usage) {
            if number % BURST == 0 {
                let due = Duration::from_micros(number * 1_000_000 / RATE);
                std::thread::park_timeout(due.saturating_sub(clock.since(began)));
            }
            let partition = item.partition_hint % PARTITIONS;
            item.arrived_at = wall();
            self.sent[usize::try_from(partition)?].push(item.arrived_at.0);
            self.producer.send(&item, partition)?;
        }
        Ok(())
    }
}

/// Waits until weir seals, by which it has recovered.
fn await_next_cut(lake: &Lake) -> Result<()> {
    let cut = |lake: &Lake| -> Result<u64> { Ok(lake.latest()?.map_or(0, |seal| seal.facts.cut)) };
    let (before, clock, began) = (cut(lake)?, Clock, Clock.instant());
    while cut(lake)? == before {
        if clock.since(began) > PATIENCE {
            bail!("weir did not seal a cut within {} s", PATIENCE.as_secs());
        }
        std::thread::park_timeout(Duration::from_millis(100));
    }
    Ok(())
}

/// The time from its sending, for records sent since an instant, to the seal of the first cut whose positions lie behind it.
fn latency(seals: &[Seal], sent: &[Vec<i64>], began_at: i64) -> Result<Latency> {
    let source = |seal: &Seal| {
        let named = |source: &String| source.contains(&format!("/{USAGE_TOPIC}/"));
        seal.facts.sources.iter().position(named)
    };
    let mut latencies = Vec::new();
    let mut taken = vec![0_usize; sent.len()];
    for seal in seals {
        let source = source(seal).context("every cut names the usage topic")?;
        let of_usage = seal.facts.positions.iter().filter(|at| usize::from(at.source) == source);
        for at in of_usage {
            let partition = usize::try_from(at.partition)?;
            let until = usize::try_from(at.next_offset)?.min(sent[partition].len());
            let from = taken[partition].min(until);
            let times = sent[partition][from..until].iter().filter(|sent_at| **sent_at >= began_at);
            latencies.extend(times.map(|sent_at| seal.sealed_at.0 - sent_at));
            taken[partition] = until;
        }
    }
    latencies.sort_unstable();
    let at = |percent: usize| latencies.get(latencies.len() * percent / 100).copied();
    let (p50_us, p99_us) = (at(50).context("no record was sealed")?, at(99).unwrap_or_default());
    Ok(Latency { p50_us, p99_us, records: latencies.len() })
}
