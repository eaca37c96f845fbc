//! Any arrival order gives what event time gives; cutting a record changes no total; nothing is lost on the way.

use datasets::cycle::Cycle;
use datasets::reference::Validity;
use datasets::units::{EventTime, Money};

use super::super::bucket::Unit;
use super::super::pricing::{PerUnit, Pricing};
use super::super::requests::{Charged, Pot, Request};
use super::super::step::alarm;
use super::super::topup::TopUp;
use super::{ALICE, BOB, Book, POOL, cash, money, seconds};
use crate::allowances::allowance::{Allowance, Rollover};
use crate::allowances::scope::Scope;
use crate::tiers::exact::Keep;
use crate::tiers::plan::{Applies, TierPlan};
use crate::tiers::tier::Tier;

const DAY: i64 = 86_400_000_000;
/// 2026-01-01, midnight.
const NEW_YEAR: i64 = 1_767_225_600_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Call(u64),
    Tiered(u64),
    TopUp(i128),
    Fee(i128),
    Adjust(i128),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Event {
    at: i64,
    id: u64,
    account: u64,
    what: What,
}

fn tiers() -> TierPlan {
    let tier = |up_to, price| Tier { up_to, per: 1_000, ..Tier::unit(money(price)) };
    let tiers = vec![tier(60_000, "0.01"), tier(200_000, "0.007"), tier(u64::MAX, "0.003")];
    let keep = Keep { decimals: 2, ..Keep::ALL };
    TierPlan { keep, ..TierPlan::of(Applies::Graduated, tiers) }
}

fn start(random: &mut fastrand::Rng) -> Book {
    let utc = || "UTC".parse().unwrap();
    let mut allowance = |id, holder| Allowance {
        id,
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

fn events(random: &mut fastrand::Rng, count: u64) -> Vec<Event> {
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

fn price() -> PerUnit {
    PerUnit { fee: money("0.05"), price: money("0.01"), per: 1_000, increment: 1 }
}

fn apply(book: &mut Book, event: &Event) -> Option<Charged> {
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

/// Runs all timers up to an instant, each for both accounts.
fn run_timers(book: &mut Book, until: i64) {
    while let Some(at) = alarm(&book.state).filter(|at| at.0 <= until) {
        book.now = at.0;
        book.step(ALICE, &Request::Timer);
        book.step(BOB, &Request::Timer);
        assert!(alarm(&book.state).is_none_or(|next| next > at), "a timer moves on");
    }
}

/// What each record was charged, by its id.
type Charges = Vec<(u64, Charged)>;

fn fold(start: &Book, events: &[Event]) -> (Charges, Book) {
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

/// Folds on at the end, and again from the saved state before a late event: as a timeline does.
struct Timeline {
    saved: Vec<(Event, Book)>,
    start: Book,
}

impl Timeline {
    fn take(&mut self, event: Event) {
        let key = |event: &Event| (event.at, event.id);
        let place = self.saved.partition_point(|(other, _)| key(other) < key(&event));
        let later: Vec<Event> = self.saved.drain(place..).map(|(event, _)| event).collect();
        for event in [event].into_iter().chain(later) {
            let before = self.saved.last().map_or(&self.start, |(_, book)| book);
            let mut book = before.clone();
            apply(&mut book, &event);
            self.saved.push((event, book));
        }
    }
}

#[test]
fn any_order_of_arrival_gives_what_event_time_gives() {
    for seed in 0..40 {
        let mut random = fastrand::Rng::with_seed(seed);
        let start = start(&mut random);
        let mut events = events(&mut random, 30);
        let (_, expected) = fold(&start, &events);
        for _ in 0..2 {
            random.shuffle(&mut events);
            let mut timeline = Timeline { saved: Vec::new(), start: start.clone() };
            events.iter().for_each(|event| timeline.take(*event));
            let (_, last) = timeline.saved.last().unwrap();
            assert!(last.state == expected.state, "seed {seed}");
        }
    }
}

#[test]
fn quantities_and_money_are_conserved() {
    for seed in 0..150 {
        let mut random = fastrand::Rng::with_seed(seed);
        let start = start(&mut random);
        let events = events(&mut random, 40);
        let (charges, book) = fold(&start, &events);
        let used = |event: &Event| match event.what {
            What::Call(quantity) | What::Tiered(quantity) => quantity,
            _ => 0,
        };
        let quantity: u64 = charges.iter().map(|(_, charged)| charged.quantity).sum();
        assert_eq!(quantity, events.iter().map(used).sum::<u64>(), "seed {seed}");
        assert!(charges.iter().all(|(_, charged)| charged.covered <= charged.quantity));
        let spent: i128 = charges.iter().map(|(_, charged)| charged.amount.0).sum();
        let put_in = |event: &Event| match event.what {
            What::TopUp(amount) | What::Adjust(amount) => amount,
            What::Fee(amount) => -amount,
            What::Call(_) | What::Tiered(_) => 0,
        };
        let put_in: i128 = events.iter().map(put_in).sum();
        let money = |book: &Book| book.own(ALICE).0 + book.own(BOB).0 + book.left(51);
        assert_eq!(money(&book), money(&start) + put_in - spent, "seed {seed}");
    }
}

#[test]
fn cutting_a_record_in_two_changes_no_total() {
    for seed in 0..150 {
        let mut random = fastrand::Rng::with_seed(seed);
        let start = Book { limit: money("100"), ..start(&mut random) };
        let plan = tiers();
        let no_fee = PerUnit { fee: Money::ZERO, ..price() };
        let total = |book: &mut Book, parts: &[u64], pricing: Pricing<'_>| {
            let charged: Vec<_> =
                parts.iter().map(|part| book.used(ALICE, *part, pricing)).collect();
            let amount: i128 = charged.iter().map(|charged| charged.amount.0).sum();
            (charged.iter().map(|charged| charged.covered).sum::<u64>(), amount)
        };
        for pricing in [Pricing::Tiered(7, &plan), Pricing::Alone(&no_fee)] {
            let quantity = random.u64(0..400_000);
            let cut = random.u64(0..=quantity);
            let (mut whole, mut parts) = (start.clone(), start.clone());
            (whole.now, parts.now) = (NEW_YEAR + 6 * DAY, NEW_YEAR + 6 * DAY);
            let expected = total(&mut whole, &[quantity], pricing);
            assert_eq!(total(&mut parts, &[cut, quantity - cut], pricing), expected, "seed {seed}");
            assert!(whole.state == parts.state, "seed {seed}");
        }
    }
}

#[test]
fn timers_change_when_it_is_seen_and_not_what_it_costs() {
    for seed in 0..60 {
        let mut random = fastrand::Rng::with_seed(seed);
        let start = start(&mut random);
        let mut events = events(&mut random, 30);
        events.sort_by_key(|event| (event.at, event.id));
        let (mut timed, mut seen) = (start.clone(), start);
        for event in &events {
            run_timers(&mut timed, event.at);
            assert_eq!(apply(&mut timed, event), apply(&mut seen, event), "seed {seed}");
            assert_eq!(timed.state.extras().is_some(), seen.state.extras().is_some());
        }
    }
}
