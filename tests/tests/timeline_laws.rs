//! The laws of `timeline`: whatever arrives when, in whatever order and on however many workers, the output is the fold
//! of the sorted set from scratch.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use operators::rows::{Diff, Epoch};
use operators::tick::Tick;
use operators::timeline::{
    self, Config, Emit, EpochInput, Fold, Input, Position, Store, Touched, packing, timeline,
};
use serde::{Deserialize, Serialize};
use timely::dataflow::operators::generic::operator::empty;
use timely::dataflow::operators::vec::Broadcast;
use timely::dataflow::operators::{Input as _, Inspect, Probe};
use timely::dataflow::{InputHandle, ProbeHandle};

/// How far ahead of `now` the tests fold.
const AHEAD: i64 = 50;
/// Nothing is ever folded for good.
const NEVER: i64 = i64::MIN;

/// A reading of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Reading {
    at: i64,
    id: u64,
    meter: u64,
    value: i64,
}

/// Where meters hang, and what a unit costs in readings of each size.
#[derive(Clone, Debug, Default)]
struct Wiring {
    house_of: BTreeMap<u64, u64>,
    price_of: BTreeMap<u64, i64>,
}

/// A change of the wiring: a meter's house, or the price of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Rewiring {
    House { meter: u64, house: u64 },
    Price { size: u64, price: i64 },
}

/// What a house remembers: a sum, and when to look again after it has passed a hundred.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct House {
    sum: i64,
    looks: i64,
    look_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Row {
    Read { id: u64, house: u64, cost: i64, sum: i64 },
    Looked { house: u64, at: i64, sum: i64 },
    Stands { house: u64, sum: i64, looks: i64 },
    Late { id: u64 },
    Early { id: u64 },
}

impl Reading {
    /// Of 45 sizes: many, so that few readings of a house share one.
    fn size(&self) -> u64 {
        (self.value + 5).unsigned_abs()
    }
}

impl Wiring {
    fn price(&self, reading: &Reading) -> i64 {
        self.price_of.get(&reading.size()).copied().unwrap_or(1)
    }
}

struct Metering;

impl Fold for Metering {
    type Key = u64;
    type Event = Reading;
    type State = House;
    type Context = Wiring;
    type Change = Rewiring;
    type Output = Row;

    fn position(reading: &Reading) -> Position {
        Position { at: reading.at, rank: 0, id: reading.id }
    }

    fn home(reading: &Reading) -> u64 {
        reading.meter
    }

    fn key(wiring: &Wiring, reading: &Reading) -> u64 {
        wiring.house_of.get(&reading.meter).copied().unwrap_or(1_000 + reading.meter)
    }

    fn spread(house: &u64) -> u64 {
        house.wrapping_mul(7)
    }

    fn step(
        (wiring, house): (&Wiring, &u64),
        state: &mut House,
        input: Input<'_, Reading>,
        emit: &mut Emit<'_, Row>,
    ) {
        match input {
            Input::Event(reading) => {
                emit.used(1 << reading.size());
                let cost = reading.value * wiring.price(reading);
                state.sum += reading.value;
                if state.sum > 100 && state.look_at.is_none() {
                    state.look_at = Some(reading.at + 10);
                }
                emit.give(Row::Read { id: reading.id, house: *house, cost, sum: state.sum });
            }
            Input::Timer(at) => {
                emit.give(Row::Looked { house: *house, at, sum: state.sum });
                state.looks += 1;
                state.look_at = (state.looks % 3 != 0).then_some(at + 15);
            }
        }
    }

    fn alarm(state: &House) -> Option<i64> {
        state.look_at
    }

    fn standing(_: &Wiring, house: &u64, state: &House, emit: &mut Emit<'_, Row>) {
        if *state != House::default() {
            emit.give(Row::Stands { house: *house, sum: state.sum, looks: state.looks });
        }
    }

    fn late(reading: &Reading, emit: &mut Emit<'_, Row>) {
        emit.give(Row::Late { id: reading.id });
    }

    fn early(reading: &Reading, emit: &mut Emit<'_, Row>) {
        emit.give(Row::Early { id: reading.id });
    }

    fn touched(wiring: &Wiring, change: &Rewiring) -> Touched<u64> {
        match change {
            Rewiring::House { meter, house } => {
                let before = wiring.house_of.get(meter).copied().unwrap_or(1_000 + meter);
                Touched::Keys(vec![before, *house, 1_000 + meter])
            }
            Rewiring::Price { size, .. } => Touched::Footprint(1 << size),
        }
    }

