//! Reference data as the charging fold looks it up: whole on every worker, every version at its own time.

use datasets::ids::{AccountId, SubscriberId};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{AccountKind, Entity, RefChange, RefTopic, Validity};
use datasets::units::{Currency, EventTime, Money};
use datasets::usage::Service;
use hashbrown::HashMap;

use super::rating::{Price, RateKey, Versions, rate_key};
use crate::names::Names;

/// An account as the fold uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountTerms {
    /// How it pays.
    pub kind: AccountKind,
    /// The currency of its balance.
    pub currency: Currency,
    /// How much it may owe.
    pub credit_limit: Money,
}

/// A subscription as the fold uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionTerms {
    /// The content id of its own id.
    pub subscription: u64,
    /// The account that is charged.
    pub account: AccountId,
    /// The tariff that prices it.
    pub tariff: u64,
}

/// One version that a document key has stood for, by the record that said so.
type Told = (Provenance, Option<(Validity, Entity)>);

/// The subscriptions that a number belonged to.
#[derive(Debug)]
struct Holders {
    number: SubscriberId,
    versions: Versions<SubscriptionTerms>,
}

/// All reference data. The greatest provenance of a document key holds, in whatever order the changes come.
#[derive(Debug, Default)]
pub struct Catalogue {
    names: Names,
    documents: HashMap<(RefTopic, u64), Vec<Told>>,
    accounts: HashMap<AccountId, Versions<AccountTerms>>,
    /// By the spread of the number's pseudonym.
    subscriptions: HashMap<u64, Holders>,
    rates: HashMap<RateKey, Versions<Price>>,
    zones: HashMap<Digits, Versions<u64>>,
    /// How many prefixes there are of each length.
    prefix_lengths: [u32; 16],
}

