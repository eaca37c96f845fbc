//! Raw rows as records again, by the cut they arrived in. No text is allocated on the way.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use connectors::decode::document::read_canonical;
use connectors::lake::Arrived;
use datasets::care::TopUp;
use datasets::ids::{account_id, id64};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{RefChange, RefTopic};
use datasets::units::{EventTime, Money};
use datasets::usage::{Facets, Service, UsageEvent};

use super::past::Past;
use crate::mediation::{Lateness, Received};
use crate::names::Names;

/// Reads raw rows of a lake.
#[derive(Clone)]
pub(super) struct Reader {
    sources: Arc<[String]>,
    past: Arc<[Past]>,
    names: Names,
}

impl Reader {
    /// A reader of rows from these sources, that arrived in these cuts.
    pub(super) fn new(sources: &[String], past: Vec<Past>, names: Names) -> Self {
        Self { sources: sources.into(), past: past.into(), names }
    }

    /// Changes to reference data.
    pub(super) fn changes(&self, batch: &RecordBatch) -> Vec<Arrived<RefChange>> {
        let text = |name| column(batch, name).as_string::<i32>();
        let (topics, keys, documents) = (text("topic"), text("document_key"), text("document"));
        let places = self.places(batch);
        let change = |row: usize| {
            let topic = RefTopic::named(topics.value(row)).expect("raw holds known topics only");
            let document = documents.is_valid(row).then(|| documents.value(row));
            let version = document.map(|text| {
                read_canonical(topic, text).expect("raw holds documents that were read before")
            });
            let (arrived_in, provenance) = (places.cut(row), places.provenance(row));
            let key = id64(keys.value(row));
            (arrived_in, RefChange { topic, key, arrived_in, provenance, version })
        };
        by_cut((0..batch.num_rows()).map(change))
    }

    /// Top-ups of a time from `oldest` on, or that arrived in a cut that is not `old`.
    pub(super) fn topups(
        &self,
        batch: &RecordBatch,
        (oldest, old): (i64, &std::ops::Range<u64>),
    ) -> Vec<Arrived<Received>> {
        let text = |name| column(batch, name).as_string::<i32>();
        let (ids, accounts, currencies) = (text("topup_id"), text("account_id"), text("currency"));
        let instants = column(batch, "topped_up_at").as_primitive::<TimestampMicrosecondType>();
        let amounts = column(batch, "amount").as_primitive::<Decimal128Type>();
        let places = self.places(batch);
        let topup = |row: usize| {
            let text = accounts.value(row);
            let account = self.names.intern_account(text);
            assert!(account == account_id(text), "content ids are the same for ever");
            let currency = currencies.value(row).parse();
            let topup = TopUp {
                topped_up_at: EventTime(instants.value(row)),
                identity: id64(ids.value(row)),
                provenance: places.provenance(row),
                account,
                amount: Money(amounts.value(row)),
                currency: currency.expect("raw holds currencies that were read"),
            };
            let cut = places.cut(row);
            (cut, Received::of(topup, self.cut(cut).since.0, self.now_before(cut)))
        };
        let kept = |row: &usize| instants.value(*row) >= oldest || !old.contains(&places.cut(*row));
        by_cut((0..batch.num_rows()).filter(kept).map(topup))
    }

    /// Usage that began at `oldest` or later and was to be mediated.
    pub(super) fn usage(&self, batch: &RecordBatch, oldest: i64) -> Vec<Arrived<UsageEvent>> {
        let text = |name| column(batch, name).as_string::<i32>();
        let (ids, services, lateness) = (text("usage_id"), text("service"), text("lateness"));
        let (subscribers, called) = (text("subscriber_id"), text("called_prefix"));
        let revisions = column(batch, "revision").as_primitive::<Int32Type>().values();
        let cancelled = column(batch, "cancelled").as_boolean();
        let instants =
            column(batch, "started_at").as_primitive::<TimestampMicrosecondType>().values();
        let quantities = column(batch, "quantity").as_primitive::<Int64Type>().values();
        let (places, facets) = (self.places(batch), text("facets"));
        let hot = Lateness::Hot.as_str();
        let usage = |row: usize| {
            let prefix = called.is_valid(row).then(|| called.value(row));
            let usage = UsageEvent {
                started_at: EventTime(instants[row]),
                identity: id64(ids.value(row)),
                provenance: places.provenance(row),
                subscriber: subscribers.value(row).parse().expect("raw holds pseudonyms"),
                called: prefix.map_or(Digits::default(), parse_digits),
                quantity: number(quantities[row]),
                revision: u16::try_from(revisions[row]).expect("a revision has 16 bits"),
                service: Service::named(services.value(row)).expect("raw holds known services"),
                cancelled: cancelled.value(row),
                facets: Facets::of_words(facets.value(row)),
            };
            (places.cut(row), usage)
        };
        let kept = |row: &usize| instants[*row] >= oldest && lateness.value(*row) == hot;
        by_cut((0..batch.num_rows()).filter(kept).map(usage))
    }

    fn places<'a>(&self, batch: &'a RecordBatch) -> Places<'a> {
        let ids = column(batch, "source_id").as_string::<i32>();
        let mut known: Vec<u8> = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let same = row > 0 && ids.value(row) == ids.value(row - 1);
            known.push(if same { known[row - 1] } else { self.source(ids.value(row)) });
        }
        Places {
            sources: known,
            partitions: column(batch, "source_partition").as_primitive::<Int32Type>().values(),
            offsets: column(batch, "source_offset").as_primitive::<Int64Type>().values(),
            cuts: column(batch, "arrival_cut").as_primitive::<Int64Type>().values(),
        }
    }

    fn source(&self, id: &str) -> u8 {
        let place = self.sources.iter().position(|source| source == id);
        let place = place.expect("the cut names every source of its rows");
        u8::try_from(place).expect("a lake has at most 256 sources")
    }

    fn cut(&self, cut: u64) -> &Past {
        let place = self.past.binary_search_by_key(&cut, |past| past.cut);
        &self.past[place.expect("rows arrived in a sealed cut")]
    }

    /// Stream time at the end of the cut before.
    fn now_before(&self, cut: u64) -> i64 {
        if cut > 1 { self.cut(cut - 1).now.0 } else { i64::MIN }
    }
}

/// Where rows came from, and when.
struct Places<'a> {
    sources: Vec<u8>,
    partitions: &'a [i32],
    offsets: &'a [i64],
    cuts: &'a [i64],
}

impl Places<'_> {
    fn provenance(&self, row: usize) -> Provenance {
        let partition = u32::try_from(self.partitions[row]).expect("a partition is not negative");
        Provenance::new(self.sources[row], partition, number(self.offsets[row]))
    }

    fn cut(&self, row: usize) -> u64 {
        number(self.cuts[row])
    }
}

/// Gathers rows that follow each other and are of one cut.
fn by_cut<T>(rows: impl Iterator<Item = (u64, T)>) -> Vec<Arrived<T>> {
    let mut arrived: Vec<Arrived<T>> = Vec::new();
    for (cut, row) in rows {
        match arrived.last_mut() {
            Some((last, rows)) if *last == cut => rows.push(row),
            _ => arrived.push((cut, vec![row])),
        }
    }
    arrived
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a ArrayRef {
    batch.column_by_name(name).expect("the lake reads tables under their own schema")
}

/// A count that is stored as a signed number.
pub(super) fn number(value: i64) -> u64 {
    u64::try_from(value).expect("counts are not negative")
}

fn parse_digits(text: &str) -> Digits {
    Digits::parse(text).expect("raw holds numbers that were read before")
}
