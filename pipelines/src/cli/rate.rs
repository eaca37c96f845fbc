//! `weir rate`: one file of usage by the tariffs of a folder, without broker or lake.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use anyhow::{Context, anyhow, bail};
use arrow::array::AsArray;
use clap::{Args, ValueEnum};
use connectors::decode::Format;
use connectors::file::FileSource;
use connectors::mapping::Mapping;
use connectors::source::{Batch, DeadLetter, Launch, Role, Share, Start};
use datasets::ids::Pseudonyms;
use datasets::reference::RefTopic;
use datasets::units::{Currency, Money};
use datasets::usage::UsageEvent;
use serde_json::{Value, json};

use super::{Failure, code, stdin::Given};
use crate::charging::fold::{Suspension, Usage, rate_usage};
use crate::charging::{Catalogue, fold::Charge};
use crate::names::Names;

/// Arguments of `weir rate`.
#[derive(Debug, Args)]
pub(crate) struct Rate {
    /// Usage: JSON lines, or CSV with a header, in weir's own names; or any form with a mapping. "-" is standard input.
    #[arg(long, value_name = "FILE")]
    usage: PathBuf,
    /// Folder with accounts, subscriptions, tariffs and destinations, each as .csv or .jsonl.
    #[arg(long, value_name = "DIR")]
    tariff: PathBuf,
    /// A mapping for usage in a foreign form.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Csv,
    Json,
}

/// What became of one record.
enum Verdict {
    Rated(Charge),
    Suspended(Suspension),
    Superseded,
    Duplicate,
}

/// A record with its own id as text.
struct Line {
    usage_id: String,
    usage: UsageEvent,
}

impl Rate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let names = Names::default();
        let catalogue = self.catalogue(&names)?;
        let (lines, dead) = self.lines(&Given::of(&self.usage)?)?;
        let verdicts = judge(&catalogue, &lines);
        let mut out = std::io::stdout().lock();
        match self.format {
            Form::Csv => write_csv(&mut out, (&lines, &verdicts), &names)?,
            Form::Json => write_json(&mut out, (&lines, &verdicts), &names)?,
        }
        for letter in &dead {
            let place = letter.provenance.offset() + 1;
            eprintln!("line {place} of \"{}\": {}: {}", letter.topic, letter.reason, letter.detail);
        }
        if dead.is_empty() {
            return Ok(());
        }
        let error = anyhow!("{} records could not be read; the lines above say why", dead.len());
        Err(Failure { error, code: code::DATA })
    }

    fn catalogue(&self, names: &Names) -> Result<Catalogue, Failure> {
        let mut catalogue = Catalogue::new(names.clone());
        for topic in RefTopic::ALL {
            let stem = topic.as_str().trim_start_matches("ref.");
            let Some((path, format)) = find(&self.tariff, stem)? else { continue };
            let batches = read(&path, Role::Reference(topic), format)?;
            for batch in batches {
                if let Some(letter) = batch.dead.first() {
                    let place = letter.provenance.offset() + 1;
                    let error = anyhow!(
                        "line {place} of \"{}\": {}: {}",
                        path.display(),
                        letter.reason,
                        letter.detail
                    );
                    return Err(Failure::config(error));
                }
                for change in batch.changes {
                    catalogue.refresh(change, 1);
                }
            }
        }
        Ok(catalogue)
    }

    fn lines(&self, usage: &Given) -> Result<(Vec<Line>, Vec<DeadLetter>), Failure> {
        let format = match &self.mapping {
            Some(mapping) => {
                let text = std::fs::read_to_string(mapping)
                    .with_context(|| format!("could not read \"{}\"", mapping.display()))?;
                let mapping = Mapping::parse(&text, &mapping.display().to_string());
                Format::Mapped(Arc::new(mapping.map_err(Failure::config)?))
            }
            None => format_of(usage.path()),
        };
        let (mut lines, mut dead) = (Vec::new(), Vec::new());
        for batch in read(usage.path(), Role::Usage, format)? {
            if let Some(ids) = batch.raw.column_by_name("usage_id") {
                let ids = ids.as_string::<i32>().iter().flatten().map(str::to_owned);
                let joined = ids.zip(batch.usage);
                lines.extend(joined.map(|(usage_id, usage)| Line { usage_id, usage }));
            }
            dead.extend(usage.named(batch.dead));
        }
        Ok((lines, dead))
    }
}

fn format_of(path: &Path) -> Format {
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if is_csv { Format::Columns(b',') } else { Format::Json }
}

/// The file of a kind of reference data, if there is one.
fn find(folder: &Path, stem: &str) -> anyhow::Result<Option<(PathBuf, Format)>> {
    let candidates =
        ["csv", "jsonl", "json"].map(|extension| folder.join(format!("{stem}.{extension}")));
    let found: Vec<_> = candidates.into_iter().filter(|path| path.is_file()).collect();
    match found.as_slice() {
        [] if stem == "tariffs" => {
            bail!("there is no tariffs.csv or tariffs.jsonl in \"{}\"", folder.display())
        }
        [] => Ok(None),
        [path] => Ok(Some((path.clone(), format_of(path)))),
        [one, other, ..] => {
            bail!("both \"{}\" and \"{}\" are there; keep one", one.display(), other.display())
        }
    }
}

