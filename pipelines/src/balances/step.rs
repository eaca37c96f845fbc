//! One step of a charging group: allowances, tiers, price, buckets, exposure and credit state, in this order.
//!
//! **Law:** the movements of a step add up to what it changed in each bucket, and a request that is refused changes none.

use datasets::units::{EventTime, Money};

use super::bucket::Unit;
use super::drawing::{Covered, Deed, Drawer, perform};
use super::movement::Reason;
use super::pricing::{Pricing, Segment, Usage};
use super::requests::{Answer, Charged, Credit, Outcome, Refusal, Request, Terms};
use super::session;
use super::state::{GroupState, Position};
use super::{changes, credit::Nearness};
use crate::tiers::exact::Exact;
use crate::tiers::plan::TierPlan;

/// Folds one event into the state.
pub fn step(
    state: &mut GroupState,
    terms: &Terms<'_>,
    request: &Request<'_>,
    outcome: &mut Outcome,
) {
    if state.extras().is_some() || !terms.allowances.is_empty() {
        catch_up(state, terms, outcome);
    }
    // Of an ordinary account this copies forty bytes.
    let before = state.clone();
    let written = outcome.ledger.movements.len();
    match perform_request(state, terms, request, outcome) {
        Ok(answer) => outcome.answers.extend(answer),
        Err(refusal) => {
            *state = before;
            outcome.ledger.movements.truncate(written);
            outcome.answers.push(Answer::Refused(refusal));
        }
    }
    // What a session has given back may have expired meanwhile.
    if let Some(extras) = state.present_mut() {
        extras.grants.catch_up(terms.allowances, terms.at, &mut outcome.ledger);
    }
    assess(state, terms, outcome);
    state.tidy();
}

/// The next instant at which something happens by itself.
#[must_use]
pub fn alarm(state: &GroupState) -> Option<EventTime> {
    let extras = state.extras()?;
    let given_up = extras.sessions.iter().map(|session| session.until).min();
    extras.grants.expiry().into_iter().chain(given_up).min()
}

/// What an account owes: its own money, its buckets of money for all usage, and roaming in flight.
///
/// What sessions have set aside is no longer in a bucket, and so is owed already.
#[must_use]
pub fn exposure(state: &GroupState, head: u64, account: u64) -> i128 {
    let own = -state.standing(head, account).balance();
    let Some(extras) = state.extras() else { return own };
    let money = extras.grants.buckets.iter().filter(|bucket| {
        bucket.holder == account && bucket.unit == Unit::Money && bucket.scope.is_everything()
    });
    let in_flight = extras.in_flight.iter().find(|(other, _)| *other == account);
    let funds: i128 = money.map(|bucket| bucket.amount).sum();
    own - funds + in_flight.map_or(0, |(_, amount)| *amount)
}

/// Gives up sessions that are over, and brings grants up to date.
fn catch_up(state: &mut GroupState, terms: &Terms<'_>, outcome: &mut Outcome) {
    let is_over = |session: &session::Session| session.until <= terms.at;
    while let Some(place) = state.extras_mut().sessions.iter().position(is_over) {
        session::end(state, place, terms.head, &mut outcome.ledger);
    }
    state.extras_mut().grants.catch_up(terms.allowances, terms.at, &mut outcome.ledger);
}

fn perform_request(
    state: &mut GroupState,
    terms: &Terms<'_>,
    request: &Request<'_>,
    outcome: &mut Outcome,
) -> Result<Option<Answer>, Refusal> {
    match *request {
        Request::Usage(usage) => charge(state, terms, &usage, outcome).map(Some),
        Request::Settle(session, usage) => {
            if let Some(place) = session::find(state, session) {
                session::end(state, place, terms.head, &mut outcome.ledger);
            }
            charge(state, terms, &usage, outcome).map(Some)
        }
        Request::Reserve(reserve) => {
            let granted = reserve.hold(state, terms, &mut outcome.ledger)?;
            Ok(Some(Answer::Granted(reserve.session, granted)))
        }
        _ => changes::change(state, terms, request, outcome).map(|()| None),
    }
}

