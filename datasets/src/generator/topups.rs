//! Money that customers put on their accounts.

use fastrand::Rng;

use super::json::Json;
use super::parties::Line;
use super::reference_json::account_id;
use crate::units::{Currency, EventTime, Money};

/// Usual amounts, in hundredths.
const AMOUNTS: [u32; 6] = [500, 1_000, 1_250, 1_500, 2_000, 5_000];

/// One top-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TopUp {
    /// Its number, from which its identity is made.
    pub(super) number: u32,
    pub(super) account: u32,
    pub(super) currency: Currency,
    /// In hundredths of the currency's unit.
    pub(super) amount_cents: u32,
    pub(super) topped_up_at: EventTime,
}

impl TopUp {
    /// A usual amount, credited to the line's account some seconds before the instant.
    pub(super) fn credited(number: u32, line: Line, at: EventTime, rng: &mut Rng) -> Self {
        Self {
            number,
            account: line.account,
            currency: line.currency,
            amount_cents: AMOUNTS[rng.usize(..AMOUNTS.len())],
            topped_up_at: at.plus_seconds(-rng.i64(1..60)),
        }
    }

    /// How much.
    pub(super) fn amount(&self) -> Money {
        Money(Money::ONE.0 / 100 * i128::from(self.amount_cents))
    }

    /// The record's payload.
    pub(super) fn payload(&self, seed: u64) -> Vec<u8> {
        let mut json = Json::with_capacity(192);
        json.text("{\"topup_id\":\"top-").padded(seed % 1_000_000, 6);
        json.text("-").padded(u64::from(self.number), 8);
        json.text("\",\"account_id\":\"").text(&account_id(self.account));
        json.text("\",\"amount\":\"").number(u64::from(self.amount_cents / 100));
        json.text(".").padded(u64::from(self.amount_cents % 100), 2);
        json.text("\",\"currency\":\"").text(self.currency.as_str());
        json.text("\",\"topped_up_at\":\"").instant(self.topped_up_at);
        json.text("\",\"channel\":\"voucher\"}");
        json.finish()
    }
}
