//! Requests that are no usage: fees, top-ups, transfers, adjustments, refunds, and the lives of sessions.

use datasets::reference::Validity;
use datasets::units::{EventTime, Money};

use super::bucket::{Bucket, Unit};
use super::charge::pay;
use super::drawing::Drawer;
use super::movement::{DEFAULT, Reason};
use super::requests::{Outcome, Pot, Refusal, Request, Terms};
use super::session;
use super::state::GroupState;
use super::topup::TopUp;

/// Does what a request asks.
pub(super) fn change(
    state: &mut GroupState,
    terms: &Terms<'_>,
    request: &Request<'_>,
    outcome: &mut Outcome,
) -> Result<(), Refusal> {
    match *request {
        Request::Fee(amount) => {
            fee(state, terms, amount, outcome);
            Ok(())
        }
        Request::TopUp(topup) => top_up(state, terms, &topup, outcome),
        Request::Transfer(from, to, amount) => transfer(state, terms, (from, to, amount), outcome),
        Request::Adjust(pot, amount) => {
            put(state, terms.head, (pot, Reason::Adjustment, amount.0), outcome)
        }
        Request::Refund(pot, amount) => {
            put(state, terms.head, (pot, Reason::Refund, amount), outcome)
        }
        Request::Extend(session, until) => extend(state, session, until),
        Request::Release(session) => {
            let place = session::find(state, session).ok_or(Refusal::NoSession)?;
            session::end(state, place, terms.head, &mut outcome.ledger);
            Ok(())
        }
        Request::InFlight(amount) => {
            in_flight(state, terms.account, amount);
            Ok(())
        }
        Request::Timer | Request::Usage(_) | Request::Settle(..) | Request::Reserve(_) => Ok(()),
    }
}

fn fee(state: &mut GroupState, terms: &Terms<'_>, amount: Money, outcome: &mut Outcome) {
    let (account, pools, at) = (terms.account, terms.pools, terms.at);
    let drawer = Drawer { account, member: account, pools, at, place: None };
    pay(state, terms, (amount, Some(drawer)), outcome);
}

fn top_up(
    state: &mut GroupState,
    terms: &Terms<'_>,
    topup: &TopUp<'_>,
    outcome: &mut Outcome,
) -> Result<(), Refusal> {
    let standing = state.standing_mut(terms.head, terms.account);
    if topup.currency != terms.currency
        || standing.currency.is_some_and(|currency| currency != topup.currency)
    {
        return Err(Refusal::Currency);
    }
    standing.currency = Some(topup.currency);
    match topup.bucket(terms.account, terms.at) {
        Some(bucket) => fill(state, bucket, Reason::TopUp, outcome),
        None => {
            let amount = (Reason::TopUp, topup.amount.0);
            standing.add(terms.account, amount, &mut outcome.ledger);
        }
    }
    for bucket in topup.bonuses(terms.account, terms.at) {
        fill(state, bucket, Reason::Bonus, outcome);
    }
    Ok(())
}

/// Adds a bucket that can still be used.
fn fill(state: &mut GroupState, bucket: Bucket, reason: Reason, outcome: &mut Outcome) {
    let Validity { from, to } = bucket.valid;
    if from < to && bucket.amount > 0 {
        state.extras_mut().grants.put(bucket, reason, &mut outcome.ledger);
    }
}

/// Money goes from one pot to another, if it is there.
fn transfer(
    state: &mut GroupState,
    terms: &Terms<'_>,
    (from, to, amount): (Pot, Pot, Money),
    outcome: &mut Outcome,
) -> Result<(), Refusal> {
    let has = match from.bucket {
        DEFAULT => state.standing(terms.head, from.account).balance(),
        _ => bucket_of(state, from)?.amount,
    };
    if amount.0 > has || amount < Money::ZERO {
        return Err(Refusal::OutOfCredit);
    }
    let currency = |account| state.standing(terms.head, account).currency;
    if currency(to.account).is_some_and(|currency| currency != terms.currency) {
        return Err(Refusal::Currency);
    }
    for pot in [from, to].into_iter().filter(|pot| pot.bucket != DEFAULT) {
        if bucket_of(state, pot)?.unit != Unit::Money {
            return Err(Refusal::NoBucket);
        }
    }
    put(state, terms.head, (from, Reason::Transfer, -amount.0), outcome)?;
    put(state, terms.head, (to, Reason::Transfer, amount.0), outcome)
}

/// Changes the amount of one pot; only an account's own money may become negative.
fn put(
    state: &mut GroupState,
    head: u64,
    (pot, reason, amount): (Pot, Reason, i128),
    outcome: &mut Outcome,
) -> Result<(), Refusal> {
    if pot.bucket == DEFAULT {
        let standing = state.standing_mut(head, pot.account);
        standing.add(pot.account, (reason, amount), &mut outcome.ledger);
        return Ok(());
    }
    let bucket = bucket_of(state, pot)?;
    if bucket.amount + amount < 0 {
        return Err(Refusal::OutOfCredit);
    }
    bucket.amount += amount;
    outcome.ledger.free(bucket, reason, amount);
    Ok(())
}

fn bucket_of(state: &mut GroupState, pot: Pot) -> Result<&mut Bucket, Refusal> {
    let buckets = state.present_mut().map(|extras| &mut extras.grants.buckets);
    let mut buckets = buckets.into_iter().flatten();
    let found = buckets.find(|bucket| bucket.id == pot.bucket && bucket.holder == pot.account);
    found.ok_or(Refusal::NoBucket)
}

fn extend(state: &mut GroupState, session: u64, until: EventTime) -> Result<(), Refusal> {
    let place = session::find(state, session).ok_or(Refusal::NoSession)?;
    state.extras_mut().sessions[place].until = until;
    Ok(())
}

fn in_flight(state: &mut GroupState, account: u64, amount: Money) {
    let in_flight = &mut state.extras_mut().in_flight;
    match in_flight.iter_mut().find(|(other, _)| *other == account) {
        Some((_, sum)) => *sum += amount.0,
        None => in_flight.push((account, amount.0)),
    }
    in_flight.retain(|(_, sum)| *sum != 0);
}
