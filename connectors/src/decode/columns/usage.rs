//! Usage records in columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Int32Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::record_batch::RecordBatch;
use datasets::ids::{SubscriberId, id64};
use datasets::provenance::Provenance;
use datasets::tables::RAW_USAGE;
use datasets::usage::UsageEvent;

use super::{Places, instants, rows};
use crate::decode::usage::Usage;

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
    facets: StringBuilder,
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
            facets: StringBuilder::new(),
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
            facets: usage.facets,
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
        if usage.facets.is_usual() {
            self.facets.append_null();
        } else {
            self.facets.append_value(usage.facets.to_string());
        }
    }

    pub(crate) fn finish(&mut self, source_id: &str) -> (Vec<UsageEvent>, RecordBatch) {
        let columns: [ArrayRef; 9] = [
            Arc::new(self.usage_ids.finish()),
            Arc::new(self.revisions.finish()),
            Arc::new(self.cancelled.finish()),
            Arc::new(self.services.finish()),
            Arc::new(self.subscribers.finish()),
            Arc::new(self.called.finish()),
            Arc::new(self.started_at.finish()),
            Arc::new(self.quantities.finish()),
            Arc::new(self.facets.finish()),
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
