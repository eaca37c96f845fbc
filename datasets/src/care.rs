//! What customers do to their balances: top-ups (TMF654).

use serde::{Deserialize, Serialize};

use crate::ids::AccountId;
use crate::provenance::Provenance;
use crate::units::{Currency, EventTime, Money};

/// Money put on an account, by voucher, card or transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TopUp {
    /// When it was credited.
    pub topped_up_at: EventTime,
    /// The content id of `topup_id`, the same on every re-delivery.
    pub identity: u64,
    /// Where the record came from.
    pub provenance: Provenance,
    /// The account that it is credited to.
    pub account: AccountId,
    /// How much; positive.
    pub amount: Money,
    /// The currency of `amount`.
    pub currency: Currency,
}

impl TopUp {
    /// An amount is less than this: the column of one record's amount has 18 digits.
    pub const AMOUNT_LIMIT: Money = Money(1_000_000_000_000_000_000);
}
