//! Generated histories, and the ways to tell the inputs in them apart.

use std::ops::Range;

use fastrand::Rng;
use operators::rows::{Instant, Row, Rows};
use operators::tick::{Tick, Ticks};
use serde::{Deserialize, Serialize};
use timely::dataflow::operators::vec::{Broadcast, Map};
use weir_tests::laws::Update;

/// The seeds that every law is checked with.
pub(crate) const SEEDS: Range<u64> = 0..64;
const EPOCHS: u64 = 8;

/// One of two inputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Either<L, R> {
    Left(L),
    Right(R),
}

/// Rows, or the end of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Timed<D> {
    Row(D),
    End { now: Instant, ends_cut: bool },
}

/// Insertions of made-up rows, and retractions of rows that are there.
pub(crate) fn changes<D: Clone>(rng: &mut Rng, make: fn(&mut Rng) -> D) -> Vec<Update<D>> {
    let (mut history, mut live) = (Vec::new(), Vec::new());
    for epoch in 0..EPOCHS {
        for _ in 0..rng.usize(0..8) {
            if live.is_empty() || rng.u8(0..3) > 0 {
                let row = make(rng);
                live.push(row.clone());
                history.push((row, epoch, 1));
            } else {
                history.push((live.swap_remove(rng.usize(0..live.len())), epoch, -1));
            }
        }
    }
    history
}

/// Insertions only.
pub(crate) fn insertions<D: Clone>(rng: &mut Rng, make: fn(&mut Rng) -> D) -> Vec<Update<D>> {
    changes(rng, make).into_iter().filter(|update| update.2 > 0).collect()
}

/// Rows, with the end of every epoch (but now and then of none); stream time advances by up to
/// `stride` an epoch.
pub(crate) fn timed<D>(
    rng: &mut Rng,
    rows: Vec<Update<D>>,
    stride: Instant,
) -> Vec<Update<Timed<D>>> {
    let rows = rows.into_iter().map(|(row, epoch, diff)| (Timed::Row(row), epoch, diff));
    let mut history: Vec<_> = rows.collect();
    let mut now = 0;
    for epoch in (0..EPOCHS).filter(|_| rng.u8(0..6) > 0).collect::<Vec<_>>() {
        now += rng.i64(0..stride);
        history.push((Timed::End { now, ends_cut: rng.bool() }, epoch, 1));
    }
    history
}

/// Both histories as one.
pub(crate) fn both<L, R>(left: Vec<Update<L>>, right: Vec<Update<R>>) -> Vec<Update<Either<L, R>>> {
    let left = left.into_iter().map(|(row, epoch, diff)| (Either::Left(row), epoch, diff));
    let right = right.into_iter().map(|(row, epoch, diff)| (Either::Right(row), epoch, diff));
    left.chain(right).collect()
}

/// The parts of a collection.
pub(crate) fn parts<'scope, L: Row, R: Row>(
    rows: Rows<'scope, Either<L, R>>,
) -> (Rows<'scope, L>, Rows<'scope, R>) {
    let left = rows.clone().flat_map(|row| match row {
        Either::Left(row) => Some(row),
        Either::Right(_) => None,
    });
    let right = rows.flat_map(|row| match row {
        Either::Left(_) => None,
        Either::Right(row) => Some(row),
    });
    (left, right)
}

/// The rows of a timed collection, and its ticks, which cannot be undone.
pub(crate) fn with_ticks<'scope, D: Row>(
    rows: Rows<'scope, Timed<D>>,
) -> (Rows<'scope, D>, Ticks<'scope>) {
    let ends = rows.clone().inner.flat_map(|(row, epoch, diff)| match row {
        Timed::End { now, ends_cut } if diff > 0 => {
            Some(Tick { epoch, now, since: Instant::MIN, ends_cut })
        }
        _ => None,
    });
    let rows = rows.flat_map(|row| match row {
        Timed::Row(row) => Some(row),
        Timed::End { .. } => None,
    });
    (rows, ends.broadcast())
}

/// The updates of the left rows.
pub(crate) fn lefts<L: Clone, R>(history: &[Update<Either<L, R>>]) -> Vec<Update<L>> {
    let left = history.iter().filter_map(|(row, epoch, diff)| match row {
        Either::Left(row) => Some((row.clone(), *epoch, *diff)),
        Either::Right(_) => None,
    });
    left.collect()
}

/// The updates of the right rows.
pub(crate) fn rights<L, R: Clone>(history: &[Update<Either<L, R>>]) -> Vec<Update<R>> {
    let right = history.iter().filter_map(|(row, epoch, diff)| match row {
        Either::Left(_) => None,
        Either::Right(row) => Some((row.clone(), *epoch, *diff)),
    });
    right.collect()
}

/// The updates of the rows of a timed history.
pub(crate) fn untimed<D: Clone>(history: &[Update<Timed<D>>]) -> Vec<Update<D>> {
    let rows = history.iter().filter_map(|(row, epoch, diff)| match row {
        Timed::Row(row) => Some((row.clone(), *epoch, *diff)),
        Timed::End { .. } => None,
    });
    rows.collect()
}

/// The ticks of a timed history.
pub(crate) fn ticks<D>(history: &[Update<Timed<D>>]) -> Vec<Tick> {
    let ticks = history.iter().filter_map(|(row, epoch, _diff)| match row {
        Timed::Row(_) => None,
        Timed::End { now, ends_cut } => {
            Some(Tick { epoch: *epoch, now: *now, since: Instant::MIN, ends_cut: *ends_cut })
        }
    });
    ticks.collect()
}
