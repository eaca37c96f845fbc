//! The fold of an account: usage and top-ups in the order of event time, into charges, balance and credit state.

use datasets::care::TopUp;
use datasets::ids::{AccountId, SubscriberId};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{Entity, RefChange};
use datasets::units::{Currency, EventTime};
use datasets::usage::{Facets, Service, UsageEvent};
use operators::timeline::{Emit, Fold, Input, Position, Touched, packing};
use serde::{Deserialize, Serialize};

use super::catalogue::{AccountTerms, Catalogue};
use super::footprint::Footprint;
use super::packed;
use super::pricing::{Priced, price_for};
use super::wallet::{Wallet, Wallets};
use crate::exact::of_record;
use crate::rating::Witness;

/// Usage as the fold keeps it: what mediation needed to know is left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Usage {
    /// When it began.
    pub started_at: EventTime,
    /// Where the record came from; tells usage apart.
    pub provenance: Provenance,
    /// The party that is charged.
    pub subscriber: SubscriberId,
    /// What of the called number may stand in clear.
    pub called: Digits,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// What was consumed.
    pub service: Service,
    /// What plan rows may ask beside.
    pub facets: Facets,
}

impl From<&UsageEvent> for Usage {
    fn from(event: &UsageEvent) -> Self {
        let UsageEvent { started_at, provenance, subscriber, called, quantity, .. } = *event;
        let UsageEvent { service, facets, .. } = *event;
        Self { started_at, provenance, subscriber, called, quantity, service, facets }
    }
}

/// A top-up as the fold keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Credited {
    /// When it was credited.
    pub topped_up_at: EventTime,
    /// Where the record came from.
    pub provenance: Provenance,
    /// The account.
    pub account: AccountId,
    /// How much, in 10⁻⁹.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

impl Credited {
    /// The top-up, if its amount fits one record's column.
    #[must_use]
    pub fn of(topup: &TopUp) -> Option<Self> {
        let amount = of_record(topup.amount)?;
        let TopUp { topped_up_at, provenance, account, currency, .. } = *topup;
        Some(Self { topped_up_at, provenance, account, amount, currency })
    }
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ChargingEvent {
    /// Usage to be charged.
    Usage(Usage),
    /// Money put on the account.
    TopUp(Credited),
}

/// Whose events are folded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ChargingKey {
    /// An account.
    Account(AccountId),
    /// Usage of a number that belonged to no subscription, by the spread of its pseudonym.
    Suspense(u64),
}

/// How near an account is to its limit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum CreditState {
    /// Below 80 % of the limit.
    #[default]
    Normal,
    /// From 80 % of the limit.
    Warning,
    /// From the limit itself.
    Exceeded,
}

impl CreditState {
    /// The name in tables and topics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Warning => "warning",
            Self::Exceeded => "exceeded",
        }
    }

    /// The state of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Normal, Self::Warning, Self::Exceeded]
            .into_iter()
            .find(|state| state.as_str() == name)
    }

    /// The state of an exposure under a limit, both in 10⁻⁹.
    #[must_use]
    pub fn of(exposure: i128, limit: i128) -> Self {
        if exposure <= 0 {
            Self::Normal
        } else if exposure >= limit {
            Self::Exceeded
        } else if exposure * 100 >= limit * 80 {
            Self::Warning
        } else {
            Self::Normal
        }
    }
}

/// What the fold of an account remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccountState {
    wallets: Wallets,
    credit: CreditState,
    changed_at: Option<EventTime>,
    /// The account's terms at its last event at which it was known.
    terms: Option<CreditTerms>,
}

/// What credit is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct CreditTerms {
    /// The account's own currency: what it has in others does not count.
    currency: Currency,
    /// How much it may owe, in 10⁻⁹.
    limit: i128,
}

impl From<&AccountTerms> for CreditTerms {
    fn from(terms: &AccountTerms) -> Self {
        Self { currency: terms.currency, limit: terms.credit_limit.0 }
    }
}

/// Why usage cannot be rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Suspension {
    /// The number belonged to no subscription.
    UnknownSubscriber,
    /// The subscription's account is not known at that time.
    UnknownAccount,
    /// No prefix of the called number belongs to a zone.
    UnknownDestination,
    /// The tariff has no rate for the service and zone.
    NoRate,
    /// The rate's currency is not the account's.
    CurrencyMismatch,
    /// The charge would be a billion units or more.
    AmountTooLarge,
    /// It began later than stream time allows.
    Future,
    /// It began further in the future than duplicates are remembered: it is not folded when it is due.
    BeyondHorizon,
    /// It began before what the fold still holds.
    BehindHotWindow,
    /// The tariffs fall back to each other in a circle.
    FallbackCycle,
    /// Its parts are priced in different currencies.
    MixedCurrencies,
    /// It would be split into too many parts.
    TooLong,
}

