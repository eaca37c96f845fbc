//! The charge of a record: what units cover, the price of the rest, and the money that pays it.

use datasets::units::Money;

use super::bucket::Unit;
use super::drawing::{Covered, Deed, Drawer, perform};
use super::movement::Reason;
use super::pricing::{Pricing, Segment, Usage};
use super::requests::{Answer, Charged, Outcome, Refusal, Terms};
use super::state::{GroupState, Position};
use crate::exact::Exact;
use crate::tiers::plan::TierPlan;

/// Charges a record: what units cover first, then the price of the rest.
pub(super) fn charge(
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