    fn refresh(wiring: &mut Wiring, change: Rewiring, diff: isize) {
        match change {
            Rewiring::House { meter, house } => rewire(&mut wiring.house_of, meter, house, diff),
            Rewiring::Price { size, price } => rewire(&mut wiring.price_of, size, price, diff),
        }
    }

    fn pack(before: &[u8], readings: &[Reading]) -> Option<Box<[u8]>> {
        let words = |reading: &Reading| {
            let Reading { at, id, meter, value } = *reading;
            [at.cast_unsigned(), id, meter, value.cast_unsigned()]
        };
        Some(packing::pack(before, readings.iter().map(words)))
    }

    fn unpack(packed: &[u8], readings: &mut Vec<Reading>) {
        packing::unpack(packed, |[at, id, meter, value]| {
            readings.push(Reading { at: at.cast_signed(), id, meter, value: value.cast_signed() });
        });
    }
}

/// A value that is taken back after it was replaced changes nothing.
fn rewire<V: PartialEq>(map: &mut BTreeMap<u64, V>, key: u64, value: V, diff: isize) {
    if diff > 0 {
        map.insert(key, value);
    } else if map.get(&key) == Some(&value) {
        map.remove(&key);
    }
}

/// What arrives at one epoch.
#[derive(Clone, Debug, Default)]
struct Step {
    now: i64,
    changes: Vec<(Rewiring, Diff)>,
    events: Vec<(Reading, Diff)>,
}

/// The set from scratch: no chunks, no saved states, no differences.
fn from_scratch(readings: &BTreeSet<Reading>, wiring: &Wiring, now: i64) -> BTreeMap<Row, Diff> {
    let mut rows = Vec::new();
    let mut houses: BTreeMap<u64, Vec<Reading>> = BTreeMap::new();
    for reading in readings {
        if reading.at > now + AHEAD {
            rows.push(Row::Early { id: reading.id });
        } else {
            houses.entry(Metering::key(wiring, reading)).or_default().push(*reading);
        }
    }
    for (house, mut readings) in houses {
        readings.sort_by_key(|reading| (reading.at, reading.id));
        let mut state = House::default();
        let look = |state: &mut House, before: i64, rows: &mut Vec<Row>| {
            while let Some(at) = state.look_at.filter(|at| *at < before) {
                rows.push(Row::Looked { house, at, sum: state.sum });
                state.looks += 1;
                state.look_at = (state.looks % 3 != 0).then_some(at + 15);
            }
        };
        for reading in readings {
            look(&mut state, reading.at, &mut rows);
            state.sum += reading.value;
            if state.sum > 100 && state.look_at.is_none() {
                state.look_at = Some(reading.at + 10);
            }
            let cost = reading.value * wiring.price(&reading);
            rows.push(Row::Read { id: reading.id, house, cost, sum: state.sum });
        }
        look(&mut state, now, &mut rows);
        if state != House::default() {
            rows.push(Row::Stands { house, sum: state.sum, looks: state.looks });
        }
    }
    rows.into_iter().map(|row| (row, 1)).collect()
}

/// A history: appended, late, equal, retracted and future readings, rewired meters and changed prices.
fn history(seed: u64, steps: usize) -> Vec<Step> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut known: Vec<Reading> = Vec::new();
    let mut wiring = Wiring::default();
    let mut next_id = 0;
    let step = |place: usize| {
        let now = i64::try_from(place).unwrap() * 20;
        let mut step = Step { now, ..Step::default() };
        // Now and then much comes at once, so that one epoch closes more than one run of events of a house.
        let most = if rng.u8(0..8) == 0 { 200 } else { 12 };
        for _ in 0..rng.usize(0..most) {
            let at = match rng.u8(0..10) {
                0 => rng.i64(0..=now.max(1)),
                1 => now + rng.i64(0..200),
                _ => now + rng.i64(-20..20),
            };
            let reading = Reading { at, id: next_id, meter: rng.u64(0..6), value: rng.i64(-5..40) };
            next_id += 1;
            known.push(reading);
            step.events.push((reading, 1));
        }
        for _ in 0..rng.usize(0..3) {
            if !known.is_empty() {
                let gone = known.swap_remove(rng.usize(0..known.len()));
                step.events.push((gone, -1));
            }
        }
        match rng.u8(0..6) {
            0 => {
                let (meter, house) = (rng.u64(0..6), rng.u64(0..3));
                if let Some(before) = wiring.house_of.insert(meter, house) {
                    step.changes.push((Rewiring::House { meter, house: before }, -1));
                }
                step.changes.push((Rewiring::House { meter, house }, 1));
            }
            1 => {
                let (size, price) = (rng.u64(0..45), rng.i64(1..5));
                if let Some(before) = wiring.price_of.insert(size, price) {
                    step.changes.push((Rewiring::Price { size, price: before }, -1));
                }
                step.changes.push((Rewiring::Price { size, price }, 1));
            }
            _ => {}
        }
        step
    };
    (0..steps).map(step).collect()
}

