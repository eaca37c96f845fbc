//! Deduplicates, looks up, prices and adds up.

use hashbrown::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::record::{DATA, SERVICES, Usage};
use super::reference::{Holder, Price, RarePrice, Reference, Versions, at};

/// What an account stands at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub(crate) balance: i128,
    pub(crate) credit: usize,
}

/// Charges in columns.
#[derive(Default)]
pub(crate) struct Charged {
    pub(crate) partitions: Vec<i32>,
    pub(crate) offsets: Vec<i64>,
    pub(crate) accounts: Vec<i32>,
    pub(crate) services: Vec<i32>,
    /// The zone's number; 0 is none.
    pub(crate) zones: Vec<i32>,
    pub(crate) tariffs: Vec<i32>,
    pub(crate) started_at: Vec<i64>,
    pub(crate) quantities: Vec<i64>,
    pub(crate) amounts: Vec<i128>,
}

/// The state of the program.
pub(crate) struct Fold {
    reference: Reference,
    /// By tariff, service and zone, in that order.
    prices: Vec<Versions<Price>>,
    uses: Vec<u64>,
    seen: HashSet<u64, BuildHasherDefault<Hashed>>,
    accounts: Vec<Account>,
    charged: u64,
    amount: i128,
}

/// Identities are hashes already.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("identities are words");
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
}

/// States of credit by their number.
pub(crate) const CREDIT: [&str; 3] = ["normal", "warning", "exceeded"];

impl Fold {
    pub(crate) fn new(mut reference: Reference) -> Self {
        let places = reference.tariffs.len() * SERVICES.len() * reference.zones.len();
        let zones = reference.zones.len();
        let mut prices = vec![Versions::new(); places];
        for ((tariff, service, zone), versions) in std::mem::take(&mut reference.prices) {
            prices[place_of((wide(tariff), service, wide(zone)), zones)] = versions;
        }
        let mut accounts = vec![Account::default(); reference.accounts.len()];
        for (account, amount) in &reference.topups {
            accounts[wide(*account)].balance += amount;
        }
        Self {
            reference,
            uses: vec![0; places],
            prices,
            seen: HashSet::default(),
            accounts,
            charged: 0,
            amount: 0,
        }
    }

    /// Charges a batch.
    pub(crate) fn charge(&mut self, batch: &[Usage]) -> Charged {
        let mut charged = Charged::default();
        for usage in batch {
            if self.seen.insert(usage.identity) {
                self.charge_one(usage, &mut charged);
            }
        }
        charged
    }

    fn charge_one(&mut self, usage: &Usage, charged: &mut Charged) -> Option<()> {
        let Holder { account, tariff } =
            at(self.reference.holders.get(&usage.subscriber)?, usage.started_at)?;
        let limit = at(&self.reference.limits[wide(account)], usage.started_at)?;
        let zone = match usage.service {
            DATA => 0,
            _ => self.zone(usage)?,
        };
        let place = place_of((wide(tariff), usage.service, wide(zone)), self.reference.zones.len());
        let price = at(&self.prices[place], usage.started_at)?;
        let exact = price.price * i128::from(usage.quantity);
        let amount = price.rounding.divide(exact, price.per) * price.step;
        self.uses[place] += 1;
        self.charged += 1;
        self.amount += amount;
        self.accounts[wide(account)].debit(amount, limit);
        charged.push(usage, [account, zone, tariff], amount);
        Some(())
    }

    fn zone(&self, usage: &Usage) -> Option<u32> {
        let versions = &self.reference.zone_versions;
        self.reference
            .prefixes
            .find(usage.called, |place| at(&versions[wide(place)], usage.started_at))
    }

    pub(crate) fn charged(&self) -> u64 {
        self.charged
    }

    pub(crate) fn amount(&self) -> i128 {
        self.amount
    }

    pub(crate) fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    pub(crate) fn texts(&self) -> super::reference::Texts {
        self.reference.texts()
    }

    /// The price whose records come nearest to a thousandth of all.
    pub(crate) fn rare_price(&self, records: u64) -> Option<RarePrice> {
        let zones = self.reference.zones.len();
        let uses = |place: &(u32, usize, u32)| {
            self.uses[place_of((wide(place.0), place.1, wide(place.2)), zones)]
        };
        let documents = self.reference.documents.iter();
        let used =
            documents.map(|(place, told)| RarePrice { records: uses(place), ..told.clone() });
        used.min_by_key(|told| told.records.abs_diff(records / 1_000))
    }
}

impl Account {
    fn debit(&mut self, amount: i128, limit: i128) {
        self.balance -= amount;
        let exposure = -self.balance;
        self.credit = match () {
            () if exposure <= 0 => 0,
            () if exposure >= limit => 2,
            () if exposure * 100 >= limit * 80 => 1,
            () => 0,
        };
    }
}

impl Charged {
    fn push(&mut self, usage: &Usage, [account, zone, tariff]: [u32; 3], amount: i128) {
        let narrow = |number: u32| i32::try_from(number).expect("reference data is countable");
        self.partitions.push(usage.partition);
        self.offsets.push(usage.offset);
        self.accounts.push(narrow(account));
        self.services.push(i32::try_from(usage.service).expect("there are three services"));
        self.zones.push(narrow(zone));
        self.tariffs.push(narrow(tariff));
        self.started_at.push(usage.started_at);
        self.quantities.push(i64::try_from(usage.quantity).unwrap_or(i64::MAX));
        self.amounts.push(amount);
    }
}

fn place_of((tariff, service, zone): (usize, usize, usize), zones: usize) -> usize {
    (tariff * SERVICES.len() + service) * zones + zone
}

fn wide(number: u32) -> usize {
    usize::try_from(number).expect("an address has at least 32 bits")
}
