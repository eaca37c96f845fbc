//! The laws of `timeline`: whatever arrives when, in whatever order and on however many workers, the output is the fold
//! of the sorted set from scratch.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod history;

mod metering;

mod on_workers;

use std::collections::{BTreeMap, BTreeSet};

use operators::rows::Diff;
use operators::tick::Tick;
use operators::timeline::{Config, EpochInput, Store};

use history::{AHEAD, NEVER, Step, drifting, from_scratch, history, states};
use metering::{House, Metering, Reading, Row, Wiring};
use on_workers::on_workers;

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
