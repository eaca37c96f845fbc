//! The recorded input of a lake as a history: what raw and the cuts say, read back without weir's own recovery.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use connectors::decode::document::read_canonical;
use connectors::lake::{Lake, Seal};
use datasets::care::TopUp;
use datasets::dictionary::Table;
use datasets::ids::{Id128, account_id, id64};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{RefChange, RefTopic};
use datasets::tables;
use datasets::units::{EventTime, Money};
use datasets::usage::{Facets, Service, UsageEvent};

use super::given::Given;
use crate::pipeline::history::{Cut, History, Step};

/// What a lake has recorded up to a sealed cut; each cut is one epoch.
///
/// # Panics
/// If a table cannot be read.
#[must_use]
pub fn history(lake: &Lake, seal: &Seal, hot_window: i64) -> History<Given> {
    let reader = Reader { lake, seal };
    let mut cuts: Vec<Cut<Given>> = reader.clocks().into_iter().map(empty).collect();
    let taken = [
        reader.records(&tables::RAW_REFERENCE, change),
        reader.records(&tables::RAW_TOPUPS, topup),
        reader.records(&tables::RAW_USAGE, usage),
    ];
    for (cut, given) in taken.into_iter().flatten() {
        cuts[cut - 1].steps[0].given.push(given);
    }
    History { seed: 0, hot_window, cuts }
}

fn empty((now, wall): (i64, i64)) -> Cut<Given> {
    Cut { wall, steps: vec![Step { now, given: Vec::new() }] }
}

/// A lake at a sealed cut.
struct Reader<'a> {
    lake: &'a Lake,
    seal: &'a Seal,
}

impl Reader<'_> {
    fn batches(&self, table: &'static Table) -> Vec<RecordBatch> {
        let version = self.seal.tables[&table.qualified_name()].version;
        let batches = self.lake.read(table, version).expect("the table can be read");
        batches.map(|batch| batch.expect("the rows can be read")).collect()
    }

    /// The stream time of each cut, and the wall clock at its seal; the newest one's row follows in the next.
    fn clocks(&self) -> Vec<(i64, i64)> {
        let mut clocks = Vec::new();
        for batch in self.batches(&tables::CUTS) {
            let cuts = batch["cut"].as_primitive::<Int64Type>().values().to_vec();
            let instants = |name| batch[name].as_primitive::<TimestampMicrosecondType>().iter();
            let nows = instants("now_at").map(|now| now.unwrap_or(i64::MIN));
            let walls = instants("sealed_at").map(|wall| wall.expect("a seal has a time"));
            clocks.extend(cuts.into_iter().zip(nows.zip(walls)));
        }
        clocks.sort_unstable();
        let newest = (self.seal.facts.now.0, self.seal.facts.now.0);
        clocks.into_iter().map(|(_, clock)| clock).chain([newest]).collect()
    }

    /// The records of a raw table, each with the cut that it arrived in.
    fn records(
        &self,
        table: &'static Table,
        read: fn(&RecordBatch, usize, Provenance) -> Given,
    ) -> Vec<(usize, Given)> {
        let mut records = Vec::new();
        for batch in self.batches(table) {
            let cuts = batch["arrival_cut"].as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let cut = usize::try_from(cuts.value(row)).expect("cuts count from 1");
                records.push((cut, read(&batch, row, self.place(&batch, row))));
            }
        }
        records
    }

    fn place(&self, batch: &RecordBatch, row: usize) -> Provenance {
        let sources = &self.seal.facts.sources;
        let source = sources.iter().position(|known| known == text(batch, "source_id", row));
        let source = u8::try_from(source.expect("the seal names the source")).expect("few sources");
        let partition = batch["source_partition"].as_primitive::<Int32Type>().value(row);
        let partition = u32::try_from(partition).expect("partitions count from 0");
        Provenance::new(source, partition, number(batch, "source_offset", row))
    }
}

fn text<'b>(batch: &'b RecordBatch, column: &str, row: usize) -> &'b str {
    batch[column].as_string::<i32>().value(row)
}

fn number(batch: &RecordBatch, column: &str, row: usize) -> u64 {
    let number = batch[column].as_primitive::<Int64Type>().value(row);
    u64::try_from(number).expect("it is not negative")
}

fn instant(batch: &RecordBatch, column: &str, row: usize) -> EventTime {
    EventTime(batch[column].as_primitive::<TimestampMicrosecondType>().value(row))
}

fn change(batch: &RecordBatch, row: usize, provenance: Provenance) -> Given {
    let topic = RefTopic::named(text(batch, "topic", row)).expect("a known topic");
    let document = batch["document"].is_valid(row).then(|| text(batch, "document", row));
    let version =
        document.map(|text| read_canonical(topic, text).expect("raw keeps canonical documents"));
    let key = id64(text(batch, "document_key", row));
    Given::Change(RefChange { topic, key, arrived_in: 0, provenance, version })
}

fn topup(batch: &RecordBatch, row: usize, provenance: Provenance) -> Given {
    Given::TopUp(TopUp {
        topped_up_at: instant(batch, "topped_up_at", row),
        identity: id64(text(batch, "topup_id", row)),
        provenance,
        account: account_id(text(batch, "account_id", row)),
        amount: Money(batch["amount"].as_primitive::<Decimal128Type>().value(row)),
        currency: text(batch, "currency", row).parse().expect("a currency"),
    })
}

fn usage(batch: &RecordBatch, row: usize, provenance: Provenance) -> Given {
    let called = batch["called_prefix"].is_valid(row).then(|| text(batch, "called_prefix", row));
    let called = called.map(|digits| Digits::parse(digits).expect("digits"));
    let subscriber = u128::from_str_radix(text(batch, "subscriber_id", row), 16);
    let revision = batch["revision"].as_primitive::<Int32Type>().value(row);
    Given::Usage(UsageEvent {
        started_at: instant(batch, "started_at", row),
        identity: id64(text(batch, "usage_id", row)),
        provenance,
        subscriber: Id128::from(subscriber.expect("32 hexadecimal digits")),
        called: called.unwrap_or_default(),
        quantity: number(batch, "quantity", row),
        revision: u16::try_from(revision).expect("a revision has 16 bits"),
        service: Service::named(text(batch, "service", row)).expect("a known service"),
        cancelled: batch["cancelled"].as_boolean().value(row),
        facets: match batch["facets"].as_string::<i32>() {
            facets if facets.is_valid(row) => Facets::of_words(facets.value(row)),
            _ => Facets::default(),
        },
    })
}
