//! Reference data as the charging fold looks it up: whole on every worker, every version at its own time.

mod included;

mod terms;

use datasets::ids::{AccountId, SubscriberId};
use datasets::provenance::Provenance;
use datasets::reference::{Entity, RefChange, RefTopic, Validity};
use datasets::units::EventTime;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::names::Names;
use crate::rating::Plans;
use crate::rating::versions::Versions;
use included::Included;

pub use terms::{AccountTerms, SubscriptionTerms};

/// What a document key stands for, by the record that said so last: its cut, and its place.
type Told = ((u64, Provenance), Option<(Validity, Entity)>);

/// The subscriptions that a number belonged to.
#[derive(Debug)]
struct Holders {
    number: SubscriberId,
    versions: Versions<SubscriptionTerms>,
}

/// All reference data. The last change of a document key holds, in whatever order the changes come.
#[derive(Debug, Default)]
pub struct Catalogue {
    names: Names,
    documents: HashMap<(RefTopic, u64), Told>,
    accounts: HashMap<AccountId, Versions<AccountTerms>>,
    /// By the spread of the number's pseudonym.
    subscriptions: HashMap<u64, Holders>,
    plans: Plans,
    included: Included,
}

impl Catalogue {
    /// Nothing yet; texts are registered with `names`.
    #[must_use]
    pub fn new(names: Names) -> Self {
        Self { plans: Plans::new(names.clone()), names, ..Self::default() }
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

    /// Tariffs, bands and zones.
    #[must_use]
    pub fn plans(&self) -> &Plans {
        &self.plans
    }

    /// What a document key stands for now.
    #[must_use]
    pub fn document(&self, topic: RefTopic, key: u64) -> Option<&(Validity, Entity)> {
        self.documents.get(&(topic, key))?.1.as_ref()
    }

    /// Takes a change in. A tombstone is remembered, so that what it buried stays buried.
    pub fn refresh(&mut self, change: RefChange) {
        let RefChange { topic, key, arrived_in, provenance, version } = change;
        let place = (arrived_in, provenance);
        let before = match self.documents.entry((topic, key)) {
            Entry::Occupied(known) if known.get().0 >= place => return,
            Entry::Occupied(mut known) => known.insert((place, version.clone())).1,
            Entry::Vacant(vacant) => {
                vacant.insert((place, version.clone()));
                None
            }
        };
        if before == version {
            return;
        }
        if let Some((_, entity)) = before {
            self.withdraw(key, &entity);
        }
        if let Some((validity, entity)) = version {
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
                let terms = SubscriptionTerms::of(subscription, &self.names);
                if terms.offering != 0 {
                    self.included.join(terms.account, subscription.subscriber);
                }
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
            Entity::Allowance(allowance) => {
                self.included.hold((validity, key), allowance, &self.names)
            }
            priced => self.plans.hold(key, validity, priced),
        }
    }

    fn withdraw(&mut self, key: u64, entity: &Entity) {
        match entity {
            Entity::Account(account) => {
                remove(&mut self.accounts, datasets::ids::account_id(&account.account_id), key);
            }
            Entity::Subscription(subscription) => {
                if subscription.offering_id.is_some() {
                    let account = datasets::ids::account_id(&subscription.account_id);
                    self.included.leave(account, subscription.subscriber);
                }
                let spread = subscription.subscriber.spread();
                if let Some(holders) = self.subscriptions.get_mut(&spread) {
                    holders.versions.remove(key);
                    if holders.versions.is_empty() {
                        self.subscriptions.remove(&spread);
                    }
                }
            }
            Entity::Allowance(allowance) => self.included.withdraw(key, allowance),
            priced => self.plans.withdraw(key, priced),
        }
    }
}

/// Takes a version out of an index, and the entry with the last one.
fn remove<K: Eq + std::hash::Hash, V: Clone>(
    index: &mut HashMap<K, Versions<V>>,
    entry: K,
    key: u64,
) {
    let Some(versions) = index.get_mut(&entry) else { return };
    versions.remove(key);
    if versions.is_empty() {
        index.remove(&entry);
    }
}
