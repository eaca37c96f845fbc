//! The hand-written program: the same charges and balances from the same bytes, and nothing else.
//!
//! ```text
//! consume and decode ──▶ fold: dedup, subscription, zone, price, balance ──▶ write: narrow Parquet
//! ```
//!
//! No corrections, no cuts, no recovery: a late top-up, a wrong price or a crash means starting over. It reads the
//! reference data before its clock starts.

mod consume;
mod fold;
mod prefixes;
mod record;
mod reference;
mod write;

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::threads::{Sampler, Samples};
use consume::Topics;
use fold::{Charged, Fold};
use record::Usage;
pub(crate) use reference::RarePrice;
use reference::Reference;

/// Batches that wait between two threads.
const WAITING: usize = 16;

/// What the program did.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Usage records read.
    pub(crate) records: u64,
    /// Records charged.
    pub(crate) charged: u64,
    /// Sum of all charges, in 10⁻⁹.
    pub(crate) amount: String,
    /// Bytes of the files written.
    pub(crate) bytes: u64,
    /// A tariff document that prices about a thousandth of the records, by key.
    pub(crate) rare_price: Option<RarePrice>,
    /// What the threads used.
    pub(crate) samples: Samples,
}

/// Reads all usage of a broker and writes its charges and the balances to a folder.
pub(crate) fn run(brokers: &str, folder: &Path) -> Result<Outcome> {
    fs::create_dir_all(folder)?;
    let topics = Topics::new(brokers);
    let reference = Reference::read(&topics)?;
    let texts = reference.texts();
    let mut fold = Fold::new(reference);
    let usage = topics.usage()?;
    let sampler = Sampler::start();
    let (give_usage, take_usage) = sync_channel::<Vec<Usage>>(WAITING);
    let (give_charges, take_charges) = sync_channel::<Charged>(WAITING);
    let named = |name: &str| thread::Builder::new().name(name.to_owned());
    let consume = named("consume").spawn(move || usage.consume(&give_usage))?;
    let path = folder.join("charges.parquet");
    let write = named("write").spawn(move || write::charges(&path, &texts, &take_charges))?;
    let (records, fold) = named("fold")
        .spawn(move || (fold_all(&mut fold, &take_usage, &give_charges), fold))?
        .join()
        .expect("the fold does not panic");
    consume.join().expect("the consumer does not panic")?;
    let mut bytes = write.join().expect("the writer does not panic")?;
    bytes += write::balances(&folder.join("balances.parquet"), &fold)?;
    let samples = sampler.finish().context("could not sample the threads")?;
    Ok(Outcome {
        records,
        charged: fold.charged(),
        amount: fold.amount().to_string(),
        bytes,
        rare_price: fold.rare_price(records),
        samples,
    })
}

/// The usage topic, for whoever only wants to know what reading it costs.
pub(crate) fn usage_topic(brokers: &str) -> Result<consume::Topic> {
    Topics::new(brokers).usage()
}

fn fold_all(fold: &mut Fold, usage: &Receiver<Vec<Usage>>, charges: &SyncSender<Charged>) -> u64 {
    let mut records = 0;
    for batch in usage {
        records += u64::try_from(batch.len()).expect("a batch is bounded");
        if charges.send(fold.charge(&batch)).is_err() {
            break;
        }
    }
    records
}
