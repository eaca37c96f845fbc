//! Random histories of a group, and what folding them in the order of event time comes to.

use datasets::cycle::Cycle;
use datasets::reference::Validity;
use datasets::units::{EventTime, Money};

use super::super::bucket::Unit;
use super::super::pricing::{PerUnit, Pricing};
use super::super::requests::{Charged, Pot, Request};
use super::super::topup::TopUp;
use super::{ALICE, BOB, Book, POOL, cash, money, seconds};
use crate::allowances::allowance::{Allowance, Rollover};
use crate::allowances::scope::Scope;
use crate::exact::Keep;
use crate::tiers::plan::{Applies, TierPlan};
use crate::tiers::tier::Tier;

pub(super) const DAY: i64 = 86_400_000_000;
/// 2026-01-01, midnight.
pub(super) const NEW_YEAR: i64 = 1_767_225_600_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Call(u64),
    Tiered(u64),
    TopUp(i128),
    Fee(i128),
    Adjust(i128),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: i64,
    pub(super) id: u64,
    pub(super) account: u64,
    pub(super) what: What,
}

pub(super) fn tiers() -> TierPlan {
    let tier = |up_to, price| Tier { up_to, per: 1_000, ..Tier::unit(money(price)) };
    let tiers = vec![tier(60_000, "0.01"), tier(200_000, "0.007"), tier(u64::MAX, "0.003")];
    let keep = Keep { decimals: 2, ..Keep::ALL };
    TierPlan { keep, ..TierPlan::of(Applies::Graduated, tiers) }
}

pub(super) fn start(random: &mut fastrand::Rng) -> Book {
    let utc = || "UTC".parse().unwrap();
    let mut allowance = |id, holder| Allowance {
        id,
        name: id,
        holder,
        scope: Scope::default(),
        unit: Unit::Milliseconds,
        quantity: random.u64(0..300_000),
        increment: 1,
        priority: random.u32(0..2),
        validity: Validity { from: EventTime(NEW_YEAR + 5 * DAY), to: EventTime::MAX },
        cycle: [None, Some(Cycle::Month(1, utc())), Some(Cycle::Day(utc()))][random.usize(..3)],
        is_prorated: random.bool(),
        rollover: random.bool().then_some(Rollover { most: 50_000, periods: 2 }),
        cap: random.bool().then_some(40_000),
        is_blocker: false,
    };
    let allowances = vec![allowance(11, ALICE), allowance(12, POOL), allowance(13, BOB)];
    let limit = Money(random.i128(0..5_000_000_000));
    let cycle = Some(Cycle::Month(1, utc()));
    let book = Book { allowances, limit, cycle, ..Book::default() };
    book.with([seconds(50, ALICE, 30), cash(51, POOL, "0.5")])
}

pub(super) fn events(random: &mut fastrand::Rng, count: u64) -> Vec<Event> {
    let mut event = |id| {
        let what = match random.u8(0..6) {
            0 => What::TopUp(random.i128(0..3_000_000_000)),
            1 => What::Fee(random.i128(0..1_000_000_000)),
            2 => What::Adjust(random.i128(-500_000_000..500_000_000)),
            3 => What::Tiered(random.u64(0..50_000)),
            _ => What::Call(random.u64(0..90_000)),
        };
        let at = NEW_YEAR + random.i64(0..90) * DAY + random.i64(0..3);
        Event { at, id, account: [ALICE, BOB][random.usize(..2)], what }
    };
    (0..count).map(&mut event).collect()
}

pub(super) fn price() -> PerUnit {
    PerUnit { fee: money("0.05"), price: money("0.01"), per: 1_000, increment: 1 }
}

pub(super) fn apply(book: &mut Book, event: &Event) -> Option<Charged> {
    book.now = event.at;
    let request = match event.what {
        What::Call(quantity) => {
            return Some(book.used(event.account, quantity, Pricing::Alone(&price())));
        }
        What::Tiered(quantity) => {
            return Some(book.used(event.account, quantity, Pricing::Tiered(7, &tiers())));
        }
        What::TopUp(amount) => {
            let currency = datasets::units::Currency::EUR;
            let (amount, id) = (Money(amount), event.id);
            Request::TopUp(TopUp { id, currency, amount, expires_at: None, rules: &[] })
        }
        What::Fee(amount) => Request::Fee(Money(amount)),
        What::Adjust(amount) => {
            Request::Adjust(Pot { account: event.account, bucket: 0 }, Money(amount))
        }
    };
    book.step(event.account, &request);
    None
}

/// What each record was charged, by its id.
pub(super) type Charges = Vec<(u64, Charged)>;

pub(super) fn fold(start: &Book, events: &[Event]) -> (Charges, Book) {
    let mut sorted = events.to_vec();
    sorted.sort_by_key(|event| (event.at, event.id));
    let mut book = start.clone();
    let mut charges = Charges::new();
    for event in &sorted {
        charges.extend(apply(&mut book, event).map(|charged| (event.id, charged)));
    }
    charges.sort_by_key(|(id, _)| *id);
    (charges, book)
}