impl Suspension {
    /// The code in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownSubscriber => "unknown_subscriber",
            Self::UnknownAccount => "unknown_account",
            Self::UnknownDestination => "unknown_destination",
            Self::NoRate => "no_rate",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::AmountTooLarge => "amount_too_large",
            Self::Future => "future",
            Self::BeyondHorizon => "beyond_horizon",
            Self::BehindHotWindow => "behind_hot_window",
            Self::FallbackCycle => "fallback_cycle",
            Self::MixedCurrencies => "mixed_currencies",
            Self::TooLong => "too_long",
        }
    }
}

/// What one rated record costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Charge {
    /// The record.
    pub provenance: Provenance,
    /// The account that owes it.
    pub account: AccountId,
    /// The subscription that used it.
    pub subscription: u64,
    /// The tariff that priced it.
    pub tariff: u64,
    /// The destination zone; 0 where nothing was called.
    pub zone: u64,
    /// When it began.
    pub started_at: EventTime,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// The price, in 10⁻⁹.
    pub amount: i64,
    /// What was consumed.
    pub service: Service,
    /// The currency of the amount.
    pub currency: Currency,
}

/// Usage that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Suspended {
    /// The usage.
    pub usage: Usage,
    /// What it lacks.
    pub reason: Suspension,
}

/// How an account stands in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Balance {
    /// The account.
    pub account: AccountId,
    /// What it has.
    pub wallet: Wallet,
}

/// How near an account is to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Credit {
    /// The account.
    pub account: AccountId,
    /// The currency of exposure and limit: the account's own.
    pub currency: Currency,
    /// What it owes, in 10⁻⁹; zero when it has money.
    pub exposure: i128,
    /// The limit that held at its last event, in 10⁻⁹.
    pub limit: i128,
    /// How near.
    pub state: CreditState,
    /// The event time at which the state was entered.
    pub changed_at: Option<EventTime>,
}

/// A row that the fold emits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Output {
    /// Of `bill.charges`, and its movement.
    Charge(Charge),
    /// Of `bill.suspended_usage`.
    Suspended(Suspended),
    /// A movement of `bill.balance_movements`.
    TopUp(Credited),
    /// Of `bill.balances`.
    Balance(Balance),
    /// Of `bill.credit`.
    Credit(Credit),
}

/// The charging fold.
#[derive(Debug)]
pub struct Charging;

impl Fold for Charging {
    type Key = ChargingKey;
    type Event = ChargingEvent;
    type State = AccountState;
    type Context = Catalogue;
    type Change = RefChange;
    type Output = Output;

    /// At equal times money comes before usage.
    fn position(event: &ChargingEvent) -> Position {
        match event {
            ChargingEvent::TopUp(topup) => {
                Position { at: topup.topped_up_at.0, rank: 0, id: topup.provenance.packed() }
            }
            ChargingEvent::Usage(usage) => {
                Position { at: usage.started_at.0, rank: 1, id: usage.provenance.packed() }
            }
        }
    }

    fn home(event: &ChargingEvent) -> u64 {
        match event {
            ChargingEvent::Usage(usage) => usage.subscriber.spread(),
            ChargingEvent::TopUp(topup) => topup.account.spread(),
        }
    }

    fn key(catalogue: &Catalogue, event: &ChargingEvent) -> ChargingKey {
        match event {
            ChargingEvent::TopUp(topup) => ChargingKey::Account(topup.account),
            ChargingEvent::Usage(usage) => {
                match catalogue.subscription(usage.subscriber, usage.started_at) {
                    Some(subscription) => ChargingKey::Account(subscription.account),
                    None => ChargingKey::Suspense(usage.subscriber.spread()),
                }
            }
        }
    }

    fn spread(key: &ChargingKey) -> u64 {
        match key {
            ChargingKey::Account(account) => account.spread(),
            ChargingKey::Suspense(spread) => *spread,
        }
    }

    fn step(
        (catalogue, key): (&Catalogue, &ChargingKey),
        state: &mut AccountState,
        input: Input<'_, ChargingEvent>,
        emit: &mut Emit<'_, Output>,
    ) {
        match input {
            Input::Event(ChargingEvent::Usage(usage)) => {
                let mut used = Footprint::default();
                let priced = price_for(catalogue, key, usage, &mut used);
                emit.used(used.0);
                match priced {
                    Ok(Priced { charge, terms, .. }) => state.debit(&charge, &terms, emit),
                    Err(reason) => {
                        emit.give(Output::Suspended(Suspended { usage: *usage, reason }))
                    }
                }
            }
            Input::Event(ChargingEvent::TopUp(topup)) => state.credit(catalogue, topup, emit),
            Input::Timer(_) => unreachable!("an account asks for no timer"),
        }
    }

    fn alarm(_state: &AccountState) -> Option<i64> {
        None
    }

