//! Top-ups in columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow::record_batch::RecordBatch;
use datasets::care::TopUp;
use datasets::ids::{account_id, id64};
use datasets::provenance::Provenance;
use datasets::tables::RAW_TOPUPS;

use super::{Places, instants, rows};
use crate::decode::topup::TopUpDocument;

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
