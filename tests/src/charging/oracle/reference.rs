//! Reference data as a list of documents, searched from one end to the other for each record.
//!
//! Only the price of a record is left to the rating function, which has an oracle of its own.

mod offers;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use datasets::ids::{AccountId, account_id, id64};
use datasets::provenance::Provenance;
use datasets::reference::{Account, Entity, RefChange, RefTopic, Subscription, Validity};
use datasets::units::EventTime;
use pipelines::charging::fold::{Charge, Suspended, Suspension, Usage};
use pipelines::rating::{Call, Plans, rate};

use super::accounts::{Entry, Terms};

/// A document key, with the record that said last what it stands for.
type Documents = BTreeMap<(RefTopic, u64), ((usize, Provenance), Option<(Validity, Entity)>)>;

/// What every document key stands for.
#[derive(Default)]
pub(super) struct Reference {
    documents: Documents,
    plans: OnceCell<Plans>,
}

impl Reference {
    /// Takes a change in; the one of the last cut holds, and of those the one with the greatest provenance.
    pub(super) fn take(&mut self, change: &RefChange, cut: usize) {
        self.plans.take();
        let told = ((cut, change.provenance), change.version.clone());
        let known = self.documents.entry((change.topic, change.key)).or_insert(told.clone());
        if told.0 >= known.0 {
            *known = told;
        }
    }

    /// The entity that holds at an instant, of those that are looked for: the latest start, then the greatest key.
    fn find<'a, T: 'a>(
        &'a self,
        at: i64,
        wanted: impl Fn(&'a Entity) -> Option<&'a T>,
    ) -> Option<&'a T> {
        let holding = self.documents.iter().filter_map(|((_, key), (_, version))| {
            let (validity, entity) = version.as_ref()?;
            let found = wanted(entity).filter(|_| validity.covers(EventTime(at)))?;
            Some(((validity.from, *key), found))
        });
        holding.max_by_key(|(rank, _)| *rank).map(|(_, found)| found)
    }

    fn account(&self, id: AccountId, at: i64) -> Option<&Account> {
        self.find(at, |entity| match entity {
            Entity::Account(account) if account_id(&account.account_id) == id => Some(account),
            _ => None,
        })
    }

    fn subscription(&self, usage: &Usage) -> Option<&Subscription> {
        self.find(usage.started_at.0, |entity| match entity {
            Entity::Subscription(one) if one.subscriber == usage.subscriber => Some(one),
            _ => None,
        })
    }

    /// The plans of all documents, made anew after each change.
    pub(super) fn plans(&self) -> &Plans {
        self.plans.get_or_init(|| {
            let mut plans = Plans::default();
            for ((_, key), (_, version)) in &self.documents {
                if let Some((validity, entity)) = version {
                    plans.hold(*key, *validity, entity);
                }
            }
            plans
        })
    }

    /// An account's terms.
    pub(super) fn terms(&self, account: AccountId, at: i64) -> Option<Terms> {
        self.account(account, at).map(terms)
    }

    /// What becomes of usage.
    pub(super) fn rate(&self, usage: &Usage) -> Entry {
        match self.charge(usage) {
            Ok((charge, terms)) => Entry::Charge(charge, terms, *usage),
            Err(reason) => Entry::Suspended(Suspended { usage: *usage, reason }),
        }
    }

    /// The account that usage belongs to.
    pub(super) fn account_of(&self, usage: &Usage) -> Option<AccountId> {
        Some(account_id(&self.subscription(usage)?.account_id))
    }

    /// Usage as rating sees it.
    pub(super) fn call(&self, usage: &Usage) -> Option<Call> {
        let tariff = id64(&self.subscription(usage)?.tariff_id);
        let Usage { service, facets, called, started_at, quantity, .. } = *usage;
        Some(Call { tariff, service, facets, called, started_at, quantity, before: 0 })
    }

    fn charge(&self, usage: &Usage) -> Result<(Charge, Terms), Suspension> {
        let at = usage.started_at.0;
        let subscription = self.subscription(usage).ok_or(Suspension::UnknownSubscriber)?;
        let id = account_id(&subscription.account_id);
        let account = self.account(id, at).ok_or(Suspension::UnknownAccount)?;
        let call = self.call(usage).ok_or(Suspension::UnknownSubscriber)?;
        let tariff = call.tariff;
        let rated = rate(&call, self.plans(), &mut ())?;
        let currency = rated.currency.unwrap_or(account.currency);
        if currency != account.currency {
            return Err(Suspension::CurrencyMismatch);
        }
        let charge = Charge {
            provenance: usage.provenance,
            account: id,
            subscription: id64(&subscription.subscription_id),
            tariff: if rated.free.is_some() { tariff } else { rated.tariff },
            zone: rated.zone,
            started_at: usage.started_at,
            quantity: usage.quantity,
            amount: rated.amount,
            service: usage.service,
            included: 0,
            currency,
        };
        Ok((charge, terms(account)))
    }
}

fn terms(account: &Account) -> Terms {
    (account.currency, account.credit_limit.0.0)
}
