//! Decoded records in columns: the typed vector for the dataflow beside the rows of the raw table.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int32Builder, Int64Builder, StringArray,
    StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datasets::care::TopUp;
use datasets::dictionary::Table;
use datasets::ids::{SubscriberId, account_id, id64};
use datasets::provenance::Provenance;
use datasets::reference::RefChange;
use datasets::tables::{RAW_REFERENCE, RAW_TOPUPS, RAW_USAGE};
use datasets::usage::UsageEvent;

use super::document::canonical;
use super::topup::TopUpDocument;
use super::usage::Usage;

/// Columns of raw tables that the cut decides, which the runtime inserts.
pub const DECIDED_AT_ARRIVAL: [&str; 2] = ["arrival_cut", "lateness"];

/// The schema of a source's rows for a raw table: without the columns that the cut decides.
#[must_use]
pub fn source_schema(table: &Table) -> SchemaRef {
    let schema = table.arrow_schema();
    let own = |field: &&Arc<Field>| !DECIDED_AT_ARRIVAL.contains(&field.name().as_str());
    Arc::new(Schema::new(schema.fields().iter().filter(own).cloned().collect::<Vec<_>>()))
}

/// The provenance columns, which every raw table begins with.
#[derive(Default)]
struct Places {
    partitions: Int32Builder,
    offsets: Int64Builder,
}

impl Places {
    fn push(&mut self, place: Provenance) {
        let partition = i32::try_from(place.partition()).expect("a partition has 14 bits");
        self.partitions.append_value(partition);
        self.offsets.append_value(i64::try_from(place.offset()).expect("an offset has 42 bits"));
    }

    fn finish(&mut self, source_id: &str) -> [ArrayRef; 3] {
        let partitions = self.partitions.finish();
        let ids = StringArray::new_repeated(source_id, arrow::array::Array::len(&partitions));
        [Arc::new(ids), Arc::new(partitions), Arc::new(self.offsets.finish())]
    }
}

fn rows(table: &Table, places: [ArrayRef; 3], columns: impl IntoIterator<Item = ArrayRef>) -> RecordBatch {
    let columns = places.into_iter().chain(columns).collect();
    RecordBatch::try_new(source_schema(table), columns)
        .expect("the builders follow the table's columns")
}

fn instants() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone("UTC")
}

/// Usage records.
pub(crate) struct UsageRows {
    events: Vec<UsageEvent>,
    places: Places,
    usage_ids: StringBuilder,
    revisions: Int32Builder,
    cancelled: BooleanBuilder,
    services: StringBuilder,
    subscribers: StringBuilder,
    called: StringBuilder,
    started_at: TimestampMicrosecondBuilder,
    quantities: Int64Builder,
}

