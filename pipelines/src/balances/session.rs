//! Reservations: what a session has set aside before its usage is known, folded from the events of online charging.

use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

use super::bucket::Unit;
use super::drawing::{Deed, Drawer, Part, perform};
use super::movement::{DEFAULT, Ledger, Movement, Reason};
use super::pricing::Priced;
use super::requests::{Charged, Refusal, Terms};
use super::state::GroupState;
use crate::allowances::scope::Place;
use crate::exact::Keep;

/// What a session asks for.
#[derive(Clone, Copy)]
pub struct Reserve<'a> {
    /// The session.
    pub session: u64,
    /// The subscription that uses.
    pub member: u64,
    /// Where.
    pub place: Place,
    /// The units in all, from the session's beginning: what was used, and what is asked for.
    pub quantity: u64,
    /// Their price.
    pub price: &'a dyn Priced,
    /// How it is rounded.
    pub keep: Keep,
    /// When it is given up.
    pub until: EventTime,
    /// Whether less than what is asked for is of use.
    pub may_shrink: bool,
}

/// What a session has set aside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Session {
    /// The session.
    pub id: u64,
    /// The account that owes.
    pub account: u64,
    /// The subscription that uses.
    pub member: u64,
    /// When it is given up.
    pub until: EventTime,
    /// From buckets.
    pub parts: Vec<Part>,
    /// From the account's own money.
    pub own: i128,
}

impl Reserve<'_> {
    /// Sets aside what the session asks for, in place of what it had.
    ///
    /// # Errors
    /// When it cannot be paid; then the caller takes everything back.
    pub fn hold(
        &self,
        state: &mut GroupState,
        terms: &Terms<'_>,
        ledger: &mut Ledger,
    ) -> Result<Charged, Refusal> {
        if let Some(place) = find(state, self.session) {
            end(state, place, terms.head, ledger);
        }
        let charged = self.affordable(state, terms)?;
        let drawer = self.drawer(terms);
        let (mut parts, mut own) = (Vec::new(), charged.amount.0);
        if let Some(extras) = state.present_mut() {
            let buckets = &mut extras.grants.buckets;
            let units = drawer.cover(buckets, Unit::of(self.place.service), charged.quantity);
            let (money, rest) = drawer.pay(buckets, charged.amount.0);
            parts = units.parts;
            parts.extend(money);
            own = rest;
            perform(buckets, (self.member, Deed::Hold), &parts, ledger);
        }
        hold_own(state, (terms.head, terms.account), own, ledger);
        let Reserve { session: id, member, until, .. } = *self;
        let account = terms.account;
        state.extras_mut().sessions.push(Session { id, account, member, until, parts, own });
        Ok(charged)
    }

    /// The most that can be granted: all that is asked for, or less where that is of use.
    fn affordable(&self, state: &GroupState, terms: &Terms<'_>) -> Result<Charged, Refusal> {
        let buckets = state.extras().map_or(&[][..], |extras| &extras.grants.buckets);
        let drawer = self.drawer(terms);
        let unit = Unit::of(self.place.service);
        let covered = drawer.cover(buckets, unit, self.quantity);
        let balance = state.standing(terms.head, terms.account).balance();
        let funds = drawer.funds(buckets) + balance + terms.limit.0;
        let most = if covered.is_blocked { covered.quantity } else { self.quantity };
        let priced = |quantity: u64| {
            let covered = covered.quantity.min(quantity);
            let amount = self.price.price(covered, quantity)?.rounded(self.keep)?;
            Some(Charged { quantity, covered, amount })
        };
        // What does not fit is more than anybody has.
        let fits =
            |quantity| priced(quantity).is_some_and(|charged| charged.amount.0 <= funds.max(0));
        let granted = match (fits(most), self.may_shrink) {
            (true, _) => most,
            (false, true) => greatest(most, fits),
            (false, false) => 0,
        };
        let is_enough = granted > 0 && (self.may_shrink || granted == self.quantity);
        let charged = priced(granted).filter(|_| is_enough).ok_or(Refusal::OutOfCredit)?;
        // A package that is begun is granted whole.
        let whole = self.price.counted(granted - charged.covered) + charged.covered;
        let is_whole = !self.may_shrink;
        Ok(Charged { quantity: if is_whole { whole } else { granted }, ..charged })
    }

    fn drawer<'t>(&self, terms: &Terms<'t>) -> Drawer<'t> {
        let Reserve { member, place, .. } = *self;
        let account = terms.account;
        Drawer { account, member, pools: terms.pools, at: terms.at, place: Some(place) }
    }
}

/// The greatest quantity below `most` that fits, where everything below one that fits does.
fn greatest(most: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let (mut fitting, mut beyond) = (0, most);
    while beyond - fitting > 1 {
        let middle = fitting + (beyond - fitting) / 2;
        if fits(middle) {
            fitting = middle;
        } else {
            beyond = middle;
        }
    }
    fitting
}

/// Where a session stands among those of the group.
#[must_use]
pub fn find(state: &GroupState, id: u64) -> Option<usize> {
    state.extras()?.sessions.iter().position(|session| session.id == id)
}

/// Ends a session and gives back what it had set aside.
pub fn end(state: &mut GroupState, place: usize, head: u64, ledger: &mut Ledger) {
    let extras = state.extras_mut();
    let Session { account, member, parts, own, .. } = extras.sessions.remove(place);
    perform(&mut extras.grants.buckets, (member, Deed::Free), &parts, ledger);
    hold_own(state, (head, account), -own, ledger);
}

/// Sets aside of an account's own money; a negative amount is given back.
fn hold_own(state: &mut GroupState, (head, account): (u64, u64), own: i128, ledger: &mut Ledger) {
    if own != 0 {
        state.standing_mut(head, account).add_silently(-own);
        let (holder, bucket, unit) = (account, DEFAULT, Unit::Money);
        let reason = Reason::Session;
        let allowance = 0;
        let amount = -own;
        ledger.push(Movement { holder, bucket, allowance, unit, reason, amount, held: own });
    }
}
