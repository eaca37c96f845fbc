//! Top-ups with gifts, transfers, adjustments, refunds, roaming in flight and the states of credit.

use datasets::units::{Currency, EventTime, Money};

use super::super::bucket::{Unit, id_of};
use super::super::credit::Nearness;
use super::super::movement::DEFAULT;
use super::super::requests::{Answer, Outcome, Pot, Refusal, Request};
use super::super::step::alarm;
use super::super::topup::{BonusRule, Gift, TopUp};
use super::{ALICE, BOB, Book, cash, money, per_second, seconds};
use crate::allowances::scope::Scope;

const DAY: i64 = 86_400_000_000;

fn rule(id: u64, from: &str, below: Option<&str>, gift: Gift) -> BonusRule {
    let below = below.map(money);
    let scope = Scope::default();
    BonusRule { id, from: money(from), below, gift, days: 30, priority: 0, scope }
}

fn top_up(
    amount: &str,
    rules: &[BonusRule],
    expires_at: Option<EventTime>,
    book: &mut Book,
) -> Outcome {
    let (amount, currency) = (money(amount), Currency::EUR);
    let topup = TopUp { id: 77, currency, amount, expires_at, rules };
    book.step(ALICE, &Request::TopUp(topup))
}

fn refusal(outcome: &Outcome) -> Option<Refusal> {
    outcome.answers.iter().find_map(|answer| match answer {
        Answer::Refused(refusal) => Some(*refusal),
        _ => None,
    })
}

fn pot(account: u64, bucket: u64) -> Pot {
    Pot { account, bucket }
}

#[test]
fn a_top_up_is_rewarded_by_its_size_and_the_gift_expires() {
    let rules = [
        rule(1, "10", Some("20"), Gift::Percent(10)),
        rule(2, "20", None, Gift::Money(money("5"))),
        rule(3, "20", None, Gift::Units(Unit::Milliseconds, 60_000)),
    ];
    let gifts = |amount: &str| {
        let mut book = Book::default();
        top_up(amount, &rules, None, &mut book);
        assert_eq!(book.own(ALICE), money(amount));
        [1, 2, 3].map(|rule| book.left(id_of(77 ^ rule, EventTime(0), 1)))
    };
    assert_eq!(gifts("9.99"), [0, 0, 0]);
    assert_eq!(gifts("10"), [money("1").0, 0, 0]);
    assert_eq!(gifts("20"), [0, money("5").0, 60_000]);

    let mut book = Book::default();
    top_up("15", &rules, Some(EventTime(DAY)), &mut book);
    assert_eq!(alarm(&book.state), Some(EventTime(DAY)));
    book.now = DAY;
    book.step(ALICE, &Request::Timer);
    assert_eq!((book.own(ALICE), alarm(&book.state)), (Money::ZERO, Some(EventTime(30 * DAY))));
    book.now = 30 * DAY;
    book.step(ALICE, &Request::Timer);
    assert!(book.state.extras().is_none(), "nothing is left to remember");
}

#[test]
fn money_of_another_currency_is_refused() {
    let mut book = Book::default();
    let currency: Currency = "USD".parse().unwrap();
    let topup = TopUp { id: 7, currency, amount: money("1"), expires_at: None, rules: &[] };
    assert_eq!(refusal(&book.step(ALICE, &Request::TopUp(topup))), Some(Refusal::Currency));
    assert!(book.amounts().is_empty());
}

#[test]
fn a_transfer_moves_what_is_there() {
    let mut book = Book::default().with([cash(50, ALICE, "3"), seconds(51, ALICE, 60)]);
    let transfer = |book: &mut Book, from, to, amount: &str| {
        refusal(&book.step(ALICE, &Request::Transfer(from, to, money(amount))))
    };
    let (own, bob) = (pot(ALICE, DEFAULT), pot(BOB, DEFAULT));
    assert_eq!(transfer(&mut book, pot(ALICE, 50), bob, "2"), None);
    assert_eq!((Money(book.left(50)), book.own(BOB)), (money("1"), money("2")));
    assert_eq!(transfer(&mut book, pot(ALICE, 50), bob, "2"), Some(Refusal::OutOfCredit));
    assert_eq!(transfer(&mut book, own, bob, "1"), Some(Refusal::OutOfCredit));
    assert_eq!(transfer(&mut book, pot(ALICE, 99), bob, "1"), Some(Refusal::NoBucket));
    assert_eq!(transfer(&mut book, pot(ALICE, 51), bob, "0.000000001"), Some(Refusal::NoBucket));
    assert_eq!(transfer(&mut book, bob, pot(ALICE, 50), "2"), None);
    assert_eq!((Money(book.left(50)), book.own(BOB)), (money("3"), Money::ZERO));
}

#[test]
fn only_an_accounts_own_money_is_taken_below_zero() {
    let mut book = Book::default().with([cash(50, ALICE, "3")]);
    let mut adjust = |bucket, amount: &str| {
        refusal(&book.step(ALICE, &Request::Adjust(pot(ALICE, bucket), money(amount))))
    };
    assert_eq!(adjust(50, "-4"), Some(Refusal::OutOfCredit));
    assert_eq!(adjust(50, "-3"), None);
    assert_eq!(adjust(DEFAULT, "-4"), None);
    let refund = Request::Refund(pot(ALICE, 50), money("1.5").0);
    assert_eq!(refusal(&book.step(ALICE, &refund)), None);
    assert_eq!((Money(book.left(50)), book.own(ALICE)), (money("1.5"), money("-4")));
}

#[test]
fn credit_follows_what_is_owed_reserved_and_in_flight() {
    let mut book = Book { limit: money("10"), ..Book::default() };
    let nearness = |book: &Book| book.state.standing(ALICE, ALICE).nearness;
    book.call(ALICE, 79, per_second("0", "0.1"));
    assert_eq!(nearness(&book), Nearness::Normal);
    book.now = 5;
    let outcome = book.step(ALICE, &Request::InFlight(money("0.1")));
    assert!(matches!(
        outcome.answers[..],
        [Answer::Credit(credit)] if credit.exposure == money("8") && credit.before == Nearness::Normal
    ));
    assert_eq!(nearness(&book), Nearness::Warning);
    assert_eq!(book.state.standing(ALICE, ALICE).changed_at, EventTime(5));
    book.call(ALICE, 20, per_second("0", "0.1"));
    assert_eq!(nearness(&book), Nearness::Barred);
    top_up("0.9", &[], None, &mut book);
    assert_eq!(nearness(&book), Nearness::Barred, "9.1 is not yet below 90 %");
    top_up("0.2", &[], None, &mut book);
    assert_eq!(nearness(&book), Nearness::Warning);
    book.step(ALICE, &Request::InFlight(money("-0.1")));
    top_up("8.8", &[], None, &mut book);
    assert_eq!((nearness(&book), book.own(ALICE)), (Nearness::Normal, Money::ZERO));
}
