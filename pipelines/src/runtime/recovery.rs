//! Going on behind a sealed cut: what raw recorded is read back, cut by cut, as it was taken in.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use connectors::decode::document::read_canonical;
use connectors::lake::{Lake, LakeError};
use datasets::care::TopUp;
use datasets::dictionary::Table;
use datasets::ids::{Id128, account_id, id64};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{RefChange, RefTopic};
use datasets::tables;
use datasets::units::{EventTime, Money};
use datasets::usage::{Service, UsageEvent};

use super::orders::{Accounting, Start};
use crate::names::Names;

/// What one cut took in, as raw recorded it.
#[derive(Debug, Default)]
pub struct Slice {
    /// Usage that was to be mediated.
    pub usage: Vec<UsageEvent>,
    /// Top-ups.
    pub topups: Vec<TopUp>,
    /// Changes to reference data.
    pub changes: Vec<RefChange>,
    /// Stream time at the end of the cut.
    pub now: EventTime,
}

/// Reads a lake's raw tables back.
pub struct Recovery<'a> {
    lake: &'a Lake,
    start: &'a Start,
    names: &'a Names,
}

impl<'a> Recovery<'a> {
    /// A recovery to the cut of `start`.
    #[must_use]
    pub fn new(lake: &'a Lake, start: &'a Start, names: &'a Names) -> Self {
        Self { lake, start, names }
    }