/// Charges a record: what units cover first, then the price of the rest.
fn charge(
    state: &mut GroupState,
    terms: &Terms<'_>,
    usage: &Usage<'_>,
    outcome: &mut Outcome,
) -> Result<Answer, Refusal> {
    let mut alone = Exact::ZERO;
    let mut charged = Charged::default();
    let mut is_blocked = false;
    for segment in usage.segments {
        let covered = cover(state, &drawer(usage, segment, terms), segment, outcome);
        is_blocked |= covered.is_blocked;
        charged.quantity += segment.quantity;
        charged.covered += covered.quantity;
        match segment.pricing {
            Pricing::Alone(priced) => {
                let price = priced.price(covered.quantity, segment.quantity);
                let sum = price.and_then(|price| alone.plus(price));
                alone = sum.ok_or(Refusal::AmountTooLarge)?;
            }
            Pricing::Tiered(id, plan) => {
                let rest = segment.quantity - covered.quantity;
                let tiered = advance(state, terms, (id, plan), rest)?;
                charged.amount += tiered;
            }
        }
    }
    charged.amount += alone.rounded(usage.keep).ok_or(Refusal::AmountTooLarge)?;
    let first = usage.segments.first().filter(|_| !is_blocked);
    let drawer = first.map(|first| drawer(usage, first, terms));
    pay(state, terms, (charged.amount, drawer), outcome);
    Ok(Answer::Charged(charged))
}

fn drawer<'t>(usage: &Usage<'_>, segment: &Segment<'_>, terms: &Terms<'t>) -> Drawer<'t> {
    let (account, member) = (terms.account, usage.member);
    Drawer { account, member, pools: terms.pools, at: terms.at, place: Some(segment.place) }
}

fn cover(
    state: &mut GroupState,
    drawer: &Drawer<'_>,
    segment: &Segment<'_>,
    outcome: &mut Outcome,
) -> Covered {
    let Some(extras) = state.present_mut() else { return Covered::default() };
    let buckets = &mut extras.grants.buckets;
    let covered = drawer.cover(buckets, Unit::of(segment.place.service), segment.quantity);
    perform(buckets, (drawer.member, Deed::Spend), &covered.parts, &mut outcome.ledger);
    covered
}

/// Moves a tiered price on by a quantity, and charges the difference.
fn advance(
    state: &mut GroupState,
    terms: &Terms<'_>,
    (price, plan): (u64, &TierPlan),
    quantity: u64,
) -> Result<Money, Refusal> {
    let period = terms.cycle.and_then(|cycle| cycle.period(terms.at)).ok_or(Refusal::NoPeriod)?;
    let positions = &mut state.extras_mut().positions;
    positions.retain(|position| position.account != terms.account || position.from >= period.from);
    let is_it = |position: &Position| position.price == price && position.account == terms.account;
    let place = positions.iter().position(is_it).unwrap_or_else(|| {
        let (account, from) = (terms.account, period.from);
        positions.push(Position { price, account, from, quantity: 0 });
        positions.len() - 1
    });
    let before = positions[place].quantity;
    let after = before.checked_add(quantity).ok_or(Refusal::AmountTooLarge)?;
    positions[place].quantity = after;
    // What is owed without usage is owed from the first record on.
    let before = if before == 0 && quantity > 0 { Some(Money::ZERO) } else { plan.total(before) };
    let charge = plan.total(after).zip(before).map(|(after, before)| after - before);
    charge.ok_or(Refusal::AmountTooLarge)
}

/// Pays from buckets of money while there are any, and then from the account's own.
pub(super) fn pay(
    state: &mut GroupState,
    terms: &Terms<'_>,
    (amount, drawer): (Money, Option<Drawer<'_>>),
    outcome: &mut Outcome,
) {
    let mut own = amount.0;
    if let (Some(drawer), Some(extras)) = (drawer, state.present_mut()) {
        let buckets = &mut extras.grants.buckets;
        let (parts, rest) = drawer.pay(buckets, amount.0);
        perform(buckets, (drawer.member, Deed::Spend), &parts, &mut outcome.ledger);
        own = rest;
    }
    let standing = state.standing_mut(terms.head, terms.account);
    standing.currency = Some(terms.currency);
    standing.add(terms.account, (Reason::Usage, -own), &mut outcome.ledger);
}

/// Notes when the account comes nearer to its limit, or is farther from it.
fn assess(state: &mut GroupState, terms: &Terms<'_>, outcome: &mut Outcome) {
    let (account, limit) = (terms.account, terms.limit);
    let exposure = exposure(state, terms.head, account);
    let before = state.standing(terms.head, account).nearness;
    let after = Nearness::after(before, exposure, limit, &terms.thresholds);
    if before != after {
        let standing = state.standing_mut(terms.head, account);
        standing.nearness = after;
        standing.changed_at = terms.at;
        let exposure = Money(exposure);
        outcome.answers.push(Answer::Credit(Credit { account, before, after, exposure, limit }));
    }
}
