//! Which allowances an account has: its own, and one of each allowance of an offering for each subscription of it.

use std::collections::BTreeMap;

use datasets::ids::{AccountId, SubscriberId, account_id, id64};
use datasets::reference::Validity;
use datasets::reference::allowance::Allowance as Document;
use datasets::units::EventTime;
use hashbrown::HashMap;

use super::{Catalogue, SubscriptionTerms};
use crate::allowances::allowance::Allowance;
use crate::balances::bucket::id_of;
use crate::names::Names;
use crate::rating::versions::Versions;

/// Allowances of one holder by their names: the versions of a name replace each other.
type Granting = BTreeMap<u64, Versions<Allowance>>;

impl Catalogue {
    /// All that an account is granted at an instant: its own allowances, and those of its subscriptions' offerings.
    #[must_use]
    pub fn allowances(&self, account: AccountId, at: EventTime) -> Vec<Allowance> {
        // Another tariff is no reason to grant anew.
        let same = |one: &SubscriptionTerms, other: &SubscriptionTerms| {
            SubscriptionTerms { tariff: other.tariff, ..*one } == *other
        };
        let terms = |number: SubscriberId| {
            self.subscriptions.get(&number.spread())?.versions.span(at, same)
        };
        self.included.of(account, at, terms)
    }

    /// The accounts that a changed allowance concerns.
    #[must_use]
    pub fn accounts_granted(&self, allowance: &Document) -> Vec<AccountId> {
        match (&allowance.account_id, &allowance.offering_id) {
            (Some(account), _) => vec![account_id(account)],
            (None, Some(offering)) => {
                let offering = id64(offering);
                let has =
                    |number| self.subscriptions_of(number).any(|terms| terms.offering == offering);
                self.included.accounts(has)
            }
            (None, None) => Vec::new(),
        }
    }
}

/// All allowances, and the subscriptions that may have some.
#[derive(Debug, Default)]
pub(super) struct Included {
    /// By the account's spread.
    of_accounts: HashMap<u64, Granting>,
    /// By the offering.
    of_offerings: HashMap<u64, Granting>,
    /// The numbers that have, or once had, an offering on an account, and in how many documents.
    members: HashMap<AccountId, BTreeMap<SubscriberId, u32>>,
}

impl Included {
    /// What an account is granted at an instant; `terms` finds what a number then was.
    pub(super) fn of<'c>(
        &self,
        account: AccountId,
        at: EventTime,
        terms: impl Fn(SubscriberId) -> Option<(Validity, &'c SubscriptionTerms)>,
    ) -> Vec<Allowance> {
        let mut allowances = Vec::new();
        if let Some(own) = self.of_accounts.get(&account.spread()) {
            grant(own, at, (account.spread(), Validity::ALWAYS), &mut allowances);
        }
        for number in self.members.get(&account).into_iter().flat_map(BTreeMap::keys) {
            let found = terms(*number).filter(|(_, terms)| terms.account == account);
            let Some((span, terms)) = found else { continue };
            if let Some(granting) = self.of_offerings.get(&terms.offering) {
                grant(granting, at, (terms.subscription, span), &mut allowances);
            }
        }
        allowances
    }

    /// The accounts of which some number is as asked.
    pub(super) fn accounts(&self, is_one: impl Fn(SubscriberId) -> bool) -> Vec<AccountId> {
        let has = |numbers: &BTreeMap<SubscriberId, u32>| numbers.keys().copied().any(&is_one);
        let found = self.members.iter().filter(|(_, numbers)| has(numbers));
        found.map(|(account, _)| *account).collect()
    }

    /// A document says that a number of an account has an offering.
    pub(super) fn join(&mut self, account: AccountId, number: SubscriberId) {
        *self.members.entry(account).or_default().entry(number).or_default() += 1;
    }

    /// The document no longer says so.
    pub(super) fn leave(&mut self, account: AccountId, number: SubscriberId) {
        let Some(numbers) = self.members.get_mut(&account) else { return };
        if let Some(count) = numbers.get_mut(&number) {
            *count -= 1;
        }
        numbers.retain(|_, count| *count > 0);
        if numbers.is_empty() {
            self.members.remove(&account);
        }
    }

    /// Takes a version of an allowance in.
    pub(super) fn hold(&mut self, at: (Validity, u64), allowance: &Document, names: &Names) {
        let (validity, key) = at;
        let account = allowance.account_id.as_deref().map(|account| names.intern_account(account));
        let (holders, holder) = self.place(allowance);
        // Versions that grant the same are one allowance, however it is cut into documents.
        let holder_of = account.map_or(0, |account| account.spread());
        let read = Allowance::read((Validity::ALWAYS, allowance), holder_of, names);
        holders
            .entry(holder)
            .or_default()
            .entry(read.name)
            .or_default()
            .insert(validity, key, read);
    }

    /// Takes a version of an allowance out.
    pub(super) fn withdraw(&mut self, key: u64, allowance: &Document) {
        let (holders, holder) = self.place(allowance);
        let Some(granting) = holders.get_mut(&holder) else { return };
        if let Some(versions) = granting.get_mut(&id64(&allowance.allowance_id)) {
            versions.remove(key);
        }
        granting.retain(|_, versions| !versions.is_empty());
        if granting.is_empty() {
            holders.remove(&holder);
        }
    }

    fn place(&mut self, allowance: &Document) -> (&mut HashMap<u64, Granting>, u64) {
        match (&allowance.account_id, &allowance.offering_id) {
            (Some(account), _) => (&mut self.of_accounts, account_id(account).spread()),
            (None, offering) => (&mut self.of_offerings, offering.as_deref().map_or(0, id64)),
        }
    }
}

/// Adds what holds at an instant, for a holder and no longer than the holder has it.
fn grant(
    granting: &Granting,
    at: EventTime,
    (holder, within): (u64, Validity),
    allowances: &mut Vec<Allowance>,
) {
    for versions in granting.values() {
        let Some((span, allowance)) = versions.span(at, PartialEq::eq) else { continue };
        let validity = Validity { from: span.from.max(within.from), to: span.to.min(within.to) };
        let id = id_of(allowance.name, validity.from, holder);
        allowances.push(Allowance { id, holder, validity, ..allowance.clone() });
    }
}
