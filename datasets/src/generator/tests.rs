//! The generator is repeatable, has the mix it promises, and its truth is that of its bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reading::Reading;
use super::*;

fn generated(config: Config) -> (Vec<Item>, Truth) {
    let mut operator = Operator::new(config);
    let items: Vec<_> = operator.by_ref().collect();
    let truth = operator.truth(operator.arrived_at());
    (items, truth)
}

fn usage(items: &[Item]) -> impl Iterator<Item = &Item> {
    items.iter().filter(|item| item.topic == USAGE_TOPIC)
}

fn json(item: &Item) -> Value {
    serde_json::from_slice(item.payload.as_ref().unwrap()).unwrap()
}

#[test]
fn equal_seeds_yield_equal_bytes() {
    assert_eq!(generated(Config::small(5)), generated(Config::small(5)));
    assert_ne!(generated(Config::small(5)).0, generated(Config::small(6)).0);
}

#[test]
fn every_record_arrives_in_order_and_has_a_state() {
    for seed in 0..8 {
        let config = Config::small(seed);
        let records = config.records;
        let (items, truth) = generated(config);
        assert_eq!(u64::try_from(usage(&items).count()).unwrap(), records, "seed {seed}");
        assert_eq!(truth.record_count(), records, "seed {seed}");
        assert!(items.is_sorted_by_key(|item| item.arrived_at), "seed {seed}");
    }
}

#[test]
fn a_small_operator_shows_every_state() {
    for seed in 0..8 {
        let (_, truth) = generated(Config::small(seed));
        let reasons = [
            Reason::Future,
            Reason::UnknownSubscriber,
            Reason::UnknownAccount,
            Reason::UnknownDestination,
            Reason::NoRate,
            Reason::CurrencyMismatch,
        ];
        let plain = [State::Rated, State::Duplicate, State::Superseded, State::Rejected];
        for state in reasons.map(State::Suspended).into_iter().chain(plain) {
            assert!(truth.in_state(state) > 0, "seed {seed}: {state:?}");
        }
    }
}

#[test]
fn the_truth_is_that_of_the_bytes() {
    for seed in 0..4 {
        let (items, truth) = generated(Config::small(seed));
        let now = items.last().unwrap().arrived_at;
        assert_eq!(Reading::of(&items).truth(now), truth, "seed {seed}");
    }
}

#[test]
fn the_truth_holds_at_every_moment() {
    let mut operator = Operator::new(Config::small(9));
    let mut items = Vec::new();
    while let Some(item) = operator.next() {
        items.push(item);
        if items.len() % 1_500 == 0 {
            let now = operator.arrived_at();
            assert_eq!(Reading::of(&items).truth(now), operator.truth(now), "{}", items.len());
        }
    }
}

#[test]
fn without_trouble_everything_is_json_and_the_mix_is_the_usual_one() {
    let (items, truth) = generated(Config { trouble: Trouble::NONE, ..Config::demo(3) });
    let mut services = BTreeMap::new();
    let mut bytes = 0;
    for item in usage(&items) {
        *services.entry(json(item)["service"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        bytes += item.payload.as_ref().unwrap().len();
    }
    assert!((48_000..52_000).contains(&services["data"]), "{services:?}");
    assert!((33_000..37_000).contains(&services["voice"]), "{services:?}");
    assert!((13_000..17_000).contains(&services["sms"]), "{services:?}");
    assert!((26_000_000..36_000_000).contains(&bytes), "{bytes}");
    assert!(truth.in_state(State::Rated) > 97_000, "{:?}", truth.states);
    assert!(items.iter().all(|item| json(item).is_object()));
}

#[test]
fn trouble_comes_as_often_as_asked_for() {
    let (_, truth) = generated(Config::demo(4));
    let within = |state, low, high| {
        let count = truth.in_state(state);
        assert!((low..high).contains(&count), "{state:?}: {count}");
    };
    within(State::Rejected, 60, 140);
    within(State::Duplicate, 800, 1_600);
    within(State::Superseded, 800, 1_400);
    within(State::Suspended(Reason::UnknownDestination), 60, 140);
    within(State::Suspended(Reason::Future), 1, 25);
    within(State::Rated, 92_000, 98_000);
}

#[test]
fn some_numbers_are_much_busier_than_others() {
    let (items, _) = generated(Config { trouble: Trouble::NONE, ..Config::demo(5) });
    let mut by_line = BTreeMap::new();
    for item in usage(&items) {
        *by_line.entry(item.partition_hint).or_insert(0) += 1;
    }
    let most = by_line.values().max().copied().unwrap();
    assert!(by_line.len() > 1_900, "{}", by_line.len());
    assert!((1_000..20_000).contains(&most), "{most}");
}

#[test]
fn what_has_one_key_goes_to_one_partition() {
    let (items, _) = generated(Config::small(2));
    let keyed: BTreeSet<_> =
        items.iter().filter_map(|item| Some((item.topic, item.key.as_ref()?))).collect();
    let placed: BTreeSet<_> = items
        .iter()
        .filter_map(|item| Some((item.topic, item.key.as_ref()?, item.partition_hint)))
        .collect();
    assert_eq!(keyed.len(), placed.len());
    assert!(items.iter().any(|item| item.payload.is_none()));
    let topics: BTreeSet<_> = items.iter().map(|item| item.topic).collect();
    assert!(REFERENCE_TOPICS.iter().all(|topic| topics.contains(topic)));
}
