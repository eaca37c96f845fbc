//! What accounts are granted, found by looking through all documents.

use std::collections::BTreeSet;

use datasets::ids::{AccountId, SubscriberId, account_id, id64};
use datasets::reference::{Allowance, Entity, RefTopic, Subscription, Validity};
use datasets::units::EventTime;

use super::Reference;
use crate::charging::oracle::units::Offer;

impl Reference {
    /// All that an account is granted at an instant.
    pub(in crate::charging::oracle) fn offers(&self, id: AccountId, at: i64) -> Vec<Offer> {
        let mut offers = Vec::new();
        if !self.documents.keys().any(|(topic, _)| *topic == RefTopic::Allowances) {
            return offers;
        }
        let own = |one: &Allowance| one.account_id.as_deref().map(account_id) == Some(id);
        offers.extend(self.offers_of(own, at, (id.spread(), 0, Validity::ALWAYS)));
        let entities = self.documents.values().filter_map(|(_, version)| version.as_ref());
        let numbers: BTreeSet<SubscriberId> = entities
            .filter_map(|(_, entity)| match entity {
                Entity::Subscription(one) => Some(one.subscriber),
                _ => None,
            })
            .collect();
        for number in numbers {
            let had = |entity: &Entity| match entity {
                Entity::Subscription(one) if one.subscriber == number => {
                    let Subscription { subscription_id, account_id, offering_id, .. } = one;
                    Some((subscription_id.clone(), account_id.clone(), offering_id.clone()))
                }
                _ => None,
            };
            let Some((within, (subscription, account, Some(offering)))) = self.span(at, had) else {
                continue;
            };
            if account_id(&account) == id {
                let subscription = id64(&subscription);
                let of = |one: &Allowance| one.offering_id.as_ref() == Some(&offering);
                offers.extend(self.offers_of(of, at, (subscription, subscription, within)));
            }
        }
        offers
    }

    fn offers_of(
        &self,
        is_one: impl Fn(&Allowance) -> bool,
        at: i64,
        (holder, subscription, within): (u64, u64, Validity),
    ) -> Vec<Offer> {
        let mut offers = Vec::new();
        let wanted = |entity: &Entity| match entity {
            Entity::Allowance(one) if is_one(one) => Some((**one).clone()),
            _ => None,
        };
        let entities = self.documents.values().filter_map(|(_, version)| version.as_ref());
        let found = entities.filter_map(|(_, entity)| wanted(entity));
        let names: BTreeSet<String> = found.map(|one| one.allowance_id).collect();
        for name in names {
            let named = |entity: &Entity| wanted(entity).filter(|one| one.allowance_id == name);
            let Some((span, document)) = self.span(at, named) else { continue };
            let (from, to) = (span.from.max(within.from), span.to.min(within.to));
            offers.push(Offer::new(document, Validity { from, to }, (holder, subscription)));
        }
        offers
    }

    /// What holds at an instant, and from when until when nothing else is said.
    fn span<T: PartialEq + Clone>(
        &self,
        at: i64,
        wanted: impl Fn(&Entity) -> Option<T>,
    ) -> Option<(Validity, T)> {
        let mut versions = Vec::new();
        for ((_, key), (_, version)) in &self.documents {
            if let Some((validity, entity)) = version
                && let Some(found) = wanted(entity)
            {
                versions.push((*validity, *key, found));
            }
        }
        let says = |at: i64| {
            let holding = versions.iter().filter(|one| one.0.covers(EventTime(at)));
            holding.max_by_key(|one| (one.0.from, one.1)).map(|one| &one.2)
        };
        let said = says(at)?;
        let bounds: BTreeSet<i64> =
            versions.iter().flat_map(|one| [one.0.from.0, one.0.to.0]).collect();
        let mut span = Validity::ALWAYS;
        for bound in bounds {
            if bound > at && says(bound) != Some(said) {
                span.to = span.to.min(EventTime(bound));
            }
            if bound <= at && bound > i64::MIN && says(bound - 1) != Some(said) {
                span.from = span.from.max(EventTime(bound));
            }
        }
        Some((span, said.clone()))
    }
}
