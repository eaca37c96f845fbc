//! Included units in the fold of an account: what is granted in time, and what of a record they pay.

use datasets::ids::AccountId;
use datasets::provenance::Provenance;
use datasets::units::EventTime;
use operators::timeline::Emit;

use super::account::AccountState;
use super::catalogue::Catalogue;
use super::event::Usage;
use super::fold::ChargingKey;
use super::footprint::Footprint;
use super::pricing::{Priced, price_for};
use super::rows::{Output, UnitBucket, UnitMovement};
use super::suspension::Suspension;
use crate::allowances::granting::Grants;
use crate::allowances::scope::Place;
use crate::balances::bucket::{Bucket, Unit};
use crate::balances::drawing::{Deed, Drawer, perform};
use crate::balances::movement::Ledger;
use crate::rating::beside::{Part, Span, parts};
use crate::rating::rate_beside;

/// Whose movements are told, when they happened, and the record that made them, if one did.
#[derive(Clone, Copy)]
struct Cause {
    account: AccountId,
    at: EventTime,
    provenance: Option<Provenance>,
}

impl AccountState {
    /// Prices usage of the account: units pay first, and the rest is rated beside them.
    ///
    /// A record is priced as a whole before: what has no price is suspended, also where units would pay it.
    pub(super) fn price(
        &mut self,
        (catalogue, key): (&Catalogue, &ChargingKey),
        (usage, used): (&Usage, &mut Footprint),
        emit: &mut Emit<'_, Output>,
    ) -> Result<Priced, Suspension> {
        let mut priced = price_for(catalogue, key, usage, used)?;
        let account = priced.charge.account;
        self.catch_up((catalogue, account), usage.started_at, emit);
        let Some(grants) = &mut self.included else { return Ok(priced) };
        let parts = parts(&priced.call, catalogue.plans(), used);
        let before = grants.buckets.clone();
        let mut ledger = Ledger::default();
        let paid = pay(&mut grants.buckets, &priced, &parts, &mut ledger);
        if paid.is_empty() {
            return Ok(priced);
        }
        match rate_beside((&priced.call, &paid), catalogue.plans(), used) {
            Ok(rated) => {
                priced.rated = rated;
                priced.charge.amount = rated.amount;
                priced.charge.included = paid.iter().map(|span| span.quantity()).sum();
            }
            Err(lack) => {
                grants.buckets = before;
                return Err(lack.into());
            }
        }
        let provenance = Some(usage.provenance);
        tell(&ledger, Cause { account, at: usage.started_at, provenance }, emit);
        Ok(priced)
    }

    /// Brings included units up to an instant: what is over goes, what is due comes.
    pub(super) fn catch_up(
        &mut self,
        (catalogue, account): (&Catalogue, AccountId),
        at: EventTime,
        emit: &mut Emit<'_, Output>,
    ) {
        let allowances = catalogue.allowances(account, at);
        if allowances.is_empty() && self.included.is_none() {
            return;
        }
        let grants = self.included.get_or_insert_default();
        let mut ledger = Ledger::default();
        grants.catch_up(&allowances, at, &mut ledger);
        if **grants == Grants::default() {
            self.included = None;
        }
        tell(&ledger, Cause { account, at, provenance: None }, emit);
    }

    /// The next instant at which units expire.
    pub(super) fn expiry(&self) -> Option<EventTime> {
        self.included.as_ref()?.expiry()
    }

    /// What the account has of each grant.
    pub(super) fn units(&self, account: AccountId) -> impl Iterator<Item = UnitBucket> {
        let buckets = self.included.iter().flat_map(|grants| &grants.buckets);
        buckets.map(move |bucket| {
            let Bucket { holder, unit, valid, id, allowance, .. } = *bucket;
            // A bucket that is not the account's own is a subscription's.
            let subscription = if holder == account.spread() { 0 } else { holder };
            let (granted, left) = (count(bucket.filled), count(bucket.amount));
            UnitBucket { account, subscription, allowance, bucket: id, unit, valid, granted, left }
        })
    }
}

/// Draws for each part of a record, in order, and returns what is paid.
fn pay(buckets: &mut [Bucket], priced: &Priced, parts: &[Part], ledger: &mut Ledger) -> Vec<Span> {
    let charge = &priced.charge;
    let unit = Unit::of(charge.service);
    let (account, member) = (charge.account.spread(), charge.subscription);
    let mut paid = Vec::new();
    for part in parts {
        let place = Place { service: charge.service, zone: part.zone, band: part.band };
        let (pools, at) = (&[member], charge.started_at);
        let drawer = Drawer { account, member, pools, at, place: Some(place) };
        let covered = drawer.cover(buckets, unit, part.span.quantity());
        perform(buckets, (member, Deed::Spend), &covered.parts, ledger);
        if covered.quantity > 0 {
            let from = part.span.from;
            paid.push(Span { from, to: from + covered.quantity });
        }
    }
    paid
}

fn tell(ledger: &Ledger, cause: Cause, emit: &mut Emit<'_, Output>) {
    let Cause { account, at, provenance } = cause;
    for movement in &ledger.movements {
        emit.give(Output::Units(UnitMovement {
            account,
            bucket: movement.bucket,
            allowance: movement.allowance,
            reason: movement.reason,
            unit: movement.unit,
            happened_at: at,
            provenance,
            amount: i64::try_from(movement.amount).expect("grants are at most 2^60"),
        }));
    }
}

/// An amount of units, which is never negative.
fn count(units: i128) -> u64 {
    u64::try_from(units).expect("units are at most what was granted")
}