/// The set, the wiring and `now` after each step.
fn states(history: &[Step]) -> Vec<(BTreeSet<Reading>, Wiring, i64)> {
    let (mut readings, mut wiring) = (BTreeSet::new(), Wiring::default());
    let state = |step: &Step| {
        for (reading, diff) in &step.events {
            if *diff > 0 {
                readings.insert(*reading)
            } else {
                readings.remove(reading)
            };
        }
        let mut changes = step.changes.clone();
        changes.sort_by_key(|(_, diff)| *diff);
        for (change, diff) in changes {
            Metering::refresh(&mut wiring, change, diff);
        }
        (readings.clone(), wiring.clone(), step.now)
    };
    history.iter().map(state).collect()
}

/// A timeline that starts from bases at this instant.
fn config(loaded: i64) -> Config {
    Config { worker: 0, peers: 1, ahead: AHEAD, loaded }
}

fn input(step: &Step) -> EpochInput<Metering> {
    input_since(step, NEVER)
}

fn input_since(step: &Step, since: i64) -> EpochInput<Metering> {
    EpochInput {
        tick: Some(Tick { epoch: 0, now: step.now, since, ends_cut: true }),
        bases: Vec::new(),
        changes: step.changes.clone(),
        events: step.events.clone(),
    }
}

fn add(total: &mut BTreeMap<Row, Diff>, rows: Vec<(Row, Diff)>) {
    for (row, diff) in rows {
        let count = total.entry(row).or_default();
        *count += diff;
        if *count == 0 {
            total.remove(&row);
        }
    }
}

#[test]
fn oracle_at_every_epoch() {
    for seed in 0..64 {
        let history = history(seed, 60);
        let mut store = Store::<Metering>::new(config(NEVER), Wiring::default());
        let mut total = BTreeMap::new();
        for (step, (readings, wiring, now)) in history.iter().zip(states(&history)) {
            add(&mut total, store.apply(input(step)).rows);
            assert_eq!(total, from_scratch(&readings, &wiring, now), "seed {seed}, now {now}");
            assert_eq!(store.event_count(), readings.len(), "seed {seed}, now {now}");
        }
    }
}

#[test]
fn steps_and_order_do_not_matter() {
    for seed in 0..32 {
        let history = history(seed, 60);
        let last = history.last().unwrap().now;
        let mut all = Step { now: last, ..Step::default() };
        for step in &history {
            all.changes.extend(step.changes.iter().copied());
            all.events.extend(step.events.iter().copied());
        }
        let mut rng = fastrand::Rng::with_seed(seed);
        rng.shuffle(&mut all.events);
        let mut store = Store::<Metering>::new(config(NEVER), Wiring::default());
        let mut total = BTreeMap::new();
        add(&mut total, store.apply(input(&all)).rows);
        let (readings, wiring, now) = states(&history).pop().unwrap();
        assert_eq!(total, from_scratch(&readings, &wiring, now), "seed {seed}");
    }
}

#[test]
fn undo_leaves_nothing() {
    for seed in 0..32 {
        let history = history(seed, 40);
        let last = history.last().unwrap().now;
        let mut store = Store::<Metering>::new(config(NEVER), Wiring::default());
        let mut total = BTreeMap::new();
        for step in &history {
            add(&mut total, store.apply(input(step)).rows);
        }
        for step in history.iter().rev() {
            let negated = Step {
                now: last,
                changes: step.changes.iter().map(|(change, diff)| (*change, -diff)).collect(),
                events: step.events.iter().map(|(reading, diff)| (*reading, -diff)).collect(),
            };
            add(&mut total, store.apply(input(&negated)).rows);
        }
        assert!(total.is_empty(), "seed {seed}: {total:?}");
        assert_eq!((store.key_count(), store.event_count()), (0, 0), "seed {seed}");
    }
}

