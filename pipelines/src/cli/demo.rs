//! `weir demo`: a generated operator, the dataflow and a lake in one process, then three answers.

mod own;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use connectors::lake::{Lake, Upkeep};
use connectors::memory::MemoryRecord;
use connectors::source::Start as Begin;
use datasets::generator::{Config, Item, Operator};
use datasets::ids::Pseudonyms;
use queries::{At, Format, Session, questions};

use super::{Failure, LakeArgs, block_on};
use crate::config::role_of;
use crate::decisions::credit_bars::Band;
use crate::runtime::budget::Limits;
use crate::runtime::clock::Clock;
use crate::runtime::coordinator::Pace;
use crate::runtime::feed::{Feed, MemoryFeed};
use crate::runtime::sinks::Sinks;
use crate::runtime::{self, Job, RuntimeError, Settings};

/// Arguments of `weir demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    lake: LakeArgs,
    /// How long the generator takes for its three days.
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Seed of the generator: the same seed makes the same operator.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The topics that the demo reads.
const TOPICS: [&str; 6] = [
    "usage.cdr",
    "cust.topups",
    "ref.accounts",
    "ref.subscriptions",
    "ref.tariffs",
    "ref.destinations",
];
/// Records that wait in an in-process topic.
const RECORDS_WAITING: usize = 16_384;
/// The questions that the demo answers.
const QUESTIONS: [&str; 3] = ["where_did_every_record_go", "top_accounts", "balances_tie_out"];

impl Demo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let location = self.lake.location();
        let lake = own::lake(&self.lake)?;
        let (senders, feeds) = topics();
        let config = Config { audited: false, ..Config::demo(self.seed) };
        let pace = Pacing { records: config.records, span: Duration::from_secs(self.seconds) };
        let stop = super::stop::stop_on_signal()?;
        let generator = std::thread::Builder::new().name("generator".to_owned());
        generator
            .spawn(move || feed(Operator::new(config), &senders, pace))
            .context("could not start the generator")?;
        eprintln!("a generated operator of 2,000 numbers lives three days in {} s", self.seconds);
        let pseudonyms = Pseudonyms::new(own::KEY);
        let gauges = Arc::default();
        let sinks = Sinks::default();
        let job = Job { lake: lake.clone(), feeds, pseudonyms, sinks, stop, gauges };
        run_watched(settings(), job, &lake)?;
        block_on(answer(&location))?;
        eprintln!(
            "\nthe lake is in \"{location}\"; go on with\n  weir sql --lake {location}\n  weir cuts verify --lake {location}\n  weir views list"
        );
        Ok(())
    }
}

fn settings() -> Settings {
    Settings {
        workers: 1,
        cluster: None,
        pace: Pace {
            publish_interval: Duration::from_secs(1),
            heartbeat: Duration::from_secs(60),
            epoch_interval: Duration::from_millis(50),
            until_idle: true,
        },
        limits: Limits::of_days(35),
        band: Band::default(),
        upkeep: Upkeep::default(),
        begin: Begin::Earliest,
        keeps_raw: true,
    }
}

type Topics = (BTreeMap<&'static str, SyncSender<MemoryRecord>>, Vec<Box<dyn Feed>>);

fn topics() -> Topics {
    let mut senders = BTreeMap::new();
    let mut feeds: Vec<Box<dyn Feed>> = Vec::new();
    for topic in TOPICS {
        let (sender, records) = sync_channel(RECORDS_WAITING);
        let role = role_of(topic).expect("the demo's topics have roles");
        senders.insert(topic, sender);
        feeds.push(Box::new(MemoryFeed::new(topic, role, records)));
    }
    (senders, feeds)
}

/// How fast the generator goes.
#[derive(Clone, Copy)]
struct Pacing {
    records: u64,
    span: Duration,
}

/// Hands the operator's records over, spread over the span.
fn feed(items: Operator, senders: &BTreeMap<&'static str, SyncSender<MemoryRecord>>, pace: Pacing) {
    let clock = Clock;
    let began = clock.instant();
    let mut sent: u64 = 0;
    for item in items {
        let Item { topic, key, payload, arrived_at, .. } = item;
        let Some(sender) = senders.get(topic) else { continue };
        let record = MemoryRecord { key: key.map(String::into_bytes), payload, arrived_at };
        if sender.send(record).is_err() {
            return;
        }
        sent += u64::from(topic == "usage.cdr");
        let due = pace.span.mul_f64(share(sent, pace.records));
        let ahead = due.saturating_sub(clock.since(began));
        if ahead > Duration::from_millis(20) {
            std::thread::park_timeout(ahead);
        }
    }
}

#[expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "pacing a demo needs no exactness"
)]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// Runs, and tells each second how far the lake is.
fn run_watched(settings: Settings, job: Job, lake: &Lake) -> Result<(), Failure> {
    let (done, ended): (_, Receiver<Result<(), RuntimeError>>) = channel();
    let runner = std::thread::Builder::new().name("weir".to_owned());
    runner
        .spawn(move || done.send(runtime::run(settings, job)))
        .context("could not start the dataflow")?;
    loop {
        match ended.recv_timeout(Duration::from_secs(1)) {
            Ok(outcome) => return Ok(outcome?),
            Err(RecvTimeoutError::Timeout) => report(lake)?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(anyhow::anyhow!("the dataflow ended without a word").into());
            }
        }
    }
}

fn report(lake: &Lake) -> Result<(), Failure> {
    let Some(seal) = lake.latest()? else { return Ok(()) };
    let rows = |table: &str| seal.tables.get(table).map_or(0, |table| table.rows);
    eprintln!(
        "cut {:>4}  now {}  usage {:>8}  charges {:>8}  suspended {:>6}  balances {:>6}",
        seal.facts.cut,
        seal.facts.now,
        rows("raw.usage"),
        rows("bill.charges"),
        rows("bill.suspended_usage"),
        rows("bill.balances"),
    );
    Ok(())
}

/// Asks the saved questions.
async fn answer(location: &str) -> Result<(), Failure> {
    let session = Session::open(location, At::Latest)?;
    for name in QUESTIONS {
        let question = questions::named(name)?;
        let mut out = std::io::stdout();
        writeln!(out, "\n{}", question.title())?;
        let answer = question.ask(&session, &[]).await?;
        queries::output::write(answer, Format::Table, &mut out).await?;
    }
    Ok(())
}
