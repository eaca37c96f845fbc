//! Grants (G) and telco bundles (N).

use datasets::reference::Validity;
use datasets::units::{EventTime, Money};

use super::super::bucket::{Bucket, Unit};
use super::super::pricing::{PerUnit, Pricing};
use super::super::requests::Charged;
use super::{ALICE, BOB, Book, POOL, money};
use crate::allowances::allowance::Allowance;
use crate::allowances::scope::Scope;
use crate::tiers::plan::{Applies, TierPlan};
use crate::tiers::tier::Tier;

/// Quantities in thousandths of a unit.
const UNIT: u64 = 1_000;

fn allowance(id: u64, quantity: u64) -> Allowance {
    Allowance {
        id,
        name: id,
        holder: ALICE,
        scope: Scope::default(),
        unit: Unit::Milliseconds,
        quantity: quantity * UNIT,
        increment: 1,
        priority: 0,
        validity: Validity::ALWAYS,
        cycle: None,
        is_prorated: false,
        rollover: None,
        cap: None,
        is_blocker: false,
    }
}

fn during(from: i64, to: i64, allowance: Allowance) -> Allowance {
    Allowance { validity: Validity { from: EventTime(from), to: EventTime(to) }, ..allowance }
}

fn granting(allowances: impl IntoIterator<Item = Allowance>) -> Book {
    Book { allowances: allowances.into_iter().collect(), ..Book::default() }
}

/// Uses units at a price; gives what was covered and what was charged for.
fn use_units(book: &mut Book, account: u64, units: u64, price: &str) -> (u64, u64, Money) {
    let price = PerUnit { fee: Money::ZERO, price: money(price), per: UNIT, increment: 1 };
    parts(book.used(account, units * UNIT, Pricing::Alone(&price)))
}

fn parts(Charged { quantity, covered, amount }: Charged) -> (u64, u64, Money) {
    (covered / UNIT, (quantity - covered) / UNIT, amount)
}

fn rests(book: &Book) -> Vec<i128> {
    let buckets = book.state.extras().map_or(&[][..], |extras| &extras.grants.buckets);
    let mut rests: Vec<&Bucket> = buckets.iter().collect();
    rests.sort_by_key(|bucket| bucket.turn());
    rests.iter().map(|bucket| bucket.amount / i128::from(UNIT)).collect()
}

#[test]
fn credit_grants() {
    let spend = |book: &mut Book, units| {
        let (_, over, _) = use_units(book, ALICE, units, "1");
        (over, rests(book))
    };
    assert_eq!(spend(&mut granting([]), 50), (50, vec![]), "G01");
    assert_eq!(spend(&mut granting([allowance(5, 100)]), 50), (0, vec![50]), "G02");

    let mut book = granting([during(0, 10, allowance(5, 100))]);
    assert_eq!(spend(&mut book, 50), (0, vec![50]), "G03: before");
    book.now = 10;
    assert_eq!(spend(&mut book, 50), (50, vec![]), "G03: after");

    let (expired, future) = (during(-9, 0, allowance(5, 100)), during(1, 9, allowance(6, 100)));
    assert_eq!(spend(&mut granting([expired, future]), 7), (7, vec![]), "G04");

    let twice = [allowance(5, 100), allowance(6, 100)];
    assert_eq!(spend(&mut granting(twice.clone()), 200), (0, vec![0, 0]), "G05");
    let [first, second] = twice;
    let second = Allowance { priority: 1, ..second };
    assert_eq!(spend(&mut granting([second, first]), 120), (0, vec![0, 80]), "G06");
}

#[test]
fn telco_bundles() {
    let mut book = granting([allowance(5, 50)]);
    assert_eq!(use_units(&mut book, ALICE, 24, "0.5"), (24, 0, money("0")), "N01");
    assert_eq!(use_units(&mut book, ALICE, 50, "0.5"), (26, 24, money("12")), "N01");

    let mut book = granting([allowance(5, 50)]);
    use_units(&mut book, ALICE, 12, "0.2");
    let before = book.clone();
    assert_eq!(use_units(&mut book, ALICE, 80, "0.2"), (38, 42, money("8.4")), "N02");
    let expected = (38, 42, money("6.4"));
    assert_eq!(override_price(before, "0.1", "0.2", 80), expected, "N02, override");

    let mut book = granting([allowance(5, 200)]);
    use_units(&mut book, ALICE, 35, "0.2");
    assert_eq!(use_units(&mut book, ALICE, 180, "0.2"), (165, 15, money("3")), "N03");

    let expected = (55, 225, money("106.5"));
    assert_eq!(override_price(granting([allowance(5, 55)]), "0.2", "0.5", 280), expected, "N04");

    let price = PerUnit { fee: Money::ZERO, price: money("0.1"), per: UNIT, increment: UNIT };
    let charged = Book::default().used(ALICE, 110_500, Pricing::Alone(&price));
    assert_eq!(charged.amount, money("11.1"), "N05");

    let mut book = granting([Allowance { holder: POOL, ..allowance(5, 10) }]);
    assert_eq!(use_units(&mut book, ALICE, 8, "0.1"), (8, 0, money("0")), "N06");
    assert_eq!(use_units(&mut book, BOB, 8, "0.1"), (2, 6, money("0.6")), "N06");
}

/// Twenty units at one price, all others at another.
fn override_price(mut book: Book, first: &str, then: &str, units: u64) -> (u64, u64, Money) {
    let tier = |up_to, price| Tier { up_to, per: UNIT, ..Tier::unit(money(price)) };
    let tiers = vec![tier(20 * UNIT, first), tier(u64::MAX, then)];
    let plan = TierPlan::of(Applies::Graduated, tiers);
    book.cycle = Some(datasets::cycle::Cycle::Month(1, "UTC".parse().unwrap()));
    parts(book.used(ALICE, units * UNIT, Pricing::Tiered(7, &plan)))
}

#[test]
fn one_member_does_not_empty_the_pool() {
    let family = Allowance { holder: POOL, cap: Some(6 * UNIT), ..allowance(5, 10) };
    let mut book = granting([family]);
    assert_eq!(use_units(&mut book, ALICE, 8, "1"), (6, 2, money("2")));
    assert_eq!(use_units(&mut book, ALICE, 1, "1"), (0, 1, money("1")));
    assert_eq!(use_units(&mut book, BOB, 8, "1"), (4, 4, money("4")));
}