impl UsageRows {
    pub(crate) fn new() -> Self {
        Self {
            events: Vec::new(),
            places: Places::default(),
            usage_ids: StringBuilder::new(),
            revisions: Int32Builder::new(),
            cancelled: BooleanBuilder::new(),
            services: StringBuilder::new(),
            subscribers: StringBuilder::new(),
            called: StringBuilder::new(),
            started_at: instants(),
            quantities: Int64Builder::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// Takes one record.
    pub(crate) fn push(&mut self, place: Provenance, subscriber: SubscriberId, usage: &Usage<'_>) {
        self.events.push(UsageEvent {
            started_at: usage.started_at,
            identity: id64(usage.usage_id),
            provenance: place,
            subscriber,
            called: usage.called.prefix,
            quantity: usage.quantity,
            revision: usage.revision,
            service: usage.service,
            cancelled: usage.cancelled,
        });
        self.places.push(place);
        self.usage_ids.append_value(usage.usage_id);
        self.revisions.append_value(i32::from(usage.revision));
        self.cancelled.append_value(usage.cancelled);
        self.services.append_value(usage.service.as_str());
        self.subscribers.append_value(hexadecimal(subscriber, &mut [0; 32]));
        self.called.append_option(usage.called.text);
        self.started_at.append_value(usage.started_at.0);
        self.quantities.append_value(i64::try_from(usage.quantity).expect("it was checked to fit"));
    }

    pub(crate) fn finish(&mut self, source_id: &str) -> (Vec<UsageEvent>, RecordBatch) {
        let columns: [ArrayRef; 8] = [
            Arc::new(self.usage_ids.finish()),
            Arc::new(self.revisions.finish()),
            Arc::new(self.cancelled.finish()),
            Arc::new(self.services.finish()),
            Arc::new(self.subscribers.finish()),
            Arc::new(self.called.finish()),
            Arc::new(self.started_at.finish()),
            Arc::new(self.quantities.finish()),
        ];
        let raw = rows(&RAW_USAGE, self.places.finish(source_id), columns);
        (std::mem::take(&mut self.events), raw)
    }
}

/// The 32 digits of an id, as it displays itself.
fn hexadecimal(id: SubscriberId, digits: &mut [u8; 32]) -> &str {
    const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";
    let bytes = u128::from(id).to_be_bytes();
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = HEXADECIMAL[usize::from(byte >> 4)];
        pair[1] = HEXADECIMAL[usize::from(byte & 0xF)];
    }
    std::str::from_utf8(digits).expect("hexadecimal digits are ASCII")
}

/// Top-ups.
pub(crate) struct TopUpRows {
    topups: Vec<TopUp>,
    places: Places,
    topup_ids: StringBuilder,
    account_ids: StringBuilder,
    topped_up_at: TimestampMicrosecondBuilder,
    amounts: Decimal128Builder,
    currencies: StringBuilder,
}

impl TopUpRows {
    pub(crate) fn new() -> Self {
        let amounts = Decimal128Builder::new().with_precision_and_scale(18, 9);
        Self {
            topups: Vec::new(),
            places: Places::default(),
            topup_ids: StringBuilder::new(),
            account_ids: StringBuilder::new(),
            topped_up_at: instants(),
            amounts: amounts.expect("18 digits, 9 of them decimals, are a decimal"),
            currencies: StringBuilder::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.topups.len()
    }

    /// Takes one record.
    pub(crate) fn push(&mut self, place: Provenance, topup: &TopUpDocument<'_>) {
        self.topups.push(TopUp {
            topped_up_at: topup.topped_up_at,
            identity: id64(topup.topup_id),
            provenance: place,
            account: account_id(topup.account_id),
            amount: topup.amount,
            currency: topup.currency,
        });
        self.places.push(place);
        self.topup_ids.append_value(topup.topup_id);
        self.account_ids.append_value(topup.account_id);
        self.topped_up_at.append_value(topup.topped_up_at.0);
        self.amounts.append_value(topup.amount.0);
        self.currencies.append_value(topup.currency.as_str());
    }

    pub(crate) fn finish(&mut self, source_id: &str) -> (Vec<TopUp>, RecordBatch) {
        let columns: [ArrayRef; 5] = [
            Arc::new(self.topup_ids.finish()),
            Arc::new(self.account_ids.finish()),
            Arc::new(self.topped_up_at.finish()),
            Arc::new(self.amounts.finish()),
            Arc::new(self.currencies.finish()),
        ];
        let raw = rows(&RAW_TOPUPS, self.places.finish(source_id), columns);
        (std::mem::take(&mut self.topups), raw)
    }
}

/// Changes to reference data.
#[derive(Default)]
pub(crate) struct ReferenceRows {
    changes: Vec<RefChange>,
    places: Places,
    topics: StringBuilder,
    keys: StringBuilder,
    documents: StringBuilder,
}

impl ReferenceRows {
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Takes one change, whose key's text is `key`.
    pub(crate) fn push(&mut self, key: &str, change: RefChange) {
        self.places.push(change.provenance);
        self.topics.append_value(change.topic.as_str());
        self.keys.append_value(key);
        self.documents.append_option(change.version.as_ref().map(canonical));
        self.changes.push(change);
    }

    pub(crate) fn finish(&mut self, source_id: &str) -> (Vec<RefChange>, RecordBatch) {
        let columns: [ArrayRef; 3] = [
            Arc::new(self.topics.finish()),
            Arc::new(self.keys.finish()),
            Arc::new(self.documents.finish()),
        ];
        let raw = rows(&RAW_REFERENCE, self.places.finish(source_id), columns);
        (std::mem::take(&mut self.changes), raw)
    }
}
