//! One step of a charging group: allowances, tiers, price, buckets, exposure and credit state, in this order.
//!
//! **Law:** the movements of a step add up to what it changed in each bucket, and a request that is refused changes none.

use datasets::units::{EventTime, Money};

use super::bucket::Unit;
use super::changes;
use super::charge::charge;
use super::credit::Nearness;
use super::requests::{Answer, Credit, Outcome, Refusal, Request, Terms};
use super::session;
use super::state::GroupState;

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
