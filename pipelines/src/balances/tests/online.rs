//! Reserve, debit and refund (O), for random package sizes S, package prices P and balances B.

use datasets::reference::Validity;
use datasets::units::{EventTime, Money};

use super::super::bucket::Bucket;
use super::super::pricing::PerUnit;
use super::super::requests::{Charged, Refusal, Request};
use super::super::session::Reserve;
use super::{ALICE, Book, CALL, cash, granted};
use crate::exact::Keep;

pub(super) const FUNDS: u64 = 50;

/// A package: so many units for so much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Package {
    pub(super) size: u64,
    pub(super) price: i128,
}

impl Package {
    fn random(random: &mut fastrand::Rng) -> Self {
        Self { size: random.u64(2..1_000_000), price: random.i128(2..1_000_000_000_000) }
    }

    pub(super) fn price(self) -> PerUnit {
        let Self { size, price } = self;
        PerUnit { fee: Money::ZERO, price: Money(price), per: size, increment: size }
    }

    /// What so many units are charged as.
    pub(super) fn charge(self, units: u64) -> i128 {
        i128::from(units.div_ceil(self.size)) * self.price
    }
}

pub(super) fn each(case: impl Fn(&mut fastrand::Rng, Package)) {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let package = Package::random(&mut random);
        case(&mut random, package);
    }
}

pub(super) fn with(amount: i128) -> Book {
    Book::default().with([Bucket { amount, ..cash(FUNDS, ALICE, "0") }])
}

pub(super) fn reserve(
    book: &mut Book,
    session: u64,
    package: Package,
    quantity: u64,
) -> Result<Charged, Refusal> {
    let reserve = Reserve {
        session,
        member: ALICE,
        place: CALL,
        quantity,
        price: &package.price(),
        keep: Keep::ALL,
        until: EventTime(1_000),
        may_shrink: false,
    };
    granted(&book.step(ALICE, &Request::Reserve(reserve)))
}

pub(super) fn held(book: &Book) -> i128 {
    book.amounts().values().map(|(_, held)| held).sum()
}

#[test]
fn a_package_is_set_aside_when_it_can_be_paid() {
    each(|_, package| {
        let Package { size, price } = package;
        let mut book = with(price);
        let whole = Charged { quantity: size, covered: 0, amount: Money(price) };
        assert_eq!(reserve(&mut book, 1, package, size), Ok(whole), "O01");
        assert_eq!((book.left(FUNDS), held(&book)), (0, price), "O01");
        assert_eq!(reserve(&mut book, 2, package, size), Err(Refusal::OutOfCredit), "O03");
        assert_eq!((book.left(FUNDS), held(&book)), (0, price), "O03");

        let mut book = with(price - 1);
        assert_eq!(reserve(&mut book, 1, package, size), Err(Refusal::OutOfCredit), "O02");
        assert_eq!((book.left(FUNDS), held(&book)), (price - 1, 0), "O02");
    });
}

#[test]
fn what_is_granted_is_whole_packages() {
    each(|random, package| {
        let Package { size, price } = package;
        let wanted = random.u64(1..size);
        let mut book = with(10 * price);
        let granted = reserve(&mut book, 1, package, wanted).unwrap();
        assert_eq!(granted.quantity, size, "O04");
        assert!(granted.quantity > wanted, "O04");
        assert_eq!((book.left(FUNDS), held(&book)), (9 * price, price), "O04");
    });
}

#[test]
fn several_buckets_pay_one_package() {
    each(|random, package| {
        let Package { size, price } = package;
        let mut some = || random.i128(price / 3 + 1..=price - 1);
        let amounts = [some(), some(), some()];
        let bucket = |(id, amount)| Bucket { amount, ..cash(id, ALICE, "0") };
        let mut book = Book::default().with((FUNDS..).zip(amounts).map(bucket));
        let wanted = random.u64(1..=size);
        reserve(&mut book, 1, package, wanted).unwrap();
        let left: i128 = (FUNDS..FUNDS + 3).map(|id| book.left(id)).sum();
        assert_eq!(left, amounts.iter().sum::<i128>() - package.charge(wanted), "O05");
    });
}

#[test]
fn an_expired_bucket_pays_nothing() {
    each(|_, package| {
        let Package { size, price } = package;
        let valid = Validity { from: EventTime(-9), to: EventTime(100) };
        let expiring = |id| Bucket { amount: price, valid, ..cash(id, ALICE, "0") };
        let mut book = Book::default().with([expiring(FUNDS)]);
        book.now = 100;
        assert_eq!(reserve(&mut book, 1, package, size), Err(Refusal::OutOfCredit), "O06");
        assert!(book.amounts().is_empty(), "O06: the bucket is removed");

        let mut book = Book::default().with([expiring(FUNDS)]);
        reserve(&mut book, 1, package, size).unwrap();
        book = book.with([Bucket { amount: price, ..cash(FUNDS + 1, ALICE, "0") }]);
        book.now = 100;
        assert!(reserve(&mut book, 2, package, size).is_ok(), "O07");
        assert_eq!(book.amounts().get(&(ALICE, FUNDS)), Some(&(0, price)), "O07: not touched");
        assert_eq!(book.left(FUNDS + 1), 0, "O07");
        book.step(ALICE, &Request::Release(1));
        assert_eq!(book.amounts().get(&(ALICE, FUNDS)), None, "then it goes");
    });
}

#[test]
fn who_owes_a_fee_reserves_nothing() {
    each(|random, package| {
        let mut book = Book::default();
        book.step(ALICE, &Request::Fee(Money(random.i128(1..1_000))));
        assert_eq!(reserve(&mut book, 1, package, package.size), Err(Refusal::OutOfCredit), "O08");
        let mut book = with(package.price);
        book.step(ALICE, &Request::Fee(Money(package.price + 1)));
        assert_eq!(reserve(&mut book, 1, package, 1), Err(Refusal::OutOfCredit), "O08");
    });
}

#[test]
fn a_session_that_asks_again_is_priced_anew() {
    each(|random, package| {
        let Package { size, price } = package;
        let mut book = with(10 * price);
        for _ in 0..3 {
            let wanted = random.u64(1..size);
            reserve(&mut book, 1, package, wanted).unwrap();
            assert_eq!((book.left(FUNDS), held(&book)), (9 * price, price), "O09");
        }
        let balance = random.i128(price + 1..2 * price);
        let mut book = with(balance);
        reserve(&mut book, 1, package, size).unwrap();
        assert_eq!(reserve(&mut book, 1, package, 2 * size), Err(Refusal::OutOfCredit), "O10");
        assert_eq!((book.left(FUNDS), held(&book)), (balance - price, price), "O10");
    });
}
