//! What is right in the end: each usage record's state and what every account owes, computed the slow and obvious way.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::{Document, Price};
use super::reference_json::account_id;
use super::schedule::Sent;
use super::state::{Reason, State};
use super::topups::TopUp;
use super::usage::Fact;
use super::valid::Valid;
use crate::units::{Currency, EventTime, Money};

/// How far ahead of stream time an event may be, in seconds.
const TOLERATED_AHEAD_S: i64 = 600;

/// What is on an account in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Sum of the charges.
    pub charged: Money,
    /// Number of the charges.
    pub charge_count: u64,
    /// Sum of the top-ups.
    pub topped_up: Money,
    /// Number of the top-ups, each counted once.
    pub topup_count: u64,
}

impl Balance {
    /// Top-ups less charges: negative is what the account owes.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.topped_up - self.charged
    }
}

/// What the tables should say once everything yielded so far is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Number of usage records in each state; absent states have none.
    pub states: BTreeMap<State, u64>,
    /// By `account_id` and currency: every account that was ever charged or topped up.
    pub balances: BTreeMap<(String, Currency), Balance>,
}

/// What was sent, as it was meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    facts: Vec<Fact>,
    rejected: u64,
    topups: Vec<TopUp>,
}

impl Ledger {
    pub(super) fn note(&mut self, sent: &Sent) {
        match sent {
            Sent::Usage(fact) => self.facts.push(*fact),
            Sent::Broken(..) => self.rejected += 1,
            Sent::TopUp(topup) => self.topups.push(*topup),
        }
    }
}

impl Truth {
    /// Computes it from the documents and records sent, in whatever order they were.
    pub(super) fn of(documents: &[Document], ledger: &Ledger, now: EventTime) -> Self {
        let valid = Valid::of(documents);
        let mut sums = Sums::default();
        sums.count(State::Rejected, ledger.rejected);
        let mut facts = ledger.facts.clone();
        facts.sort_unstable();
        for revisions in facts.chunk_by(|one, next| one.usage == next.usage) {
            sums.settle(revisions, &valid, now);
        }
        for topup in ledger.topups.iter().collect::<BTreeSet<_>>() {
            let balance = sums.balance(topup.account, topup.currency);
            balance.topped_up += topup.amount();
            balance.topup_count += 1;
        }
        sums.named()
    }

    /// All usage records, whatever their state.
    #[must_use]
    pub fn record_count(&self) -> u64 {
        self.states.values().sum()
    }

    /// How many usage records are in a state.
    #[must_use]
    pub fn in_state(&self, state: State) -> u64 {
        self.states.get(&state).copied().unwrap_or(0)
    }

    /// The sum of all charges, by currency.
    #[must_use]
    pub fn charged(&self) -> BTreeMap<Currency, Money> {
        let mut sums = BTreeMap::new();
        for ((_, currency), balance) in &self.balances {
            *sums.entry(*currency).or_insert(Money::ZERO) += balance.charged;
        }
        sums
    }
}

/// The truth in the making, by the accounts' numbers.
#[derive(Debug, Default)]
struct Sums {
    states: BTreeMap<State, u64>,
    balances: BTreeMap<(u32, Currency), Balance>,
}

impl Sums {
    /// Decides over the deliveries of one usage, ordered by revision.
    fn settle(&mut self, deliveries: &[Fact], valid: &Valid, now: EventTime) {
        let mut revisions = deliveries.to_vec();
        revisions.dedup();
        let repeated = deliveries.len() - revisions.len();
        self.count(State::Duplicate, u64::try_from(repeated).expect("a count fits"));
        let Some(winner) = revisions.pop() else { return };
        self.count(State::Superseded, u64::try_from(revisions.len()).expect("a count fits"));
        if winner.cancelled {
            return self.count(State::Superseded, 1);
        }
        match charge(&winner, valid, now) {
            Err(reason) => self.count(State::Suspended(reason), 1),
            Ok((account, currency, amount)) => {
                self.count(State::Rated, 1);
                let balance = self.balance(account, currency);
                balance.charged += amount;
                balance.charge_count += 1;
            }
        }
    }

    fn count(&mut self, state: State, records: u64) {
        if records > 0 {
            *self.states.entry(state).or_default() += records;
        }
    }

    fn balance(&mut self, account: u32, currency: Currency) -> &mut Balance {
        self.balances.entry((account, currency)).or_default()
    }

    fn named(self) -> Truth {
        let name = |((account, currency), balance)| ((account_id(account), currency), balance);
        Truth { states: self.states, balances: self.balances.into_iter().map(name).collect() }
    }
}

/// Who pays how much for a usage record, or what it lacks.
fn charge(fact: &Fact, valid: &Valid, now: EventTime) -> Result<(u32, Currency, Money), Reason> {
    let at = fact.started_at;
    if at > now.plus_seconds(TOLERATED_AHEAD_S) {
        return Err(Reason::Future);
    }
    let line = valid.subscription(fact.msisdn(), at).ok_or(Reason::UnknownSubscriber)?;
    let account = valid.account(line.account, at).ok_or(Reason::UnknownAccount)?;
    let zone = match fact.called {
        0 => None,
        called => Some(valid.zone(called, at).ok_or(Reason::UnknownDestination)?),
    };
    let price = valid.price((line.tariff, fact.service, zone), at).ok_or(Reason::NoRate)?;
    if account.currency != Currency::EUR {
        return Err(Reason::CurrencyMismatch);
    }
    Ok((account.number, account.currency, amount(&price, fact.quantity())))
}

/// The price of a quantity: exact, then rounded once to the price's decimals.
fn amount(price: &Price, quantity: u64) -> Money {
    let scale = price.scale;
    let step = 10_i128.pow(Money::DECIMALS - scale.decimals);
    let priced_for = i128::from(scale.per) * i128::from(scale.base_units);
    let exact = i128::from(quantity) * price.price.0;
    Money(scale.rounding.divide(exact, priced_for * step) * step)
}
