//! Movements: every change of a bucket, so that the ledger sums to each bucket at any time.

use super::bucket::{Bucket, Unit};

/// The bucket of an account that every account has: money without expiry, which alone may be negative.
pub const DEFAULT: u64 = 0;

/// Why an amount changed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Reason {
    /// Usage was paid.
    Usage,
    /// Money was put in.
    TopUp,
    /// A top-up's gift.
    Bonus,
    /// An allowance was granted.
    Grant,
    /// The rest of a period went over.
    Rollover,
    /// The bucket is over.
    Expiry,
    /// From one bucket to another.
    Transfer,
    /// By hand.
    Adjustment,
    /// Given back.
    Refund,
    /// Set aside for a session, or given back by it.
    Session,
}

impl Reason {
    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::TopUp => "topup",
            Self::Bonus => "bonus",
            Self::Grant => "grant",
            Self::Rollover => "rollover",
            Self::Expiry => "expiry",
            Self::Transfer => "transfer",
            Self::Adjustment => "adjustment",
            Self::Refund => "refund",
            Self::Session => "session",
        }
    }
}

/// One change of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Movement {
    /// Who holds the bucket.
    pub holder: u64,
    /// The bucket; `DEFAULT` for the account's own money.
    pub bucket: u64,
    /// The content id of the allowance that filled the bucket; 0 without one.
    pub allowance: u64,
    /// What the amounts count.
    pub unit: Unit,
    /// Why.
    pub reason: Reason,
    /// The change of what may be drawn.
    pub amount: i128,
    /// The change of what is set aside.
    pub held: i128,
}

/// The movements of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// In the order in which they happened; none of them is empty.
    pub movements: Vec<Movement>,
}

impl Ledger {
    /// What may be drawn from a bucket changes.
    pub fn free(&mut self, bucket: &Bucket, reason: Reason, amount: i128) {
        self.note(bucket, reason, (amount, 0));
    }

    /// What may be drawn from a bucket changes, and what is set aside in it.
    pub fn note(&mut self, bucket: &Bucket, reason: Reason, (amount, held): (i128, i128)) {
        let Bucket { holder, id, allowance, unit, .. } = *bucket;
        self.push(Movement { holder, bucket: id, allowance, unit, reason, amount, held });
    }

    /// Adds a movement that changes something.
    pub fn push(&mut self, movement: Movement) {
        if movement.amount != 0 || movement.held != 0 {
            self.movements.push(movement);
        }
    }
}
