//! Histories of readings, and what they come to from scratch.

use std::collections::{BTreeMap, BTreeSet};

use operators::rows::Diff;
use operators::timeline::Fold;

use crate::metering::{House, Metering, Reading, Rewiring, Row, Wiring};

/// How far ahead of `now` the tests fold.
pub(crate) const AHEAD: i64 = 50;
/// Nothing is ever folded for good.
pub(crate) const NEVER: i64 = i64::MIN;

/// What arrives at one epoch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    pub(crate) now: i64,
    pub(crate) changes: Vec<(Rewiring, Diff)>,
    pub(crate) events: Vec<(Reading, Diff)>,
}

/// The set from scratch: no chunks, no saved states, no differences.
pub(crate) fn from_scratch(
    readings: &BTreeSet<Reading>,
    wiring: &Wiring,
    now: i64,
) -> BTreeMap<Row, Diff> {
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
pub(crate) fn history(seed: u64, steps: usize) -> Vec<Step> {
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
        step.changes = rewire(&mut wiring, &mut rng);
        step
    };
    (0..steps).map(step).collect()
}

/// Now and then a meter is hung elsewhere, or a size gets another price.
fn rewire(wiring: &mut Wiring, rng: &mut fastrand::Rng) -> Vec<(Rewiring, Diff)> {
    let mut changes = Vec::new();
    match rng.u8(0..6) {
        0 => {
            let (meter, house) = (rng.u64(0..6), rng.u64(0..3));
            if let Some(before) = wiring.house_of.insert(meter, house) {
                changes.push((Rewiring::House { meter, house: before }, -1));
            }
            changes.push((Rewiring::House { meter, house }, 1));
        }
        1 => {
            let (size, price) = (rng.u64(0..45), rng.i64(1..5));
            if let Some(before) = wiring.price_of.insert(size, price) {
                changes.push((Rewiring::Price { size, price: before }, -1));
            }
            changes.push((Rewiring::Price { size, price }, 1));
        }
        _ => {}
    }
    changes
}

/// The set, the wiring and `now` after each step.
pub(crate) fn states(history: &[Step]) -> Vec<(BTreeSet<Reading>, Wiring, i64)> {
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

/// Readings around `now`, most of them hot, some behind `since`; with stream time and `since` of each step.
pub(crate) fn drifting(seed: u64) -> Vec<(Step, i64)> {
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
