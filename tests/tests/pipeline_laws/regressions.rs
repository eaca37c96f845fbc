//! Histories that once broke a law, each as small as it can be told.

use datasets::reference::{Entity, RefChange, RefTopic, Validity};
use datasets::units::{Currency, EventTime, MICROS_PER_SECOND};
use datasets::usage::{Service, UsageEvent};
use pipelines::charging::Output;
use pipelines::charging::fold::CreditState;
use weir_tests::charging::given::{
    Desk, Given, account, at, call, destination, rate, subscription, topup,
};
use weir_tests::charging::{Charging, Row, audit};
use weir_tests::pipeline::history::{Cut, History, Step};
use weir_tests::pipeline::{Answer, Pipeline, oracle, resume};

const DAY: i64 = 86_400;

/// Each cut with one epoch, at a second after the beginning.
fn history(cuts: Vec<(i64, Vec<Given>)>) -> History<Given> {
    let cut = |(now, given)| Cut { wall: at(now).0, steps: vec![Step { now: at(now).0, given }] };
    let hot_window = 35 * DAY * MICROS_PER_SECOND;
    History { seed: 0, hot_window, cuts: cuts.into_iter().map(cut).collect() }
}

/// One number on one account, with one price.
fn shop(desk: &mut Desk) -> Vec<Given> {
    let near = rate("basic", Service::Voice, Some("near"), "0.06");
    let mut document = |topic, entity| desk.document(topic, "1", Some((Validity::ALWAYS, entity)));
    vec![
        document(RefTopic::Accounts, account("ada", "EUR", "10")),
        document(RefTopic::Subscriptions, subscription(1, "ada", "basic")),
        document(RefTopic::Tariffs, Entity::Rate(near)),
        document(RefTopic::Destinations, destination("49", "near")),
    ]
}

/// Checks all that can be checked, and returns what is published in the end.
fn check(history: &History<Given>, usage: usize) -> Answer<Row> {
    oracle::<Charging>(history);
    resume::<Charging>(history);
    let answer = Charging::run(history, 1).pop().unwrap();
    audit(&answer, usage, "regression");
    answer
}

fn minute(usage_id: &str, started_at: EventTime) -> UsageEvent {
    call(usage_id, 1, started_at, 60)
}

fn count(answer: &Answer<Row>, state: &'static str, reason: &'static str) -> isize {
    answer.get(&Row::State(state, reason)).copied().unwrap_or_default()
}

#[test]
fn a_future_record_can_be_corrected_before_it_is_due() {
    let mut desk = Desk::default();
    let given = shop(&mut desk);
    let early = desk.usage(minute("u", at(7_200)), 0);
    let corrected = UsageEvent { revision: 1, quantity: 120_000, ..minute("u", at(7_200)) };
    let corrected = desk.usage(corrected, 0);
    let cuts = vec![(0, given), (60, vec![early]), (120, vec![corrected]), (7_200, vec![])];
    let answer = check(&history(cuts), 2);
    assert_eq!((count(&answer, "rated", ""), count(&answer, "superseded", "")), (1, 1));
}

#[test]
fn the_hot_window_alone_says_what_is_too_late() {
    let mut desk = Desk::default();
    let given = shop(&mut desk);
    let mut late = |days: i64| desk.usage(minute(&format!("u{days}"), at(-days * DAY)), 0);
    let (copy, late) = (late(20), [late(20), late(34), late(36)]);
    let cuts = vec![(0, given), (60, late.to_vec()), (120, vec![copy])];
    let answer = check(&history(cuts), 4);
    assert_eq!((count(&answer, "rated", ""), count(&answer, "duplicate", "")), (2, 1));
    assert_eq!(count(&answer, "suspended", "behind_hot_window"), 1);
}

#[test]
fn money_counts_however_late_its_clock() {
    let mut desk = Desk::default();
    let given = shop(&mut desk);
    let topups = [-400, -36, -20, 0, 20, 36, 400]
        .map(|days| desk.topup(topup(&format!("t{days}"), "ada", at(days * DAY), "1")));
    let answer = check(&history(vec![(0, given), (60, topups.to_vec()), (37 * DAY, vec![])]), 0);
    let credited = answer.keys().filter(|row| matches!(row, Row::Output(Output::TopUp(_))));
    // The last one waits for its day.
    assert_eq!(credited.count(), 6);
}

