//! Included units, counted grant by grant: whatever happens, all grants of the account are looked through.

mod grant;

use std::collections::BTreeMap;

use datasets::ids::{AccountId, id64};
use datasets::provenance::Provenance;
use datasets::units::EventTime;
use pipelines::balances::movement::Reason;
use pipelines::charging::Output;
use pipelines::charging::fold::{Charge, Suspended, UnitBucket, UnitMovement, Usage};
use pipelines::rating::beside::parts;
use pipelines::rating::rate_beside;

use super::accounts::Entry;
use super::reference::Reference;
pub(super) use grant::Offer;
use grant::{Grant, draw};

/// The units of all accounts, and what has moved in them.
#[derive(Clone, Default)]
pub(super) struct Units {
    accounts: BTreeMap<AccountId, Account>,
    moves: Vec<Output>,
}

/// The units of an account.
#[derive(Clone, Default)]
struct Account {
    grants: Vec<Grant>,
    /// The end of the last period that was granted, by offer.
    until: BTreeMap<u64, i64>,
}

impl Units {
    /// What an entry comes to, of which units pay a part.
    pub(super) fn take(&mut self, reference: &Reference, entry: Entry) -> Entry {
        match entry {
            Entry::Suspended(suspended) => {
                // It is an event of its account all the same: what was due before it has happened.
                if let Some(account) = reference.account_of(&suspended.usage) {
                    self.expire(reference, account, suspended.usage.started_at.0);
                }
                entry
            }
            Entry::TopUp(topup, _) => {
                self.reach(reference, topup.account, topup.topped_up_at.0);
                entry
            }
            Entry::Charge(charge, terms, usage) => {
                self.reach(reference, charge.account, charge.started_at.0);
                match self.pay(reference, charge, &usage) {
                    Ok(charge) => Entry::Charge(charge, terms, usage),
                    Err(reason) => Entry::Suspended(Suspended { usage, reason }),
                }
            }
        }
    }

    /// All that has moved, and what is left at an instant.
    pub(super) fn rows(mut self, reference: &Reference, now: i64) -> Vec<Output> {
        let accounts: Vec<AccountId> = self.accounts.keys().copied().collect();
        for account in &accounts {
            self.expire(reference, *account, now);
        }
        for (account, units) in &self.accounts {
            let row = |grant: &Grant| Output::Bucket(UnitBucket { account: *account, ..grant.row });
            self.moves.extend(units.grants.iter().map(row));
        }
        self.moves
    }

    /// Goes from expiry to expiry until an instant, and then does what is due there.
    fn reach(&mut self, reference: &Reference, account: AccountId, at: i64) {
        self.expire(reference, account, at);
        self.renew(reference, account, at);
    }

    fn expire(&mut self, reference: &Reference, account: AccountId, before: i64) {
        let next = |units: &Self| {
            let grants = &units.accounts.get(&account)?.grants;
            let ends = grants.iter().map(|grant| grant.row.valid.to.0);
            ends.filter(|to| *to < before && *to < i64::MAX).min()
        };
        while let Some(at) = next(self) {
            self.renew(reference, account, at);
        }
    }

    /// Drops what is over at an instant, and grants what is due.
    fn renew(&mut self, reference: &Reference, account: AccountId, at: i64) {
        let offers = reference.offers(account, at);
        if offers.is_empty() && !self.accounts.contains_key(&account) {
            return;
        }
        for offer in &offers {
            while let Some((grant, until)) = self.due(account, offer, at) {
                self.drop_until(account, &offers, (grant.row.valid.from.0, at));
                let units = self.accounts.entry(account).or_default();
                units.until.insert(offer.id, until);
                self.add(account, grant, (Reason::Grant, at));
            }
        }
        self.drop_until(account, &offers, (at, at));
    }

    fn due(&self, account: AccountId, offer: &Offer, at: i64) -> Option<(Grant, i64)> {
        let known = self.accounts.get(&account);
        let until = known.and_then(|units| units.until.get(&offer.id)).copied();
        if until.is_some_and(|until| until > at) {
            return None;
        }
        let next = match (offer.document.rollover, until) {
            (Some(_), Some(until)) => until,
            (Some(rollover), None) => offer.earliest(at, rollover.periods),
            _ => at,
        };
        offer.grant(next).filter(|(grant, _)| grant.row.valid.from.0 <= at)
    }

    /// Drops grants that are over; what of them goes over becomes a grant of its own.
    fn drop_until(&mut self, account: AccountId, offers: &[Offer], (end, at): (i64, i64)) {
        loop {
            let Some(units) = self.accounts.get_mut(&account) else { return };
            let over = |grant: &Grant| grant.row.valid.to.0 <= end;
            let Some(place) = units.grants.iter().position(over) else { return };
            let gone = units.grants.remove(place);
            let left = -i64::try_from(gone.row.left).expect("grants are small");
            self.note(account, &gone, (Reason::Expiry, at, None, left));
            let offer = offers.iter().find(|offer| offer.id == gone.offer);
            if let Some(rest) = offer.and_then(|offer| offer.rest(&gone)) {
                self.add(account, rest, (Reason::Rollover, at));
            }
        }
    }

    fn add(&mut self, account: AccountId, grant: Grant, (reason, at): (Reason, i64)) {
        let put = i64::try_from(grant.row.left).expect("grants are small");
        self.note(account, &grant, (reason, at, None, put));
        self.accounts.entry(account).or_default().grants.push(grant);
    }

    /// Lets units pay for usage, and prices the rest.
    fn pay(
        &mut self,
        reference: &Reference,
        charge: Charge,
        usage: &Usage,
    ) -> Result<Charge, pipelines::charging::fold::Suspension> {
        let Some(units) = self.accounts.get(&charge.account) else { return Ok(charge) };
        let mut grants = units.grants.clone();
        let call = reference.call(usage).expect("it was priced");
        let parts = parts(&call, reference.plans(), &mut ());
        let (used, paid) = draw(&mut grants, &charge, &parts);
        if paid.is_empty() {
            return Ok(charge);
        }
        let amount = rate_beside((&call, &paid), reference.plans(), &mut ())?.amount;
        let included = paid.iter().map(|span| span.to - span.from).sum();
        self.accounts.entry(charge.account).or_default().grants = grants;
        for (grant, taken) in used {
            let taken = -i64::try_from(taken).expect("grants are small");
            let moved = (Reason::Usage, usage.started_at.0, Some(usage.provenance), taken);
            self.note(charge.account, &grant, moved);
        }
        Ok(Charge { amount, included, ..charge })
    }

    fn note(
        &mut self,
        account: AccountId,
        grant: &Grant,
        (reason, at, provenance, amount): (Reason, i64, Option<Provenance>, i64),
    ) {
        let UnitBucket { bucket, unit, .. } = grant.row;
        let (allowance, happened_at) = (id64(&grant.allowance), EventTime(at));
        if amount != 0 {
            self.moves.push(Output::Units(UnitMovement {
                account,
                bucket,
                allowance,
                reason,
                unit,
                happened_at,
                provenance,
                amount,
            }));
        }
    }
}
