//! The findings as a table in Markdown.

use std::fmt;

use super::Findings;
use crate::numbers::{grouped, mebibytes, micros_per, per_second, ratio, seconds};
use crate::threads::{Point, Samples};
use crate::{hand_written, weir};

/// Lines of a table.
pub(super) struct Table(Vec<[String; 4]>);

impl Table {
    /// Everything that was found.
    pub(super) fn of(findings: &Findings) -> Self {
        let mut table = Self(Vec::new());
        table.speed(findings);
        table.stages(findings);
        table.memory(findings);
        table.delays(findings);
        table
    }

    fn line(&mut self, what: &str, cells: [String; 3]) {
        let [one, two, three] = cells;
        self.0.push([what.to_owned(), one, two, three]);
    }

    fn speed(&mut self, findings: &Findings) {
        let filled = findings.filled;
        let mean = filled.bytes / filled.records.max(1);
        let of = format!("{} usage records of {mean} bytes", grouped(filled.records));
        self.line(&of, [String::new(), String::new(), String::new()]);
        let hand_ns = findings.hand.as_ref().map(hand_ns);
        if let Some(hand) = &findings.hand {
            let rate = per_second(hand.records, hand_ns.unwrap_or(1));
            let cpu = micros_per(hand.records, cpu(&hand.samples));
            self.line("hand-written, records/s", [rate, String::new(), format!("{cpu} µs CPU")]);
        }
        for (name, outcome) in [("weir", &findings.weir), ("weir without raw", &findings.narrow)] {
            let Some(outcome) = outcome else { continue };
            let (records, ns) = (outcome.records(), outcome.run_ns());
            let cpu = micros_per(records, cpu(&outcome.samples));
            let waited = outcome.samples.end.waited_ns - outcome.samples.opened.waited_ns;
            let waited =
                format!("{cpu} µs CPU; {} µs waiting for a core", micros_per(records, waited));
            self.line(
                &format!("{name}, records/s"),
                [per_second(records, ns), String::new(), waited],
            );
            if let (Some(hand), Some(hand_ns)) = (&findings.hand, hand_ns) {
                let wall =
                    ratio(hand_ns / hand.records.max(1) * 1_000, ns / records.max(1) * 1_000);
                let work = ratio(
                    self::cpu(&hand.samples) / hand.records.max(1),
                    self::cpu(&outcome.samples) / records.max(1),
                );
                let note = format!("by CPU: {work}");
                self.line(&format!("{name} : hand-written"), [wall, "0.50".to_owned(), note]);
            }
        }
    }

    fn stages(&mut self, findings: &Findings) {
        let Some(weir) = &findings.weir else { return };
        let (from, to, records) = (&weir.samples.opened, &weir.samples.end, weir.records());
        let spent = |name: &str| to.cpu_since(from, name);
        let stages = findings.stages.unwrap_or_default();
        let scaled = |ns: u64, of: u64| {
            let scaled = u128::from(ns) * u128::from(records) / u128::from(of.max(1));
            u64::try_from(scaled).unwrap_or(u64::MAX)
        };
        let poll = scaled(stages.poll_ns, stages.consumed);
        let raw = scaled(stages.raw_ns, stages.records);
        let alone = format!("alone: {}", micros_per(stages.records, stages.decode_ns));
        let encode = spent("encode");
        let lines = [
            (
                "consume",
                spent("rdk") + poll,
                "0.55",
                "librdkafka's threads, and polling".to_owned(),
            ),
            ("decode, ids, raw columns", spent("source").saturating_sub(poll), "1.05", alone),
            ("mediation, exchange, lookups, fold", worker(from, to), "1.45", String::new()),
            ("raw Parquet", raw, "0.90", "measured alone".to_owned()),
            (
                "charges, movements, sums Parquet",
                encode.saturating_sub(raw),
                "1.05",
                format!("the encode thread has {} in all", micros_per(records, encode)),
            ),
            ("plan, commit, upkeep", spent("commit"), "", String::new()),
            ("merges and the rest", rest(from, to), "", String::new()),
        ];
        for (name, ns, budget, note) in lines {
            let what = format!("µs of CPU per record: {name}");
            self.line(&what, [micros_per(records, ns), budget.to_owned(), note]);
        }
        if let Some(hand) = &findings.hand {
            self.hand_stages(hand);
        }
    }

    fn hand_stages(&mut self, hand: &hand_written::Outcome) {
        let (from, to) = (&hand.samples.opened, &hand.samples.end);
        let each = ["rdk", "consume", "fold", "write"]
            .map(|name| format!("{name} {}", micros_per(hand.records, to.cpu_since(from, name))));
        let note = each.join(", ");
        let cpu = micros_per(hand.records, cpu(&hand.samples));
        self.line("µs of CPU per record: hand-written, all", [cpu, "2.90".to_owned(), note]);
    }

