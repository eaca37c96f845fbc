//! The reference data that holds at last, looked up the plain way.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::documents::{Account, Document, Entity, Price, Subscription};
use crate::reference::Validity;
use crate::units::EventTime;
use crate::usage::Service;

/// The versions of what is known under each id.
#[derive(Debug)]
struct Versions<Id, Row>(HashMap<Id, Vec<(Validity, Row)>>);

impl<Id: Eq + Hash, Row: Copy> Versions<Id, Row> {
    fn add(&mut self, id: Id, validity: Validity, row: Row) {
        self.0.entry(id).or_default().push((validity, row));
    }

    /// Of the versions that hold at an instant the one that began last.
    fn at(&self, id: &Id, instant: EventTime) -> Option<Row> {
        let holding = self.0.get(id)?.iter().filter(|(validity, _)| validity.covers(instant));
        holding.max_by_key(|(validity, _)| validity.from).map(|(_, row)| *row)
    }
}

/// Reference data as the last document of each key tells it.
#[derive(Debug)]
pub(super) struct Valid {
    accounts: Versions<u32, Account>,
    subscriptions: Versions<u64, Subscription>,
    zones: Versions<u64, usize>,
    prices: Versions<(usize, Service, Option<usize>), Price>,
}

impl Valid {
    /// Takes documents in the order in which they arrived.
    pub(super) fn of(documents: &[Document]) -> Self {
        let newest: BTreeMap<_, _> = documents
            .iter()
            .map(|document| ((document.topic, document.key.as_str()), &document.version))
            .collect();
        let mut valid = Self {
            accounts: Versions(HashMap::new()),
            subscriptions: Versions(HashMap::new()),
            zones: Versions(HashMap::new()),
            prices: Versions(HashMap::new()),
        };
        for (validity, entity) in newest.into_values().flatten() {
            valid.add(*validity, entity);
        }
        valid
    }

    fn add(&mut self, validity: Validity, entity: &Entity) {
        match entity {
            Entity::Customer(_) => {}
            Entity::Account(account) => self.accounts.add(account.number, validity, *account),
            Entity::Subscription(line) => self.subscriptions.add(line.msisdn, validity, *line),
            Entity::Price(price) => {
                self.prices.add((price.tariff, price.service, price.zone), validity, *price);
            }
            Entity::Destination(range) => self.zones.add(range.prefix, validity, range.zone),
        }
    }

    /// The subscription of a number.
    pub(super) fn subscription(&self, msisdn: u64, at: EventTime) -> Option<Subscription> {
        self.subscriptions.at(&msisdn, at)
    }

    /// An account.
    pub(super) fn account(&self, number: u32, at: EventTime) -> Option<Account> {
        self.accounts.at(&number, at)
    }

    /// The zone of a called number: that of the longest prefix of what may stand of it in clear.
    pub(super) fn zone(&self, called: u64, at: EventTime) -> Option<usize> {
        let in_clear = if called < 100_000_000 { called } else { called / 10_000 };
        std::iter::successors(Some(in_clear), |prefix| Some(prefix / 10))
            .take_while(|prefix| *prefix > 0)
            .find_map(|prefix| self.zones.at(&prefix, at))
    }

    /// The price of a service to a zone.
    pub(super) fn price(
        &self,
        row: (usize, Service, Option<usize>),
        at: EventTime,
    ) -> Option<Price> {
        self.prices.at(&row, at)
    }
}
