//! Movements of money on balances: what charges and top-ups do, and their reversals.

use datasets::ids::AccountId;
use datasets::provenance::Provenance;
use datasets::units::{Currency, EventTime};

use crate::charging::fold::{Charge, Credited};

/// One movement on a balance.
#[derive(Clone, Copy, Debug)]
pub struct Movement {
    pub(super) provenance: Provenance,
    pub(super) account: AccountId,
    pub(super) kind: &'static str,
    pub(super) reversal: bool,
    pub(super) happened_at: EventTime,
    pub(super) amount: i64,
    pub(super) currency: Currency,
}

impl Movement {
    /// The movement of a charge that came or went: what is charged is taken from the balance.
    #[must_use]
    pub fn of_charge(charge: &Charge, diff: isize) -> Self {
        let reversal = diff < 0;
        Self {
            provenance: charge.provenance,
            account: charge.account,
            kind: "charge",
            reversal,
            happened_at: charge.started_at,
            amount: if reversal { charge.amount } else { -charge.amount },
            currency: charge.currency,
        }
    }

    /// The movement of a top-up that came or went.
    #[must_use]
    pub fn of_topup(topup: &Credited, diff: isize) -> Self {
        let reversal = diff < 0;
        Self {
            provenance: topup.provenance,
            account: topup.account,
            kind: "topup",
            reversal,
            happened_at: topup.topped_up_at,
            amount: if reversal { -topup.amount } else { topup.amount },
            currency: topup.currency,
        }
    }
}
