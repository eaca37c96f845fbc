//! Any arrival order gives what event time gives; cutting a record changes no total; nothing is lost on the way.

use datasets::units::Money;

use super::super::pricing::{PerUnit, Pricing};
use super::super::requests::Request;
use super::super::step::alarm;
use super::history::{DAY, Event, NEW_YEAR, What, apply, events, fold, price, start, tiers};
use super::{ALICE, BOB, Book, money};

/// Runs all timers up to an instant, each for both accounts.
fn run_timers(book: &mut Book, until: i64) {
    while let Some(at) = alarm(&book.state).filter(|at| at.0 <= until) {
        book.now = at.0;
        book.step(ALICE, &Request::Timer);
        book.step(BOB, &Request::Timer);
        assert!(alarm(&book.state).is_none_or(|next| next > at), "a timer moves on");
    }
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

#[test]
fn tiers_begin_anew_in_each_period() {
    let cycle = Some(datasets::cycle::Cycle::Month(1, "UTC".parse().unwrap()));
    let mut book = Book { cycle, ..Book::default() };
    let mut amount = |day: i64, account, units: u64| {
        book.now = NEW_YEAR + day * DAY;
        book.used(account, units * 1_000, Pricing::Tiered(7, &tiers())).amount
    };
    assert_eq!(amount(0, ALICE, 60), money("0.6"));
    assert_eq!(amount(30, ALICE, 10), money("0.07"), "the second tier");
    assert_eq!(amount(30, BOB, 10), money("0.1"), "another account has a position of its own");
    assert_eq!(amount(31, ALICE, 10), money("0.1"), "the first tier of the next month");
}
