//! The story of a benchmark, and its table.

mod table;

use std::path::Path;

use anyhow::{Context, Result};
use datasets::generator::{Config, Item};
use weir_tests::broker::Broker;

use crate::filling::{Filled, Filler, fill, make_topics};
use crate::hand_written::RarePrice;
use crate::paced::Latency;
use crate::parts::measure;
use crate::stages::Stages;
use crate::{hand_written, paced, scan, threads, weir};
use table::Table;

/// All that was measured; a part that was not asked for is missing.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    filled: Filled,
    hand: Option<hand_written::Outcome>,
    weir: Option<weir::Outcome>,
    narrow: Option<weir::Outcome>,
    /// A start without anything new to read.
    restart: Option<weir::Outcome>,
    /// DuckDB's nanoseconds and rows over raw usage.
    scan: Option<(u64, u64)>,
    /// A start with one corrected tariff to read.
    correction: Option<(weir::Outcome, RarePrice)>,
    paced: Option<Latency>,
    stages: Option<Stages>,
    live_bytes: u64,
    written_bytes: u64,
}

/// Runs the parts that are asked for, and prints what they found.
pub(crate) fn run(only: &[String], config: Config) -> Result<()> {
    let wanted = |part: &str| only.is_empty() || only.iter().any(|name| name == part);
    let seed = config.seed;
    let folder = tempfile::Builder::new().prefix("weir-bench").tempdir()?;
    let broker = Broker::start().context(
        "the benchmark reads from a real broker; without one there is nothing to compare",
    )?;
    make_topics(&broker)?;
    eprintln!("filling the broker with {} usage records", config.records);
    let mut findings = Findings { filled: fill(broker.address(), config)?, ..Findings::default() };
    if wanted("stages") {
        findings.stages = Some(measure("stages", broker.address(), &folder.path().join("stages"))?);
    }
    if wanted("hand") {
        findings.hand = Some(measure("hand", broker.address(), &folder.path().join("hand"))?);
    }
    if wanted("weir") {
        run_weir(&mut findings, &broker, folder.path())?;
    }
    if wanted("narrow") {
        let lake = folder.path().join("narrow");
        let _settled: weir::Outcome = measure("settle", broker.address(), &lake)?;
        findings.narrow = Some(measure("narrow", broker.address(), &lake)?);
    }
    if wanted("restart") && findings.weir.is_some() {
        restart(&mut findings, &broker, folder.path())?;
    }
    drop(broker);
    if wanted("paced") {
        findings.paced = Some(paced::run(folder.path(), seed)?);
    }
    println!("{}", Table::of(&findings));
    Ok(())
}

fn run_weir(findings: &mut Findings, broker: &Broker, folder: &Path) -> Result<()> {
    let lake = folder.join("lake");
    let _settled: weir::Outcome = measure("settle", broker.address(), &lake)?;
    let settled = bytes_below(&lake)?;
    let outcome: weir::Outcome = measure("weir", broker.address(), &lake)?;
    let samples = &outcome.samples;
    findings.live_bytes = bytes_below(&lake)? - settled;
    findings.written_bytes = samples.end.written_bytes - samples.opened.written_bytes;
    findings.weir = Some(outcome);
    Ok(())
}

/// Starts again with nothing to read, then with one tariff corrected.
fn restart(findings: &mut Findings, broker: &Broker, folder: &Path) -> Result<()> {
    let lake = folder.join("lake");
    match scan::duckdb(&lake.join("raw/usage")) {
        Ok(scan) => findings.scan = Some(scan),
        Err(error) => eprintln!("without DuckDB: {error:#}"),
    }
    findings.restart = Some(measure("weir", broker.address(), &lake)?);
    let Some(price) = findings.hand.as_ref().and_then(|hand| hand.rare_price.clone()) else {
        return Ok(());
    };
    let mut document: serde_json::Value = serde_json::from_str(&price.document)?;
    document["price"] = "0.123456789".into();
    let item = Item {
        topic: "ref.tariffs",
        key: Some(price.key.clone()),
        payload: Some(serde_json::to_vec(&document)?),
        arrived_at: threads::wall(),
        partition_hint: 0,
    };
    let producer = Filler::new(broker.address())?;
    producer.send(&item, 0)?;
    producer.flush()?;
    findings.correction = Some((measure("weir", broker.address(), &lake)?, price));
    Ok(())
}

/// The size of all files below a folder.
fn bytes_below(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        sum += match entry.file_type()?.is_dir() {
            true => bytes_below(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(sum)
}
