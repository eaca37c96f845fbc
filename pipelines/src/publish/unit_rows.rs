//! Rows of included units: what is left of each grant, and every change of it.

use std::sync::Arc;

use arrow::array::{BooleanArray, Int32Array, Int64Array, RecordBatch};
use datasets::provenance::Provenance;
use datasets::tables;
use datasets::units::EventTime;

use super::encode::{Encoder, batch, counts, instants, plain, words};
use crate::charging::fold::{UnitBucket, UnitMovement};

impl Encoder {
    /// Rows of `bill.allowances`.
    pub(crate) fn allowances(&self, rows: &[UnitBucket]) -> RecordBatch {
        let open = |at: EventTime| Some(at).filter(|at| !is_open(*at));
        batch(
            &tables::ALLOWANCES,
            vec![
                plain(rows.iter().map(|row| Some(bucket_id(row.bucket)))),
                self.texts(rows.iter().map(|row| row.account.spread())),
                self.texts(rows.iter().map(|row| row.subscription)),
                self.texts(rows.iter().map(|row| row.allowance)),
                words(rows.iter().map(|row| row.unit.as_str())),
                instants(rows.iter().map(|row| open(row.valid.from))),
                instants(rows.iter().map(|row| open(row.valid.to))),
                counts(rows.iter().map(|row| row.granted)),
                counts(rows.iter().map(|row| row.granted - row.left)),
                counts(rows.iter().map(|row| row.left)),
            ],
        )
    }

    /// Rows of `bill.allowance_movements`, posted by a cut.
    pub(crate) fn unit_movements(&self, cut: u64, rows: &[(UnitMovement, isize)]) -> RecordBatch {
        let movements = || rows.iter().map(|(row, _)| row);
        let places = || movements().map(|row| row.provenance);
        let partition = |place: Provenance| i32::try_from(place.partition());
        let offset = |place: Provenance| i64::try_from(place.offset());
        let signed = |(row, diff): &(UnitMovement, isize)| {
            if *diff < 0 { -row.amount } else { row.amount }
        };
        batch(
            &tables::ALLOWANCE_MOVEMENTS,
            vec![
                counts(rows.iter().map(|_| cut)),
                plain(movements().map(|row| Some(bucket_id(row.bucket)))),
                self.texts(movements().map(|row| row.account.spread())),
                self.texts(movements().map(|row| row.allowance)),
                words(movements().map(|row| row.reason.as_str())),
                Arc::new(rows.iter().map(|(_, diff)| Some(*diff < 0)).collect::<BooleanArray>()),
                plain(places().map(|place| place.map(|place| self.source(place)))),
                Arc::new(places().map(|place| partition(place?).ok()).collect::<Int32Array>()),
                Arc::new(places().map(|place| offset(place?).ok()).collect::<Int64Array>()),
                instants(movements().map(|row| Some(row.happened_at))),
                Arc::new(rows.iter().map(|row| Some(signed(row))).collect::<Int64Array>()),
                words(movements().map(|row| row.unit.as_str())),
            ],
        )
    }
}

/// The text of a grant's id.
fn bucket_id(bucket: u64) -> String {
    format!("{bucket:016x}")
}

fn is_open(at: EventTime) -> bool {
    at == EventTime::MIN || at == EventTime::MAX
}