    fn memory(&mut self, findings: &Findings) {
        if let Some(hand) = &findings.hand {
            let peak = mebibytes(hand.samples.peak_bytes);
            self.line("peak memory, hand-written", [peak, String::new(), String::new()]);
        }
        let Some(weir) = &findings.weir else { return };
        self.line(
            "peak memory, weir",
            [mebibytes(weir.samples.peak_bytes), String::new(), String::new()],
        );
        if let Some(bytes) = state_bytes(weir) {
            let note = "growth of resident memory over the second half of the run".to_owned();
            self.line("state bytes per usage record", [bytes.to_string(), "64".to_owned(), note]);
        }
        let written = ratio(findings.written_bytes, findings.live_bytes);
        let per_record = findings.live_bytes / weir.records().max(1);
        let note = format!("{per_record} bytes of files per record");
        self.line("bytes written per byte of the lake", [written, String::new(), note]);
    }

    fn delays(&mut self, findings: &Findings) {
        if let Some(latency) = findings.paced {
            let millis = |us: i64| format!("{} ms", us / 1_000);
            let note = format!("{} records at a steady pace, a cut every 5 s", latency.records);
            self.line("record to sealed cut, p50", [millis(latency.p50_us), String::new(), note]);
            let p99 = millis(latency.p99_us);
            self.line("record to sealed cut, p99", [p99, String::new(), String::new()]);
        }
        let Some(restart) = &findings.restart else { return };
        let (records, ns) = (findings.filled.records, restart.recovery_ns());
        let rate = per_second(records, ns);
        self.line("restart, records/s", [rate, String::new(), seconds(ns)]);
        if let Some((scan_ns, rows)) = findings.scan {
            let note = format!("DuckDB: {} rows/s, all columns", per_second(rows, scan_ns));
            let share = ratio(scan_ns / rows.max(1) * 1_000, ns / records.max(1) * 1_000);
            self.line("restart : DuckDB's scan", [share, "0.30".to_owned(), note]);
        }
        self.correction(findings, restart);
    }

    fn correction(&mut self, findings: &Findings, idle: &weir::Outcome) {
        let (Some((corrected, price)), Some(all)) = (&findings.correction, &findings.weir) else {
            return;
        };
        let spent = cpu(&corrected.samples).saturating_sub(cpu(&idle.samples));
        let share = cpu(&all.samples) / spent.max(1);
        let touched = ratio(price.records * 100_000, all.records().max(1) * 100);
        let note = format!(
            "{} records ({touched} in a thousand), {} of CPU, {} to its seal",
            grouped(price.records),
            seconds(spent),
            seconds(corrected.run_ns())
        );
        self.line(
            "a corrected tariff, share of recomputing",
            [format!("1/{share}"), "1/500".to_owned(), note],
        );
    }
}

/// CPU from the opening of the sources to the end, without the sampler's own.
fn cpu(samples: &Samples) -> u64 {
    let all = samples.end.cpu_since(&samples.opened, "");
    all.saturating_sub(samples.end.cpu_since(&samples.opened, "sampler"))
}

/// The one worker runs on the thread that called, or on one of timely's.
fn worker(from: &Point, to: &Point) -> u64 {
    to.cpu_since(from, "weir-bench") + to.cpu_since(from, "timely")
}

fn rest(from: &Point, to: &Point) -> u64 {
    let known = ["weir-bench", "timely", "rdk", "source", "encode", "commit", "sampler"];
    let known: u64 = known.into_iter().map(|name| to.cpu_since(from, name)).sum();
    to.cpu_since(from, "").saturating_sub(known)
}

fn hand_ns(hand: &hand_written::Outcome) -> u64 {
    hand.samples.end.at_ns - hand.samples.opened.at_ns
}

/// How much resident memory grew per record, from the middle of the run to the end.
fn state_bytes(weir: &weir::Outcome) -> Option<u64> {
    let at = |wall_us: i64| weir.samples.points.iter().find(|point| point.wall_us >= wall_us);
    let (first, last) = (weir.seals.first()?, weir.last()?);
    let (before, after) = (at(first.sealed_at.0)?, weir.samples.points.last()?);
    let growth = after.resident_bytes.saturating_sub(before.resident_bytes);
    let until_first = first.facts.record_count;
    let _whole = last;
    Some(growth / (weir.records() - until_first).max(1))
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | measured | aim | |\n|---|---:|---:|---|")?;
        for [what, measured, aim, note] in &self.0 {
            writeln!(f, "| {what} | {measured} | {aim} | {note} |")?;
        }
        Ok(())
    }
}
