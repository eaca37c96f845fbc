//! The fold of an account: usage and top-ups in the order of event time, into charges, balance and credit state.

use datasets::reference::{Entity, RefChange};
use datasets::units::EventTime;
use operators::timeline::{Emit, Fold, Input, Position, Touched, packing};

use super::catalogue::Catalogue;
use super::footprint::Footprint;
use super::packed;
use super::pricing::Priced;
use crate::rating::Witness;

pub use super::account::AccountState;
pub use super::credit::CreditState;
pub use super::event::{ChargingEvent, ChargingKey, Credited, Usage};
pub use super::rows::{Balance, Charge, Credit, Output, Suspended, UnitBucket, UnitMovement};
pub use super::suspension::Suspension;

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
                let priced = state.price((catalogue, key), (usage, &mut used), emit);
                emit.used(used.0);
                match priced {
                    Ok(Priced { charge, terms, .. }) => state.debit(&charge, &terms, emit),
                    Err(reason) => {
                        emit.give(Output::Suspended(Suspended { usage: *usage, reason }))
                    }
                }
            }
            Input::Event(ChargingEvent::TopUp(topup)) => state.credit(catalogue, topup, emit),
            Input::Timer(at) => {
                let ChargingKey::Account(account) = *key else {
                    unreachable!("suspended usage asks for no timer")
                };
                state.catch_up((catalogue, account), EventTime(at), emit);
            }
        }
    }

    fn alarm(state: &AccountState) -> Option<i64> {
        state.expiry().map(|at| at.0)
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
        if let Some(credit) = state.credit_of(account) {
            emit.give(Output::Credit(credit));
        }
        state.units(account).for_each(|bucket| emit.give(Output::Bucket(bucket)));
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
                    // Of an offering it has allowances, with which its account begins whatever usage comes.
                    if subscription.offering_id.is_some() {
                        let account = datasets::ids::account_id(&subscription.account_id);
                        keys.push(ChargingKey::Account(account));
                    }
                }
                Entity::Allowance(allowance) => {
                    let accounts = catalogue.accounts_granted(allowance);
                    keys.extend(accounts.into_iter().map(ChargingKey::Account));
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