fn read(path: &Path, role: Role, format: Format) -> Result<Vec<Batch>, Failure> {
    let (sender, batches) = sync_channel(4);
    let launch = Launch {
        number: 0,
        share: Share::WHOLE,
        pseudonyms: Pseudonyms::new(b"rate needs none that last"),
        start: Start::Earliest,
        batches: sender,
    };
    let running = FileSource::open(path, role, format)?.start(launch)?;
    let batches: Vec<Batch> = batches.into_iter().collect();
    running.join()?;
    Ok(batches)
}

/// Judges each record: the highest revision of an identity counts, of equal ones the first.
fn judge(catalogue: &Catalogue, lines: &[Line]) -> Vec<Verdict> {
    let mut winners: BTreeMap<u64, usize> = BTreeMap::new();
    let rank = |place: usize| {
        let usage = &lines[place].usage;
        (usage.revision, usage.cancelled)
    };
    for (place, line) in lines.iter().enumerate() {
        let winner = winners.entry(line.usage.identity).or_insert(place);
        if rank(place) > rank(*winner) {
            *winner = place;
        }
    }
    let verdict = |(place, line): (usize, &Line)| {
        let winner = winners[&line.usage.identity];
        if place != winner {
            return if rank(place) == rank(winner) {
                Verdict::Duplicate
            } else {
                Verdict::Superseded
            };
        }
        if line.usage.cancelled {
            return Verdict::Superseded;
        }
        match rate_usage(catalogue, &Usage::from(&line.usage)) {
            Ok(charge) => Verdict::Rated(charge),
            Err(reason) => Verdict::Suspended(reason),
        }
    };
    lines.iter().enumerate().map(verdict).collect()
}

/// One record in the output's own words.
fn row(line: &Line, verdict: &Verdict, names: &Names) -> [(&'static str, String); 10] {
    let text = |id: u64| names.text(id).map_or_else(String::new, |text| text.to_string());
    let charge = match verdict {
        Verdict::Rated(charge) => Some(charge),
        _ => None,
    };
    let of_charge = |show: &dyn Fn(&Charge) -> String| charge.map_or_else(String::new, show);
    let (status, reason) = match verdict {
        Verdict::Rated(_) => ("rated", ""),
        Verdict::Suspended(reason) => ("suspended", reason.as_str()),
        Verdict::Superseded => ("superseded", ""),
        Verdict::Duplicate => ("duplicate", ""),
    };
    [
        ("usage_id", line.usage_id.clone()),
        ("status", status.to_owned()),
        ("reason", reason.to_owned()),
        ("service", line.usage.service.as_str().to_owned()),
        ("started_at", line.usage.started_at.to_string()),
        ("quantity", line.usage.quantity.to_string()),
        ("account_id", of_charge(&|charge| text(charge.account.spread()))),
        ("zone", of_charge(&|charge| text(charge.zone))),
        ("amount", of_charge(&|charge| Money(i128::from(charge.amount)).to_string())),
        ("currency", of_charge(&|charge| charge.currency.to_string())),
    ]
}

fn totals(verdicts: &[Verdict]) -> BTreeMap<Currency, Money> {
    let mut totals: BTreeMap<Currency, Money> = BTreeMap::new();
    for verdict in verdicts {
        if let Verdict::Rated(charge) = verdict {
            *totals.entry(charge.currency).or_default() += Money(i128::from(charge.amount));
        }
    }
    totals
}

type Judged<'a> = (&'a [Line], &'a [Verdict]);

/// One line per record; the totals go to stderr, so that the output stays a table.
fn write_csv(
    out: &mut impl Write,
    (lines, verdicts): Judged<'_>,
    names: &Names,
) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(out);
    for (place, (line, verdict)) in lines.iter().zip(verdicts).enumerate() {
        let row = row(line, verdict, names);
        if place == 0 {
            writer.write_record(row.iter().map(|(name, _)| *name))?;
        }
        writer.write_record(row.iter().map(|(_, value)| value))?;
    }
    writer.flush()?;
    for (currency, total) in totals(verdicts) {
        eprintln!("total {total} {currency}");
    }
    Ok(())
}

/// One object: the records, and the totals by currency.
fn write_json(
    out: &mut impl Write,
    (lines, verdicts): Judged<'_>,
    names: &Names,
) -> Result<(), Failure> {
    let object = |(line, verdict)| {
        let members = row(line, verdict, names);
        Value::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect(),
        )
    };
    let records: Vec<Value> = lines.iter().zip(verdicts).map(object).collect();
    let total = |(currency, total): (Currency, Money)| json!({ "currency": currency.to_string(), "amount": total.to_string() });
    let totals: Vec<Value> = totals(verdicts).into_iter().map(total).collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "records": records, "totals": totals }))?;
    Ok(writeln!(out)?)
}