/// Readings around `now`, most of them hot, some behind `since`; with stream time and `since` of each step.
fn drifting(seed: u64) -> Vec<(Step, i64)> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut since = NEVER;
    let mut known: Vec<Reading> = Vec::new();
    let step = |place: i64| {
        let now = place * 20;
        if rng.u8(0..3) == 0 {
            since = since.max(now - rng.i64(30..90));
        }
        let mut step = Step { now, ..Step::default() };
        for number in 0..6 {
            let id = u64::try_from(place * 6 + number).unwrap();
            let at = now - rng.i64(-40..80);
            let reading = Reading { at, id, meter: rng.u64(0..4), value: rng.i64(-5..40) };
            step.events.push((reading, 1));
            known.push(reading);
        }
        known.retain(|reading| reading.at >= since);
        if !known.is_empty() && rng.bool() {
            step.events.push((known.swap_remove(rng.usize(0..known.len())), -1));
        }
        if rng.u8(0..5) == 0 {
            let (meter, house) = (rng.u64(0..4), rng.u64(0..3));
            step.changes.push((Rewiring::House { meter, house }, 1));
        }
        (step, since)
    };
    (0..80).map(step).collect()
}

#[test]
fn retirement_changes_nothing_but_what_can_still_change() {
    for seed in 0..32 {
        let mut store = Store::<Metering>::new(config(NEVER), Wiring::default());
        let (mut total, mut readings, mut late) =
            (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        for (mut step, since) in drifting(seed) {
            step.changes.clear();
            for (reading, diff) in &step.events {
                match diff {
                    1 if reading.at < since => drop(late.insert(Row::Late { id: reading.id })),
                    1 => drop(readings.insert(*reading)),
                    _ => drop(readings.remove(reading)),
                }
            }
            add(&mut total, store.apply(input_since(&step, since)).rows);
            let mut expected = from_scratch(&readings, &Wiring::default(), step.now);
            expected.extend(late.iter().map(|row| (*row, 1)));
            assert_eq!(total, expected, "seed {seed}, now {}", step.now);
            let held = readings.iter().filter(|reading| reading.at >= since).count();
            assert_eq!(store.event_count(), held, "seed {seed}, now {}", step.now);
        }
    }
}

/// The bases that stand after changes of them.
fn stand(bases: &mut BTreeMap<u64, House>, changes: Vec<((u64, House), Diff)>) {
    let (come, go): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(_, diff)| *diff > 0);
    for ((house, base), _) in go {
        assert_eq!(bases.remove(&house), Some(base), "a base goes as it came");
    }
    for ((house, base), _) in come {
        assert_eq!(bases.insert(house, base), None, "a house has one base");
    }
}

#[test]
fn a_base_is_the_fold_of_what_lies_behind_since() {
    for seed in 0..32 {
        let mut store = Store::<Metering>::new(config(NEVER), Wiring::default());
        let (mut bases, mut readings) = (BTreeMap::new(), BTreeSet::new());
        for (mut step, since) in drifting(seed) {
            step.changes.clear();
            for (reading, diff) in &step.events {
                match diff {
                    1 if reading.at < since => {}
                    1 => drop(readings.insert(*reading)),
                    _ => drop(readings.remove(reading)),
                }
            }
            stand(&mut bases, store.apply(input_since(&step, since)).bases);
            let mut sums: BTreeMap<u64, i64> = BTreeMap::new();
            for reading in readings.iter().filter(|reading| reading.at < since) {
                *sums.entry(1_000 + reading.meter).or_default() += reading.value;
            }
            for (house, sum) in &sums {
                let base = bases.get(house).cloned().unwrap_or_default();
                assert_eq!(base.sum, *sum, "seed {seed}, now {}, house {house}", step.now);
            }
            assert!(bases.keys().all(|house| sums.contains_key(house)), "seed {seed}");
        }
    }
}

#[test]
fn a_timeline_that_starts_from_bases_goes_on_as_one_that_never_stopped() {
    for seed in 0..64 {
        let history = drifting(seed);
        let stop = 20 + usize::try_from(seed % 50).unwrap();
        let (before, after) = history.split_at(stop);
        let mut never_stopped = Store::<Metering>::new(config(NEVER), Wiring::default());
        let mut bases = BTreeMap::new();
        for (step, since) in before {
            stand(&mut bases, never_stopped.apply(input_since(step, *since)).bases);
        }
        let since = before.last().unwrap().1;
        let mut restarted = Store::<Metering>::new(config(since), Wiring::default());
        restarted.apply(EpochInput { bases: bases.into_iter().collect(), ..EpochInput::default() });
        for (step, since) in before {
            let done = restarted.apply(input_since(step, *since));
            assert!(done.bases.is_empty(), "seed {seed}: the bases are there already");
        }
        assert_eq!(restarted.held(), never_stopped.held(), "seed {seed}");
        for (step, since) in after {
            let found = restarted.apply(input_since(step, *since));
            let expected = never_stopped.apply(input_since(step, *since));
            assert_eq!(sorted(found.rows), sorted(expected.rows), "seed {seed}, now {}", step.now);
            assert_eq!(sorted(found.bases), sorted(expected.bases), "seed {seed}");
        }
    }
}

