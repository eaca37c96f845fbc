//! Charges that are known row by row, so that every answer can be recomputed.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datasets::tables::CHARGES;
use serde_json::{Value, json};

use crate::fixture::batch;

/// 2026-11-24T00:00:00Z in microseconds.
pub(crate) const MIDNIGHT: i64 = 1_795_478_400_000_000;

/// One charge, made of its offset alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge(pub(crate) i64);

impl Charge {
    pub(crate) fn account(self) -> String {
        format!("account-{}", self.0 % 7)
    }

    pub(crate) fn service(self) -> &'static str {
        ["voice", "data", "sms"][usize::try_from(self.0 % 3).unwrap()]
    }

    /// Voice and messages have a zone.
    pub(crate) fn zone(self) -> Option<String> {
        (self.service() != "data").then(|| format!("zone-{}", self.0 % 5))
    }

    /// One a minute.
    pub(crate) fn started_micros(self) -> i64 {
        MIDNIGHT + self.0 * 60_000_000
    }

    /// A cent for each offset.
    pub(crate) fn nanos(self) -> i128 {
        i128::from(self.0) * 10_000_000
    }

    pub(crate) fn currency(self) -> &'static str {
        if self.0 % 2 == 0 { "EUR" } else { "USD" }
    }
}

/// The rows of charges as a batch.
pub(crate) fn rows(charges: &[Charge]) -> RecordBatch {
    let text = |of: fn(Charge) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(charges.iter().map(|charge| of(*charge))))
    };
    let zones = charges.iter().map(|charge| charge.zone());
    let started = charges.iter().map(|charge| charge.started_micros());
    let amounts = charges.iter().map(|charge| charge.nanos());
    let offsets: ArrayRef = Arc::new(Int64Array::from_iter_values(charges.iter().map(|c| c.0)));
    let amounts = Decimal128Array::from_iter_values(amounts).with_precision_and_scale(18, 9);
    batch(
        &CHARGES,
        &[
            ("source_id", text(|_| "usage".to_owned())),
            ("source_partition", Arc::new(Int32Array::from(vec![0; charges.len()]))),
            ("source_offset", Arc::clone(&offsets)),
            ("account_id", text(Charge::account)),
            ("subscription_id", text(|charge| format!("subscription-{}", charge.0 % 11))),
            ("service", text(|charge| charge.service().to_owned())),
            ("zone", Arc::new(StringArray::from_iter(zones))),
            ("rate_id", text(|_| "rate".to_owned())),
            (
                "started_at",
                Arc::new(TimestampMicrosecondArray::from_iter_values(started).with_timezone("UTC")),
            ),
            ("quantity", offsets),
            ("amount", Arc::new(amounts.unwrap())),
            ("currency", text(|charge| charge.currency().to_owned())),
        ],
    )
}

/// What a writer logs about charges of ascending offsets.
pub(crate) fn logged(charges: &[Charge]) -> Value {
    let (first, last) = (charges[0], charges[charges.len() - 1]);
    let nulls = charges.iter().filter(|charge| charge.zone().is_none()).count();
    json!({
        "minValues": { "source_id": "usage", "source_partition": 0, "source_offset": first.0,
            "started_at": instant(first) },
        "maxValues": { "source_id": "usage", "source_partition": 0, "source_offset": last.0,
            "started_at": instant(last) },
        "nullCount": { "source_id": 0, "source_partition": 0, "source_offset": 0,
            "started_at": 0, "zone": nulls },
    })
}

fn instant(charge: Charge) -> String {
    datasets::units::EventTime(charge.started_micros()).to_string()
}
