//! Reference data as a list of documents, searched from one end to the other for each record.

use std::collections::BTreeMap;

use datasets::ids::{AccountId, account_id, id64};
use datasets::provenance::Provenance;
use datasets::reference::{Account, Entity, Rate, RefChange, RefTopic, Subscription, Validity};
use datasets::units::EventTime;
use datasets::usage::Service;
use pipelines::charging::fold::{Charge, Suspended, Suspension, Usage};
use pipelines::charging::rating::Price;

use super::accounts::Entry;

/// A document key, with the record that said last what it stands for.
type Documents = BTreeMap<(RefTopic, u64), (Provenance, Option<(Validity, Entity)>)>;

/// What every document key stands for.
#[derive(Default)]
pub(super) struct Reference {
    documents: Documents,
}

impl Reference {
    /// Takes a change in; the one with the greatest provenance holds.
    pub(super) fn take(&mut self, change: &RefChange) {
        let told = (change.provenance, change.version.clone());
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

    /// The zone of the longest prefix.
    fn zone(&self, usage: &Usage) -> Option<&str> {
        let of_length = |length| {
            self.find(usage.started_at.0, |entity| match entity {
                Entity::Destination(one) if one.prefix == usage.called.prefix(length) => {
                    Some(&one.zone)
                }
                _ => None,
            })
        };
        (1..=usage.called.length()).rev().find_map(of_length).map(String::as_str)
    }

    fn price(
        &self,
        tariff: &str,
        service: Service,
        (zone, at): (Option<&str>, i64),
    ) -> Option<&Rate> {
        self.find(at, |entity| match entity {
            Entity::Rate(rate) => {
                let same = rate.tariff_id == tariff && rate.service == service;
                (same && rate.zone.as_deref() == zone).then_some(rate)
            }
            _ => None,
        })
    }

    /// The credit limit of an account, in 10⁻⁹.
    pub(super) fn limit(&self, account: AccountId, at: i64) -> Option<i128> {
        self.account(account, at).map(|account| account.credit_limit.0.0)
    }

    /// What becomes of usage.
    pub(super) fn rate(&self, usage: &Usage) -> Entry {
        match self.charge(usage) {
            Ok((charge, limit)) => Entry::Charge(charge, limit),
            Err(reason) => Entry::Suspended(Suspended { usage: *usage, reason }),
        }
    }

    fn charge(&self, usage: &Usage) -> Result<(Charge, i128), Suspension> {
        let at = usage.started_at.0;
        let subscription = self.subscription(usage).ok_or(Suspension::UnknownSubscriber)?;
        let id = account_id(&subscription.account_id);
        let account = self.account(id, at).ok_or(Suspension::UnknownAccount)?;
        let zone = match usage.service {
            Service::Data => None,
            _ => Some(self.zone(usage).ok_or(Suspension::UnknownDestination)?),
        };
        let tariff = subscription.tariff_id.as_str();
        let rate = self.price(tariff, usage.service, (zone, at)).ok_or(Suspension::NoRate)?;
        let amount = Price::of(rate).charge(usage.quantity).ok_or(Suspension::AmountTooLarge)?;
        if rate.currency != account.currency {
            return Err(Suspension::CurrencyMismatch);
        }
        let charge = Charge {
            provenance: usage.provenance,
            account: id,
            subscription: id64(&subscription.subscription_id),
            tariff: id64(tariff),
            zone: zone.map_or(0, id64),
            started_at: usage.started_at,
            quantity: usage.quantity,
            amount,
            service: usage.service,
            currency: rate.currency,
        };
        Ok((charge, account.credit_limit.0.0))
    }
}