fn sorted<D: Ord>(mut rows: Vec<D>) -> Vec<D> {
    rows.sort();
    rows
}

#[test]
fn what_is_held_comes_to_a_plateau() {
    let mut store = Store::<Metering>::new(config(NEVER), Wiring::default());
    let mut most = 0;
    for place in 0..5_000 {
        let mut step = Step { now: place * 20, ..Step::default() };
        for number in 0..20_u64 {
            let id = u64::try_from(place).unwrap() * 20 + number;
            // The last meter is a new one each time, and never counts anything: nothing of it is to be kept.
            let (meter, value) = if number == 19 { (4 + id, 0) } else { (number % 4, 1) };
            step.events.push((Reading { at: step.now, id, meter, value }, 1));
        }
        store.apply(input_since(&step, step.now - 1_000));
        most = most.max(store.event_count());
    }
    assert_eq!((most, store.key_count()), (20 * 51, 4 + 51));
}

#[test]
fn workers_agree() {
    for seed in 0..8 {
        let history = history(seed, 25);
        let expected: Vec<_> = states(&history)
            .into_iter()
            .map(|(readings, wiring, now)| from_scratch(&readings, &wiring, now))
            .collect();
        for workers in [1, 2, 4] {
            let found = on_workers(workers, &history);
            for (place, expected) in expected.iter().enumerate() {
                let mut total = BTreeMap::new();
                let last = u64::try_from(place).unwrap() * 2 + 1;
                for (epoch, rows) in found.range(..=last) {
                    assert!(*epoch <= last);
                    add(&mut total, rows.clone());
                }
                assert_eq!(&total, expected, "seed {seed}, {workers} workers, step {place}");
            }
        }
    }
}

type ByEpoch = BTreeMap<Epoch, Vec<(Row, Diff)>>;

/// Runs a history on timely workers, each of which hands in its share; returns the output by epoch.
fn on_workers(workers: usize, history: &[Step]) -> ByEpoch {
    let found: Arc<Mutex<ByEpoch>> = Arc::default();
    let (kept, history) = (Arc::clone(&found), history.to_vec());
    let guards = timely::execute(timely::Config::process(workers), move |worker| {
        let (index, peers) = (worker.index(), worker.peers());
        let number = |count: usize| u64::try_from(count).unwrap();
        let config = Config { worker: number(index), peers: number(peers), ..config(NEVER) };
        let kept = Arc::clone(&kept);
        let probe = ProbeHandle::new();
        let (mut events, mut changes, mut ticks) =
            (InputHandle::new(), InputHandle::new(), InputHandle::new());
        worker.dataflow::<Epoch, _, _>(|scope| {
            let inputs = timeline::Inputs::<Metering> {
                events: scope.input_from(&mut events),
                bases: empty(scope),
                changes: Broadcast::broadcast(scope.input_from(&mut changes)),
                ticks: scope.input_from(&mut ticks),
            };
            timeline(inputs, config, Wiring::default())
                .outputs
                .inspect(move |(row, epoch, diff)| {
                    kept.lock().unwrap().entry(*epoch).or_default().push((*row, *diff));
                })
                .probe_with(&probe);
        });
        for (place, step) in history.iter().enumerate() {
            let epoch = number(place) * 2;
            let mine = |place: usize| place % peers == index;
            for (_, (reading, diff)) in step.events.iter().enumerate().filter(|(at, _)| mine(*at)) {
                events.send((*reading, epoch, *diff));
            }
            if mine(place) {
                for (change, diff) in &step.changes {
                    changes.send((*change, epoch, *diff));
                }
            }
            ticks.send(Tick { epoch, now: step.now, since: NEVER, ends_cut: false });
            events.advance_to(epoch + 2);
            changes.advance_to(epoch + 2);
            ticks.advance_to(epoch + 2);
            while probe.less_than(&(epoch + 2)) {
                worker.step();
            }
        }
    });
    for outcome in guards.unwrap().join() {
        outcome.unwrap();
    }
    Arc::try_unwrap(found).unwrap().into_inner().unwrap()
}
