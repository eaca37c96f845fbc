//! Which buckets pay, and how much each.

use datasets::units::EventTime;

use super::bucket::{Bucket, Unit};
use super::movement::{Ledger, Reason};
use crate::allowances::scope::Place;

/// Who draws, when, and where the usage happened.
#[derive(Clone, Copy, Debug)]
pub struct Drawer<'a> {
    /// The account that owes.
    pub account: u64,
    /// The subscription that uses.
    pub member: u64,
    /// The pools that the account may draw on beside its own buckets.
    pub pools: &'a [u64],
    /// When.
    pub at: EventTime,
    /// Where; none for what is no usage.
    pub place: Option<Place>,
}

/// What one bucket pays.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Part {
    /// The bucket.
    pub bucket: u64,
    /// How much is drawn from it.
    pub amount: i128,
}

/// What buckets of units cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// The units that need no money.
    pub quantity: u64,
    /// Whether a blocker is spent: nothing that comes after it may pay.
    pub is_blocked: bool,
    /// From which buckets.
    pub parts: Vec<Part>,
}

impl Drawer<'_> {
    fn may_draw(&self, bucket: &Bucket, unit: Unit) -> bool {
        let is_its_own = bucket.holder == self.account || self.pools.contains(&bucket.holder);
        let covers = |place| bucket.scope.covers(place);
        let is_meant = self.place.map_or(bucket.scope.is_everything(), covers);
        bucket.unit == unit && is_its_own && is_meant && bucket.valid.covers(self.at)
    }

    /// The buckets that may pay, in their turn.
    fn usable<'b>(&self, buckets: &'b [Bucket], unit: Unit) -> impl Iterator<Item = &'b Bucket> {
        buckets.iter().filter(move |bucket| self.may_draw(bucket, unit))
    }

    /// What buckets of units, which stand in their turn, would cover of a quantity.
    ///
    /// Each counts in its own increments, and what its last increment has too much is spent.
    #[must_use]
    pub fn cover(&self, buckets: &[Bucket], unit: Unit, quantity: u64) -> Covered {
        let mut covered = Covered::default();
        for bucket in self.usable(buckets, unit) {
            let rest = quantity - covered.quantity;
            if rest == 0 {
                break;
            }
            let counted = rest.div_ceil(bucket.increment).saturating_mul(bucket.increment);
            let amount = bucket.open_to(self.member).min(i128::from(counted)).max(0);
            let units = u64::try_from(amount).expect("it is at most what was counted").min(rest);
            covered.quantity += units;
            if amount > 0 {
                covered.parts.push(Part { bucket: bucket.id, amount });
            }
            if bucket.is_blocker {
                covered.is_blocked = units < rest;
                break;
            }
        }
        covered
    }

    /// What buckets of money would pay of an amount; the rest is left to the account's own money.
    #[must_use]
    pub fn pay(&self, buckets: &[Bucket], amount: i128) -> (Vec<Part>, i128) {
        let mut rest = amount;
        let mut parts = Vec::new();
        for bucket in self.usable(buckets, Unit::Money) {
            let amount = bucket.open_to(self.member).min(rest).max(0);
            if amount > 0 {
                parts.push(Part { bucket: bucket.id, amount });
                rest -= amount;
            }
        }
        (parts, rest)
    }

    /// All money in buckets that may pay.
    #[must_use]
    pub fn funds(&self, buckets: &[Bucket]) -> i128 {
        self.usable(buckets, Unit::Money).map(|bucket| bucket.open_to(self.member)).sum()
    }
}

/// What happens to the parts of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// They are spent.
    Spend,
    /// They are set aside.
    Hold,
    /// What was set aside is given back.
    Free,
}

/// Does to each part's bucket what is asked.
pub fn perform(
    buckets: &mut [Bucket],
    (member, deed): (u64, Deed),
    parts: &[Part],
    ledger: &mut Ledger,
) {
    for part in parts {
        let found = buckets.iter_mut().find(|bucket| bucket.id == part.bucket);
        let Some(bucket) = found else { continue };
        let (reason, (amount, held)) = match deed {
            Deed::Spend => (Reason::Usage, (-part.amount, 0)),
            Deed::Hold => (Reason::Session, (-part.amount, part.amount)),
            Deed::Free => (Reason::Session, (part.amount, -part.amount)),
        };
        bucket.amount += amount;
        bucket.held += held;
        bucket.note(member, -amount);
        ledger.note(bucket, reason, (amount, held));
    }
}