impl Catalogue {
    /// Nothing yet; texts are registered with `names`.
    #[must_use]
    pub fn new(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// Where the texts behind its ids are registered.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The subscription that a number belonged to.
    #[must_use]
    pub fn subscription(&self, number: SubscriberId, at: EventTime) -> Option<&SubscriptionTerms> {
        self.subscriptions.get(&number.spread())?.versions.at(at)
    }

    /// All subscriptions that a number ever belonged to.
    pub fn subscriptions_of(
        &self,
        number: SubscriberId,
    ) -> impl Iterator<Item = &SubscriptionTerms> {
        let holders = self.subscriptions.get(&number.spread());
        holders.into_iter().flat_map(|holders| holders.versions.iter())
    }

    /// The terms of an account.
    #[must_use]
    pub fn account(&self, account: AccountId, at: EventTime) -> Option<&AccountTerms> {
        self.accounts.get(&account)?.at(at)
    }

    /// The zone of the longest prefix that held at an instant.
    #[must_use]
    pub fn zone(&self, called: Digits, at: EventTime) -> Option<u64> {
        (1..=called.length())
            .rev()
            .filter(|length| self.prefix_lengths[usize::try_from(*length).expect("at most 15")] > 0)
            .find_map(|length| self.zones.get(&called.prefix(length))?.at(at).copied())
    }

    /// The price of a service to a zone on a tariff.
    #[must_use]
    pub fn price(&self, key: &RateKey, at: EventTime) -> Option<&Price> {
        self.rates.get(key)?.at(at)
    }

    /// The key by which a rate's price is looked up.
    #[must_use]
    pub fn rate_key(&self, rate: &datasets::reference::Rate) -> RateKey {
        rate_key(rate, &self.names)
    }

    /// What a document key stands for now.
    #[must_use]
    pub fn document(&self, topic: RefTopic, key: u64) -> Option<&(Validity, Entity)> {
        self.documents.get(&(topic, key))?.last()?.1.as_ref()
    }

    /// Takes a change in (`+1`) or back (`-1`).
    pub fn refresh(&mut self, change: RefChange, diff: isize) {
        let address = (change.topic, change.key);
        let told = self.documents.entry(address).or_default();
        let before = told.last().and_then(|(_, version)| version.clone());
        let place = told.partition_point(|(provenance, _)| *provenance < change.provenance);
        if diff > 0 {
            told.insert(place, (change.provenance, change.version));
        } else {
            let taken = told.remove(place);
            assert!(taken.0 == change.provenance, "a change is taken back after it was told");
        }
        let after = told.last().and_then(|(_, version)| version.clone());
        if told.is_empty() {
            self.documents.remove(&address);
        }
        if before != after {
            self.replace(change.key, before, after);
        }
    }

    fn replace(
        &mut self,
        key: u64,
        before: Option<(Validity, Entity)>,
        after: Option<(Validity, Entity)>,
    ) {
        if let Some((_, entity)) = before {
            self.withdraw(key, &entity);
        }
        if let Some((validity, entity)) = after {
            self.hold(key, validity, &entity);
        }
    }

    fn hold(&mut self, key: u64, validity: Validity, entity: &Entity) {
        match entity {
            Entity::Account(account) => {
                let terms = AccountTerms {
                    kind: account.kind,
                    currency: account.currency,
                    credit_limit: account.credit_limit.0,
                };
                let id = self.names.intern_account(&account.account_id);
                self.accounts.entry(id).or_default().insert(validity, key, terms);
            }
            Entity::Subscription(subscription) => {
                let terms = SubscriptionTerms {
                    subscription: self.names.intern(&subscription.subscription_id),
                    account: self.names.intern_account(&subscription.account_id),
                    tariff: self.names.intern(&subscription.tariff_id),
                };
                let number = subscription.subscriber;
                let holders = self
                    .subscriptions
                    .entry(number.spread())
                    .or_insert_with(|| Holders { number, versions: Versions::new() });
                assert!(
                    holders.number == number,
                    "two numbers share the pseudonym {number}: weir stops here"
                );
                holders.versions.insert(validity, key, terms);
            }
            Entity::Rate(rate) => {
                let versions = self.rates.entry(rate_key(rate, &self.names)).or_default();
                versions.insert(validity, key, Price::of(rate));
            }
            Entity::Destination(destination) => {
                let zone = self.names.intern(&destination.zone);
                let versions = self.zones.entry(destination.prefix).or_default();
                if versions.is_empty() {
                    self.prefix_lengths[length_of(destination.prefix)] += 1;
                }
                versions.insert(validity, key, zone);
            }
            Entity::Plan(_) | Entity::TimeBand(_) | Entity::Holiday(_) => {}
        }
    }

    fn withdraw(&mut self, key: u64, entity: &Entity) {
        match entity {
            Entity::Account(account) => {
                remove(&mut self.accounts, datasets::ids::account_id(&account.account_id), key);
            }
            Entity::Subscription(subscription) => {
                let spread = subscription.subscriber.spread();
                if let Some(holders) = self.subscriptions.get_mut(&spread) {
                    holders.versions.remove(key);
                    if holders.versions.is_empty() {
                        self.subscriptions.remove(&spread);
                    }
                }
            }
            Entity::Rate(rate) => {
                remove(&mut self.rates, rate_key(rate, &self.names), key);
            }
            Entity::Destination(destination) => {
                if remove(&mut self.zones, destination.prefix, key) {
                    self.prefix_lengths[length_of(destination.prefix)] -= 1;
                }
            }
            Entity::Plan(_) | Entity::TimeBand(_) | Entity::Holiday(_) => {}
        }
    }
}

fn length_of(prefix: Digits) -> usize {
    usize::try_from(prefix.length()).expect("at most 15")
}

/// Takes a version out of an index; says whether the entry is gone with it.
fn remove<K: Eq + std::hash::Hash, V: Clone>(
    index: &mut HashMap<K, Versions<V>>,
    entry: K,
    key: u64,
) -> bool {
    let Some(versions) = index.get_mut(&entry) else { return false };
    versions.remove(key);
    let gone = versions.is_empty();
    if gone {
        index.remove(&entry);
    }
    gone
}

/// Bits for the parts of the catalogue that rating looks at: 48 for rates, 16 for leading digits.
pub mod footprint {
    use super::{Digits, RateKey, Service};

    const RATE_BITS: u64 = 48;

    /// The bit of a rate, whether it exists or not.
    #[must_use]
    pub fn of_rate((tariff, service, zone): &RateKey) -> u64 {
        let service = match service {
            Service::Voice => 1,
            Service::Data => 2,
            Service::Sms => 3,
            Service::Event => 4_u64,
        };
        let mixed = (tariff ^ zone.rotate_left(23) ^ service).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        1 << ((mixed >> 32) % RATE_BITS)
    }

    /// The bit of the destinations that a called number may belong to: by its first two digits.
    #[must_use]
    pub fn of_called(called: Digits) -> u64 {
        match called.length() {
            0 | 1 => u64::MAX << RATE_BITS,
            _ => 1 << (RATE_BITS + called.first_two() % 16),
        }
    }
}