    fn standing(
        _catalogue: &Catalogue,
        key: &ChargingKey,
        state: &AccountState,
        emit: &mut Emit<'_, Output>,
    ) {
        let ChargingKey::Account(account) = *key else { return };
        for wallet in state.wallets() {
            emit.give(Output::Balance(Balance { account, wallet: *wallet }));
        }
        let Some(CreditTerms { currency, limit }) = state.terms else { return };
        emit.give(Output::Credit(Credit {
            account,
            currency,
            exposure: state.exposure(currency).max(0),
            limit,
            state: state.credit,
            changed_at: state.changed_at,
        }));
    }

    fn late(event: &ChargingEvent, emit: &mut Emit<'_, Output>) {
        aside(event, Suspension::BehindHotWindow, emit);
    }

    fn early(event: &ChargingEvent, emit: &mut Emit<'_, Output>) {
        aside(event, Suspension::Future, emit);
    }

    fn touched(catalogue: &Catalogue, change: &RefChange) -> Touched<ChargingKey> {
        let before = catalogue.document(change.topic, change.key).map(|(_, entity)| entity);
        let after = change.version.as_ref().map(|(_, entity)| entity);
        let mut keys = Vec::new();
        let mut used = Footprint::default();
        for entity in before.into_iter().chain(after) {
            match entity {
                Entity::Account(account) => {
                    let id = datasets::ids::account_id(&account.account_id);
                    keys.push(ChargingKey::Account(id));
                }
                Entity::Subscription(subscription) => {
                    let number = subscription.subscriber;
                    keys.push(ChargingKey::Suspense(number.spread()));
                    let holders = catalogue.subscriptions_of(number);
                    keys.extend(holders.map(|holder| ChargingKey::Account(holder.account)));
                }
                priced => {
                    let looked = catalogue.plans().looked_up_for(priced);
                    looked.into_iter().for_each(|at| used.looked(at));
                }
            }
        }
        if used.0 == 0 { Touched::Keys(keys) } else { Touched::Footprint(used.0) }
    }

    fn refresh(catalogue: &mut Catalogue, change: RefChange, diff: isize) {
        assert!(diff == 1, "a document is replaced or buried, and never taken back");
        catalogue.refresh(change);
    }

    fn pack(before: &[u8], events: &[ChargingEvent]) -> Option<Box<[u8]>> {
        Some(packing::pack(before, events.iter().map(packed::words)))
    }

    fn unpack(packed: &[u8], events: &mut Vec<ChargingEvent>) {
        packing::unpack(packed, |words| events.push(packed::event(words)));
    }
}

/// What stands for an event that is not folded. Money is never held back without a trace: a top-up still counts.
fn aside(event: &ChargingEvent, reason: Suspension, emit: &mut Emit<'_, Output>) {
    if let ChargingEvent::Usage(usage) = event {
        emit.give(Output::Suspended(Suspended { usage: *usage, reason }));
    }
}

impl AccountState {
    /// What the account has, by currency.
    #[must_use]
    pub fn wallets(&self) -> &[Wallet] {
        self.wallets.as_slice()
    }

    fn debit(&mut self, charge: &Charge, terms: &AccountTerms, emit: &mut Emit<'_, Output>) {
        let wallet = self.wallets.of(charge.currency);
        wallet.charged += i128::from(charge.amount);
        wallet.charge_count += 1;
        self.assess(charge.started_at, Some(terms));
        emit.give(Output::Charge(*charge));
    }

    fn credit(&mut self, catalogue: &Catalogue, topup: &Credited, emit: &mut Emit<'_, Output>) {
        let wallet = self.wallets.of(topup.currency);
        wallet.topped_up += i128::from(topup.amount);
        wallet.topup_count += 1;
        self.assess(topup.topped_up_at, catalogue.account(topup.account, topup.topped_up_at));
        emit.give(Output::TopUp(*topup));
    }

    /// What is owed in a currency, in 10⁻⁹; negative where there is money left.
    fn exposure(&self, currency: Currency) -> i128 {
        let wallet = self.wallets().iter().find(|wallet| wallet.currency == currency);
        wallet.map_or(0, Wallet::exposure)
    }

    /// Notes the terms that hold now, and when the credit state changes.
    fn assess(&mut self, at: EventTime, terms: Option<&AccountTerms>) {
        self.terms = terms.map(CreditTerms::from).or(self.terms);
        let Some(CreditTerms { currency, limit }) = self.terms else { return };
        let credit = CreditState::of(self.exposure(currency), limit);
        if credit != self.credit {
            self.credit = credit;
            self.changed_at = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_states_begin_at_their_bounds() {
        let check = |exposure, limit, expected| {
            assert_eq!(CreditState::of(exposure, limit), expected, "{exposure} of {limit}");
        };
        check(0, 0, CreditState::Normal);
        check(1, 0, CreditState::Exceeded);
        check(-5, 100, CreditState::Normal);
        check(79, 100, CreditState::Normal);
        check(80, 100, CreditState::Warning);
        check(99, 100, CreditState::Warning);
        check(100, 100, CreditState::Exceeded);
    }
}
