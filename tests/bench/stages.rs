//! Single stages of weir, each alone on one thread over the same records, to split what its threads do together.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use connectors::decode::{Counting, Decoder, Format, Identity, Record};
use connectors::lake::{FileWriter, Lake};
use connectors::source::{Batch, Role};
use datasets::ids::Pseudonyms;
use datasets::tables::RAW_USAGE;
use pipelines::publish::encode::{batch, counts, words};
use rdkafka::message::Message;
use serde::{Deserialize, Serialize};

use crate::hand_written::usage_topic;
use crate::threads::{Point, Sampler};

/// Records over which a stage is measured.
const RECORDS: usize = 1 << 19;

/// Nanoseconds of CPU of each stage.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stages {
    /// Records that each stage worked on.
    pub(crate) records: u64,
    /// Records of the whole topic, which was consumed.
    pub(crate) consumed: u64,
    /// Polling the client for records, without its own threads.
    pub(crate) poll_ns: u64,
    /// The client's threads.
    pub(crate) client_ns: u64,
    /// From bytes to events and raw columns.
    pub(crate) decode_ns: u64,
    /// From raw columns to a file.
    pub(crate) raw_ns: u64,
}

/// Measures the stages on the usage of a broker.
pub(crate) fn run(brokers: &str, folder: &Path) -> Result<Stages> {
    let mut payloads: Vec<Vec<u8>> = Vec::with_capacity(RECORDS);
    let mut consumed = 0;
    let topic = usage_topic(brokers)?;
    let consuming = spent("poll", || {
        topic.each(|message| {
            consumed += 1;
            let payload = message.payload().unwrap_or_default();
            if payloads.len() < RECORDS {
                payloads.push(payload.to_vec());
            }
        })
    })?;
    let mut batches = Vec::new();
    let decoding = spent("decode", || {
        batches = decode(&payloads)?;
        Ok(())
    })?;
    let raws = batches.into_iter().map(|batch| batch.raw).collect::<Vec<_>>();
    let lake = Lake::local(&folder.join("stages"))?;
    let mut writer = FileWriter::new(&lake, 1, 0);
    let writing = spent("raw", || {
        let rows: Vec<RecordBatch> = raws.iter().map(arrived).collect();
        let rows = concat_batches(&rows[0].schema(), &rows)?;
        writer.write(&RAW_USAGE, 1, &rows)?;
        Ok(())
    })?;
    Ok(Stages {
        records: u64::try_from(payloads.len())?,
        consumed,
        poll_ns: consuming.cpu_since(&Point::default(), "poll"),
        client_ns: consuming.cpu_since(&Point::default(), "rdk"),
        decode_ns: decoding.cpu_since(&Point::default(), "decode"),
        raw_ns: writing.cpu_since(&Point::default(), "raw"),
    })
}

/// The CPU that a thread of a name spends on some work, and those beside it.
fn spent(name: &str, work: impl FnOnce() -> Result<()> + Send) -> Result<Point> {
    let sampler = Sampler::start();
    std::thread::scope(|scope| {
        let named = std::thread::Builder::new().name(name.to_owned());
        named.spawn_scoped(scope, work)?.join().expect("a stage does not panic")
    })?;
    Ok(sampler.finish().context("could not sample the threads")?.end)
}

fn decode(payloads: &[Vec<u8>]) -> Result<Vec<Batch>> {
    let source: Arc<str> = "cluster/usage.cdr/incarnation".into();
    let identity = Identity { number: 0, source_id: source, topic: "usage.cdr".into() };
    let form = (Role::Usage, &Format::Json);
    let pseudonyms = Pseudonyms::new(b"the benchmark's");
    let mut decoder = Decoder::new(identity, form, Counting::Records, pseudonyms)?;
    let mut batches = Vec::new();
    for (offset, payload) in (0..).zip(payloads) {
        decoder.push(Record { partition: 0, offset, key: None, payload: Some(payload) });
        if decoder.is_full() {
            batches.push(decoder.finish(Vec::new()));
        }
    }
    batches.push(decoder.finish(Vec::new()));
    Ok(batches)
}

/// The rows with what arrival decides.
fn arrived(rows: &RecordBatch) -> RecordBatch {
    let column = |column: &datasets::dictionary::Column| match column.name {
        "arrival_cut" => counts((0..rows.num_rows()).map(|_| 1)),
        "lateness" => words((0..rows.num_rows()).map(|_| "hot")),
        name => rows.column_by_name(name).expect("sources give every other column").clone(),
    };
    batch(&RAW_USAGE, RAW_USAGE.columns.iter().map(column).collect())
}