    /// Everything that the sealed cuts took in, in their order.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn slices(&self) -> Result<BTreeMap<u64, Slice>, LakeError> {
        let mut slices = self.empty_slices()?;
        self.each_batch(&tables::RAW_REFERENCE, &mut slices, Self::reference)?;
        self.each_batch(&tables::RAW_TOPUPS, &mut slices, Self::topups)?;
        self.each_batch(&tables::RAW_USAGE, &mut slices, Self::usage)?;
        Ok(slices)
    }

    /// The stream time of each sealed cut, in their order.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn nows(&self) -> Result<Vec<EventTime>, LakeError> {
        Ok(self.empty_slices()?.into_values().map(|slice| slice.now).collect())
    }

    /// Usage records by state, as the sealed cut has them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn accounting(&self) -> Result<Accounting, LakeError> {
        let mut accounting = Accounting::default();
        for batch in self.read(&tables::USAGE_ACCOUNTING)? {
            let batch = batch?;
            let (states, reasons) =
                (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
            let counts = batch.column(2).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                accounting.add(states.value(row), reasons.value(row), counts.value(row));
            }
        }
        Ok(accounting)
    }

    /// A slice per sealed cut, with its stream time; the last cut's own row is not yet in the table.
    fn empty_slices(&self) -> Result<BTreeMap<u64, Slice>, LakeError> {
        let slice = |now| Slice { now, ..Slice::default() };
        let mut slices = BTreeMap::new();
        for batch in self.read(&tables::CUTS)? {
            let batch = batch?;
            let cuts = batch.column(0).as_primitive::<Int64Type>().values();
            let nows = batch.column(1).as_primitive::<TimestampMicrosecondType>().values();
            slices.extend(
                cuts.iter().zip(nows).map(|(cut, now)| (number(*cut), slice(EventTime(*now)))),
            );
        }
        let facts = &self.start.facts;
        if facts.cut > 0 {
            slices.insert(facts.cut, slice(facts.now));
        }
        Ok(slices)
    }

    fn read(
        &self,
        table: &'static Table,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + use<>, LakeError> {
        let version = self.start.versions.get(&table.qualified_name());
        let rows = version.map(|version| self.lake.read(table, *version)).transpose()?;
        Ok(rows.into_iter().flatten())
    }

    fn each_batch(
        &self,
        table: &'static Table,
        slices: &mut BTreeMap<u64, Slice>,
        take: impl Fn(&Self, &RecordBatch, &mut BTreeMap<u64, Slice>),
    ) -> Result<(), LakeError> {
        for batch in self.read(table)? {
            take(self, &batch?, slices);
        }
        Ok(())
    }

    fn reference(&self, batch: &RecordBatch, slices: &mut BTreeMap<u64, Slice>) {
        let places = self.places(batch);
        let text = |name| column(batch, name).as_string::<i32>();
        let (topics, keys, documents) = (text("topic"), text("document_key"), text("document"));
        for (row, (cut, provenance)) in places.into_iter().enumerate() {
            let topic = RefTopic::named(topics.value(row)).expect("raw holds known topics only");
            let document = documents.is_valid(row).then(|| documents.value(row));
            let version = document.map(|text| {
                read_canonical(topic, text).expect("raw holds documents that were read before")
            });
            let change = RefChange { topic, key: id64(keys.value(row)), provenance, version };
            slice_of(slices, cut).changes.push(change);
        }
    }

    fn topups(&self, batch: &RecordBatch, slices: &mut BTreeMap<u64, Slice>) {
        let text = |name| column(batch, name).as_string::<i32>();
        let (ids, accounts, currencies) = (text("topup_id"), text("account_id"), text("currency"));
        let instants = column(batch, "topped_up_at").as_primitive::<TimestampMicrosecondType>();
        let amounts = column(batch, "amount").as_primitive::<Decimal128Type>();
        for (row, (cut, provenance)) in self.places(batch).into_iter().enumerate() {
            let account = self.names.intern_account(accounts.value(row));
            assert!(
                account == account_id(accounts.value(row)),
                "content ids are the same for ever"
            );
            slice_of(slices, cut).topups.push(TopUp {
                topped_up_at: EventTime(instants.value(row)),
                identity: id64(ids.value(row)),
                provenance,
                account,
                amount: Money(amounts.value(row)),
                currency: currencies
                    .value(row)
                    .parse()
                    .expect("raw holds currencies that were read"),
            });
        }
    }

    fn usage(&self, batch: &RecordBatch, slices: &mut BTreeMap<u64, Slice>) {
        let text = |name| column(batch, name).as_string::<i32>();
        let (ids, services) = (text("usage_id"), text("service"));
        let (subscribers, called) = (text("subscriber_id"), text("called_prefix"));
        let lateness = text("lateness");
        let revisions = column(batch, "revision").as_primitive::<Int32Type>();
        let cancelled = column(batch, "cancelled").as_boolean();
        let instants = column(batch, "started_at").as_primitive::<TimestampMicrosecondType>();
        let quantities = column(batch, "quantity").as_primitive::<Int64Type>();
        for (row, (cut, provenance)) in self.places(batch).into_iter().enumerate() {
            if lateness.value(row) != crate::mediation::Lateness::Hot.as_str() {
                continue;
            }
            let prefix = called.is_valid(row).then(|| called.value(row));
            slice_of(slices, cut).usage.push(UsageEvent {
                started_at: EventTime(instants.value(row)),
                identity: id64(ids.value(row)),
                provenance,
                subscriber: parse_id(subscribers.value(row)),
                called: prefix.map_or(Digits::default(), parse_digits),
                quantity: number(quantities.value(row)),
                revision: u16::try_from(revisions.value(row)).expect("a revision has 16 bits"),
                service: Service::named(services.value(row))
                    .expect("raw holds known services only"),
                cancelled: cancelled.value(row),
            });
        }
    }

    /// Arrival cut and place of each row.
    fn places(&self, batch: &RecordBatch) -> Vec<(u64, Provenance)> {
        let ids = column(batch, "source_id").as_string::<i32>();
        let partitions = column(batch, "source_partition").as_primitive::<Int32Type>();
        let offsets = column(batch, "source_offset").as_primitive::<Int64Type>();
        let cuts = column(batch, "arrival_cut").as_primitive::<Int64Type>();
        let sources = &self.start.facts.sources;
        let place = |row: usize| {
            let known = sources.iter().position(|source| source == ids.value(row));
            let source = known.expect("the cut names every source of its rows");
            let source = u8::try_from(source).expect("a lake has at most 256 sources");
            let partition =
                u32::try_from(partitions.value(row)).expect("a partition is not negative");
            (
                number(cuts.value(row)),
                Provenance::new(source, partition, number(offsets.value(row))),
            )
        };
        (0..batch.num_rows()).map(place).collect()
    }
}

fn slice_of(slices: &mut BTreeMap<u64, Slice>, cut: u64) -> &mut Slice {
    slices.get_mut(&cut).expect("rows arrived in a sealed cut")
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a arrow::array::ArrayRef {
    batch.column_by_name(name).expect("the lake reads tables under their own schema")
}

fn number(value: i64) -> u64 {
    u64::try_from(value).expect("counts are not negative")
}

fn parse_id(text: &str) -> Id128 {
    Id128::from(u128::from_str_radix(text, 16).expect("pseudonyms are 32 hexadecimal digits"))
}

fn parse_digits(text: &str) -> Digits {
    Digits::parse(text).expect("raw holds numbers that were read before")
}
