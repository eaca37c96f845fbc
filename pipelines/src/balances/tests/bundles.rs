//! Bundles, shared groups and blockers (B).

use datasets::units::{EventTime, Money};

use super::super::bucket::Bucket;
use super::super::movement::DEFAULT;
use super::super::pricing::PerUnit;
use super::super::requests::{Charged, Outcome, Refusal, Request};
use super::super::session::Reserve;
use super::{
    ALICE, BOB, Book, CALL, POOL, SECOND, cash, charged, granted, money, per_second, seconds,
};
use crate::exact::Keep;

const BUNDLE: u64 = 40;
const CASH: u64 = 41;

fn bundle() -> Bucket {
    Bucket { increment: 20 * SECOND, ..seconds(BUNDLE, ALICE, 40) }
}

#[test]
fn a_bundle_counts_in_increments_and_the_fee_is_money() {
    let price = PerUnit { increment: 20 * SECOND, ..per_second("0.01", "0") };
    let mut book = Book::default().with([bundle(), cash(CASH, ALICE, "10")]);
    assert_eq!(book.call(ALICE, 10, price).amount, money("0.01"), "B01");
    assert_eq!(book.left(BUNDLE), 20_000, "B01");
    assert_eq!(Money(book.left(CASH)), money("9.99"), "B01");

    let mut book = Book::default().with([bundle(), cash(CASH, ALICE, "0")]);
    book.call(ALICE, 10, price);
    assert_eq!((book.own(ALICE), book.left(BUNDLE)), (money("-0.01"), 20_000), "B02");

    let mut book = Book::default().with([bundle()]);
    book.call(ALICE, 10, price);
    assert_eq!((book.own(ALICE), book.left(BUNDLE)), (money("-0.01"), 20_000), "B03");
}

#[test]
fn shared_money_pays_for_its_members() {
    let price = per_second("0", "0.5");
    let mut book = Book::default().with([cash(CASH, POOL, "10")]);
    assert_eq!(book.call(BOB, 5, price).amount, money("2.5"), "B04");
    assert_eq!(Money(book.left(CASH)), money("7.5"), "B04");

    // The case gives what is left, 10 and 27.5; that the shared money went first is our reading of it.
    let own = Bucket { priority: 1, ..cash(CASH + 1, ALICE, "10") };
    let mut book = Book::default().with([cash(CASH, POOL, "30"), own]);
    book.call(ALICE, 5, price);
    let left = [CASH + 1, CASH].map(|id| Money(book.left(id)));
    assert_eq!(left, [money("10"), money("27.5")], "B05");

    let mut book = Book::default().with([cash(CASH, POOL, "0")]);
    book.call(ALICE, 5, price);
    assert_eq!(book.own(ALICE), money("-2.5"), "B06");
    book.call(ALICE, 5, price);
    assert_eq!(book.own(ALICE), money("-5"), "B06: the second call");
}

fn ask(book: &mut Book, units: u64, price: PerUnit, may_shrink: bool) -> Outcome {
    let reserve = Reserve {
        session: 1,
        member: ALICE,
        place: CALL,
        quantity: units * SECOND,
        price: &price,
        keep: Keep::ALL,
        until: EventTime(1_000),
        may_shrink,
    };
    book.step(ALICE, &Request::Reserve(reserve))
}

#[test]
fn a_call_is_granted_as_far_as_bundle_and_money_go() {
    let price = per_second("0.01", "0.10");
    let start = || Book::default().with([seconds(BUNDLE, ALICE, 40), cash(CASH, ALICE, "1")]);
    let mut book = start();
    let expected = Charged { quantity: 49 * SECOND, covered: 40 * SECOND, amount: money("0.91") };
    assert_eq!(granted(&ask(&mut book, 60, price, true)), Ok(expected), "B07");
    assert_eq!(Money(book.left(CASH)), money("0.09"), "B07");

    let mut book = start();
    let untouched = book.state.clone();
    let refused = ask(&mut book, 100, price, false);
    assert_eq!(granted(&refused), Err(Refusal::OutOfCredit), "B08");
    assert!(book.state == untouched && refused.ledger.movements.is_empty(), "B08");

    let mut book = start();
    let expected = Charged { quantity: 40 * SECOND, covered: 40 * SECOND, amount: money("0.01") };
    assert_eq!(granted(&ask(&mut book, 40, price, false)), Ok(expected), "B09");
}

#[test]
fn nothing_pays_for_what_a_blocker_does_not() {
    let price = per_second("0", "0.10");
    let blocker = Bucket { is_blocker: true, ..seconds(BUNDLE, ALICE, 10) };
    let mut book = Book::default().with([blocker, cash(CASH, ALICE, "10")]);
    let most = granted(&ask(&mut book.clone(), 30, price, true)).unwrap();
    assert_eq!(most.quantity, 10 * SECOND, "B10");
    assert_eq!(granted(&ask(&mut book.clone(), 30, price, false)), Err(Refusal::OutOfCredit));
    // What has happened all the same is owed, but not paid from a bucket behind the blocker.
    book.call(ALICE, 30, price);
    assert_eq!((Money(book.left(CASH)), book.own(ALICE)), (money("10"), money("-2")));
}

#[test]
fn usage_counts_in_the_order_of_event_time() {
    let price = per_second("0", "0.01");
    let fold = |calls: &[&str]| -> (Vec<Money>, Money) {
        let mut book = Book::default().with([seconds(BUNDLE, ALICE, 60)]);
        let charge = |_: &&str| book.call(ALICE, 120, price).amount;
        let charges = calls.iter().map(charge).collect();
        (charges, book.own(ALICE))
    };
    let expected = vec![money("0.6"), money("1.2")];
    assert_eq!(fold(&["16:15", "15:15"]), (expected.clone(), money("-1.8")), "B17: as it came");
    // The fold knows no arrival: whoever sorts gives the first call the bundle.
    let mut calls = ["16:15", "15:15"];
    calls.sort_unstable();
    assert_eq!(calls[0], "15:15");
    assert_eq!(fold(&calls), (expected, money("-1.8")), "B17: by event time, the total unchanged");
}

#[test]
fn a_settled_session_gives_back_what_it_did_not_use() {
    let price = per_second("0.01", "0.10");
    let mut book = Book::default().with([seconds(BUNDLE, ALICE, 40), cash(CASH, ALICE, "1")]);
    ask(&mut book, 60, price, true);
    let segments = [super::Segment {
        place: CALL,
        quantity: 45 * SECOND,
        pricing: super::Pricing::Alone(&price),
    }];
    let usage = super::Usage { member: ALICE, segments: &segments, keep: Keep::ALL };
    let outcome = book.step(ALICE, &Request::Settle(1, usage));
    assert_eq!(charged(&outcome).amount, money("0.51"));
    assert_eq!((Money(book.left(CASH)), book.left(BUNDLE)), (money("0.49"), 0));
    assert_eq!(book.amounts().get(&(ALICE, DEFAULT)), None);
}
