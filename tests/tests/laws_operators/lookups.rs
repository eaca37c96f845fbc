//! `longest_prefix`, `as_of_retroactive` and `as_of_frozen`.

use std::collections::BTreeMap;

use fastrand::Rng;
use operators::accumulate::accumulate;
use operators::as_of::{AsOf, versions::Version};
use operators::longest_prefix::{LongestPrefix, nibbles::Nibbles};
use operators::matched::Matched;
use operators::rows::{Diff, Epoch, Instant, Rows};
use weir_tests::laws::{Law, Update};

use crate::history::{
    Either, SEEDS, Timed, both, changes, insertions, lefts, parts, rights, ticks, timed, untimed,
    with_ticks,
};

fn digits(rng: &mut Rng, longest: usize) -> Nibbles {
    Nibbles::pack((0..rng.usize(0..=longest)).map(|_| rng.u8(0..3)))
        .expect("they are few and small")
}

#[test]
fn longest_prefix_equals_scanning_all_prefixes() {
    type Row = Either<Nibbles, (Nibbles, u8)>;
    fn build(rows: Rows<'_, Row>) -> Rows<'_, Matched<Nibbles, u8>> {
        let (calls, table) = parts(rows);
        calls.longest_prefix(table, |called| *called)
    }
    fn answer(history: &[Update<Row>]) -> BTreeMap<Matched<Nibbles, u8>, Diff> {
        let table = accumulate(&rights(history), Epoch::MAX);
        let calls = accumulate(&lefts(history), Epoch::MAX).into_iter();
        let longest = |call: &Nibbles| {
            let text = call.to_string();
            let fitting = table.keys().filter(|(prefix, _)| text.starts_with(&prefix.to_string()));
            fitting.max_by_key(|(prefix, zone)| (prefix.length(), *zone)).map(|(_, zone)| *zone)
        };
        calls.map(|(row, copies)| (Matched { row, value: longest(&row) }, copies)).collect()
    }
    for seed in SEEDS {
        let rng = &mut Rng::with_seed(seed);
        let calls = changes(rng, |rng| digits(rng, 5));
        let table = changes(rng, |rng| (digits(rng, 3), rng.u8(0..3)));
        let law = Law { seed, history: both(calls, table), build };
        law.oracle(answer);
        law.steps();
        law.order();
        law.workers();
        law.undo();
    }
}

type Call = (u8, Instant);
type Price = Version<u8, u8>;

fn call(rng: &mut Rng) -> Call {
    (rng.u8(0..3), rng.i64(0..10))
}

fn price(rng: &mut Rng) -> Price {
    let (valid_from, valid_to) = (rng.i64(0..10), rng.i64(0..12));
    Version { key: rng.u8(0..3), valid_from, valid_to, id: rng.u64(0..3), value: rng.u8(0..3) }
}

/// Of the versions that cover the call the one that began last, then the one with the greatest id.
fn scan(prices: &BTreeMap<Price, Diff>, (key, at): Call) -> Option<u8> {
    let covers = |price: &&Price| price.key == key && price.valid_from <= at && at < price.valid_to;
    let order = |price: &&Price| (price.valid_from, price.id, price.valid_to, price.value);
    prices.keys().filter(covers).max_by_key(order).map(|price| price.value)
}

#[test]
fn as_of_retroactive_equals_the_batch_join() {
    type Row = Either<Call, Price>;
    fn build(rows: Rows<'_, Row>) -> Rows<'_, Matched<Call, u8>> {
        let (calls, prices) = parts(rows);
        calls.as_of_retroactive(prices, |call| *call)
    }
    fn answer(history: &[Update<Row>]) -> BTreeMap<Matched<Call, u8>, Diff> {
        let prices = accumulate(&rights(history), Epoch::MAX);
        let calls = accumulate(&lefts(history), Epoch::MAX).into_iter();
        calls.map(|(row, copies)| (Matched { row, value: scan(&prices, row) }, copies)).collect()
    }
    for seed in SEEDS {
        let rng = &mut Rng::with_seed(seed);
        let law = Law { seed, history: both(changes(rng, call), changes(rng, price)), build };
        law.oracle(answer);
        law.steps();
        law.order();
        law.workers();
        law.undo();
    }
}

#[test]
fn as_of_frozen_reads_the_reference_of_the_previous_cut() {
    type Row = Timed<Either<Call, Price>>;
    fn build(rows: Rows<'_, Row>) -> Rows<'_, Matched<Call, u8>> {
        let (rows, ticks) = with_ticks(rows);
        let (calls, prices) = parts(rows);
        calls.as_of_frozen(prices, ticks, |call| *call)
    }
    fn answer(history: &[Update<Row>]) -> BTreeMap<Matched<Call, u8>, Diff> {
        let rows = untimed(history);
        let mut view = BTreeMap::new();
        for (call, epoch, diff) in lefts(&rows) {
            let ticks = ticks(history).into_iter();
            let cuts = ticks.filter(|tick| tick.ends_cut && tick.epoch < epoch);
            let sealed = cuts.map(|tick| tick.epoch).max();
            let prices = sealed.map(|sealed| accumulate(&rights(&rows), sealed));
            let value = prices.and_then(|prices| scan(&prices, call));
            *view.entry(Matched { row: call, value }).or_default() += diff;
        }
        view
    }
    for seed in SEEDS {
        let rng = &mut Rng::with_seed(seed);
        let rows = both(insertions(rng, call), changes(rng, price));
        let law = Law { seed, history: timed(rng, rows, 8), build };
        law.oracle(answer);
        law.order();
        law.workers();
    }
}
