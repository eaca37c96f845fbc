//! What a session may set aside, and how it ends.

use datasets::units::{EventTime, Money};

use super::super::pricing::{Pricing, Segment, Usage};
use super::super::requests::{Refusal, Request};
use super::online::{FUNDS, each, held, reserve, with};
use super::{ALICE, Book, CALL, charged};
use crate::exact::Keep;

#[test]
fn money_of_its_own_and_credit_are_set_aside_too() {
    each(|random, package| {
        let (size, price) = (package.size, package.price);
        let own = random.i128(0..=price);
        let mut book = Book { limit: Money(price - own), ..Book::default() };
        book.step(ALICE, &Request::Fee(Money(-own)));
        assert!(reserve(&mut book, 1, package, size).is_ok());
        assert_eq!((book.own(ALICE), held(&book)), (Money(own - price), price));
        assert_eq!(reserve(&mut book, 2, package, 1), Err(Refusal::OutOfCredit));
        book.step(ALICE, &Request::Release(1));
        assert_eq!((book.own(ALICE), held(&book)), (Money(own), 0));
        book.limit = Money(price - own - 1);
        assert_eq!(reserve(&mut book, 2, package, 1), Err(Refusal::OutOfCredit));
    });
}

#[test]
fn whatever_a_session_does_only_its_usage_is_paid_in_the_end() {
    each(|random, package| {
        let start = 20 * package.price;
        let mut book = with(start);
        let mut used = 0;
        for _ in 0..random.usize(1..6) {
            used += random.u64(0..package.size);
            let _granted = reserve(&mut book, 1, package, used + random.u64(1..package.size));
            book.step(ALICE, &Request::Extend(1, EventTime(2_000)));
        }
        let price = package.price();
        match random.u8(0..3) {
            0 => drop(book.step(ALICE, &Request::Release(1))),
            1 => {
                book.now = 2_000;
                book.step(ALICE, &Request::Timer);
            }
            _ => {
                let segments =
                    [Segment { place: CALL, quantity: used, pricing: Pricing::Alone(&price) }];
                let usage = Usage { member: ALICE, segments: &segments, keep: Keep::ALL };
                let paid = charged(&book.step(ALICE, &Request::Settle(1, usage))).amount.0;
                assert_eq!(paid, package.charge(used));
                assert_eq!(book.left(FUNDS), start - paid);
                return;
            }
        }
        assert_eq!((book.left(FUNDS), held(&book)), (start, 0));
    });
}
