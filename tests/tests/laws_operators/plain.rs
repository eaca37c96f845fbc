//! `split`, `latest_by` and `expire`.

use std::collections::BTreeMap;

use fastrand::Rng;
use operators::accumulate::accumulate;
use operators::expire::Expire;
use operators::latest_by::LatestBy;
use operators::rows::{Diff, Epoch, Instant, Rows};
use operators::split::Split;
use weir_tests::laws::{Law, Update};

use crate::history::{SEEDS, Timed, changes, ticks, timed, untimed, with_ticks};

#[test]
fn split_parts_what_it_is_given() {
    type Row = Result<u8, u8>;
    fn build(rows: Rows<'_, Row>) -> Rows<'_, (bool, u8)> {
        let (oks, errs) = rows.split();
        oks.map(|row| (true, row)).concat(errs.map(|row| (false, row)))
    }
    fn answer(history: &[Update<Row>]) -> BTreeMap<(bool, u8), Diff> {
        let rows = accumulate(history, Epoch::MAX).into_iter();
        rows.map(|(row, copies)| ((row.is_ok(), row.unwrap_or_else(|row| row)), copies)).collect()
    }
    for seed in SEEDS {
        let make = |rng: &mut Rng| if rng.bool() { Ok(rng.u8(0..5)) } else { Err(rng.u8(0..5)) };
        let history = changes(&mut Rng::with_seed(seed), make);
        let law = Law { seed, history, build };
        law.oracle(answer);
        law.steps();
        law.order();
        law.workers();
        law.undo();
    }
}

#[test]
fn latest_by_keeps_the_greatest_version() {
    /// Key, version, content.
    type Row = (u8, u8, u8);
    fn build(rows: Rows<'_, Row>) -> Rows<'_, Row> {
        rows.latest_by(|row| row.0, |row| row.1)
    }
    fn answer(history: &[Update<Row>]) -> BTreeMap<Row, Diff> {
        let rows = accumulate(history, Epoch::MAX).into_keys();
        let latest: BTreeMap<u8, Row> = rows.map(|row| (row.0, row)).collect();
        latest.into_values().map(|row| (row, 1)).collect()
    }
    for seed in SEEDS {
        let make = |rng: &mut Rng| (rng.u8(0..4), rng.u8(0..4), rng.u8(0..2));
        let history = changes(&mut Rng::with_seed(seed), make);
        let law = Law { seed, history, build };
        law.oracle(answer);
        law.steps();
        law.order();
        law.workers();
        law.undo();
    }
}

#[test]
fn expire_equals_filtering_by_now() {
    /// Content, expiry.
    type Row = (u8, Instant);
    fn build(rows: Rows<'_, Timed<Row>>) -> Rows<'_, Row> {
        let (rows, ticks) = with_ticks(rows);
        rows.expire(ticks, |row| row.1)
    }
    fn answer(history: &[Update<Timed<Row>>]) -> BTreeMap<Row, Diff> {
        let now = ticks(history).iter().map(|tick| tick.now).max().unwrap_or(Instant::MIN);
        let mut rows = accumulate(&untimed(history), Epoch::MAX);
        rows.retain(|row, _copies| row.1 > now);
        rows
    }
    for seed in SEEDS {
        let rng = &mut Rng::with_seed(seed);
        let rows = changes(rng, |rng| match rng.u8(0..8) {
            0 => (rng.u8(0..2), Instant::MAX),
            _ => (rng.u8(0..2), rng.i64(0..30)),
        });
        let law = Law { seed, history: timed(rng, rows, 8), build };
        law.oracle(answer);
        law.steps();
        law.order();
        law.workers();
        law.undo();
    }
}