#[test]
fn of_two_copies_of_a_top_up_in_a_cut_the_first_place_counts_whichever_comes_first() {
    let mut desk = Desk::default();
    let given = shop(&mut desk);
    let copies = [1, 2].map(|_| desk.topup(topup("t", "ada", at(0), "1")));
    let [first, second] = copies;
    let later = [vec![second], vec![first]].map(|given| Step { now: at(60).0, given });
    let mut history = history(vec![(0, given)]);
    history.cuts.push(Cut { wall: later[0].now, steps: later.to_vec() });
    let answer = check(&history, 0);
    assert_eq!(answer.keys().filter(|row| matches!(row, Row::TopUpDuplicate(_))).count(), 1);
}

#[test]
fn money_in_another_currency_does_not_make_it_the_account_s_own() {
    let mut desk = Desk::default();
    let given = shop(&mut desk);
    let mut francs = topup("t", "ada", at(0), "1");
    francs.currency = "CHF".parse().unwrap();
    let francs = desk.topup(francs);
    let hours = call("u", 1, at(30), 4 * 3_600);
    let usage = desk.usage(hours, 0);
    let answer = check(&history(vec![(0, given), (60, vec![francs, usage])]), 1);
    let credit = answer.keys().find_map(|row| match row {
        Row::Output(Output::Credit(credit)) => Some((credit.currency, credit.state)),
        _ => None,
    });
    assert_eq!(credit, Some((Currency::EUR, CreditState::Exceeded)));
}

#[test]
fn the_last_document_counts_whatever_partition_it_is_in() {
    let mut desk = Desk::default();
    let mut given = shop(&mut desk);
    let dearer = Entity::Rate(rate("basic", Service::Voice, Some("near"), "0.30"));
    let mut tariff =
        || desk.document(RefTopic::Tariffs, "1", Some((Validity::ALWAYS, dearer.clone())));
    let (one, other) = (tariff(), tariff());
    let place = |given: &Given| match given {
        Given::Change(change) => change.provenance,
        _ => unreachable!("it is a document"),
    };
    // The dearer price comes later, in the earlier partition.
    let (early, late) = if place(&one) < place(&other) { (one, other) } else { (other, one) };
    let Given::Change(first) = &late else { unreachable!("it is a document") };
    let cheaper = Entity::Rate(rate("basic", Service::Voice, Some("near"), "0.06"));
    let cheaper = RefChange { version: Some((Validity::ALWAYS, cheaper)), ..first.clone() };
    given.retain(
        |given| !matches!(given, Given::Change(change) if change.topic == RefTopic::Tariffs),
    );
    given.push(Given::Change(cheaper));
    let usage = desk.usage(minute("u", at(30)), 0);
    let answer = check(&history(vec![(0, given), (60, vec![usage]), (120, vec![early])]), 1);
    let charged = answer.keys().find_map(|row| match row {
        Row::Output(Output::Charge(charge)) => Some(charge.amount),
        _ => None,
    });
    assert_eq!(charged, Some(300_000_000));
}

#[test]
fn a_top_up_from_before_stream_time_began_is_credited_once_however_old_it_is() {
    let mut desk = Desk::default();
    let mut given = shop(&mut desk);
    let [first, second, third] =
        [(); 3].map(|()| desk.topup(topup("t", "ada", at(-20 * DAY), "1")));
    given.push(first);
    let cuts = vec![(0, given), (60, vec![second]), (40 * DAY, vec![]), (41 * DAY, vec![third])];
    let answer = check(&history(cuts), 0);
    let credited = answer.keys().filter(|row| matches!(row, Row::Output(Output::TopUp(_))));
    assert_eq!(credited.count(), 1);
    assert_eq!(answer.keys().filter(|row| matches!(row, Row::TopUpDuplicate(_))).count(), 2);
}
