//! A random but repeatable history: what each cut adds, corrects and removes, and what the tables hold after it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use connectors::lake::{
    Clock, Committer, Contribution, CutFacts, FileWriter, Lake, LakeError, Retention, Seal, Upkeep,
};
use datasets::dictionary::Table;
use datasets::tables::{BALANCES, CHARGES, RAW_TOPUPS, USAGE_ACCOUNTING};
use datasets::units::EventTime;
use fastrand::Rng;

use super::rows::{self, Balance, Charge, TopUp};

const PARTITIONS: i32 = 3;
const WORKERS: usize = 2;

/// The tables that the history changes.
pub(super) static CHANGED: [&Table; 4] = [&CHARGES, &BALANCES, &RAW_TOPUPS, &USAGE_ACCOUNTING];

/// What one worker does to the tables in one cut.
#[derive(Clone, Debug, Default)]
struct Work {
    charges: (Vec<Charge>, Vec<Charge>),
    balances: (Vec<Balance>, Vec<Balance>),
    topups: Vec<TopUp>,
    accounting: Option<Vec<(String, i64)>>,
}

/// One cut: what each worker does, and what each changed table holds afterwards.
#[derive(Clone, Debug)]
pub(super) struct Step {
    work: Vec<Work>,
    pub(super) expected: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
struct Model {
    charges: BTreeMap<(i32, i64), i128>,
    balances: BTreeMap<String, i128>,
    topups: Vec<TopUp>,
    accounting: Vec<(String, i64)>,
    next_offset: i64,
    waiting: Vec<(i32, i64)>,
}

/// The history of a seed; about `size` rows come in each cut.
pub(super) fn history(seed: u64, cuts: usize, size: usize) -> Vec<Step> {
    let mut rng = Rng::with_seed(seed);
    let mut model = Model::default();
    let mut step = |_| {
        let mut work = vec![Work::default(); WORKERS];
        model.change_charges(&mut rng, size, &mut work);
        model.change_balances(&mut rng, size, &mut work);
        model.append_topups(&mut rng, size, &mut work);
        model.replace_accounting(&mut rng, &mut work);
        Step { work, expected: model.lines() }
    };
    (0..cuts).map(&mut step).collect()
}

impl Model {
    /// New records, some of which are rated only later; corrections; prices taken back.
    fn change_charges(&mut self, rng: &mut Rng, size: usize, work: &mut [Work]) {
        let corrected = rng.usize(..=size / 4).min(self.charges.len());
        for key in rng.choose_multiple(self.charges.keys().copied(), corrected) {
            let worker = &mut work[usize::try_from(key.0).unwrap() % WORKERS].charges;
            let old = self.charges.remove(&key).unwrap();
            worker.1.push((key.0, key.1, old));
            match rng.bool() {
                true => self.rate(rng, key, worker),
                false => self.waiting.push(key),
            }
        }
        for _ in 0..rng.usize(..=size) {
            let key = (rng.i32(0..PARTITIONS), self.next_offset);
            self.next_offset += 1;
            match rng.u8(..10) {
                0 => self.waiting.push(key),
                _ => self.rate(
                    rng,
                    key,
                    &mut work[usize::try_from(key.0).unwrap() % WORKERS].charges,
                ),
            }
        }
        if rng.u8(..3) == 0 {
            let removed = |key: &(i32, i64)| {
                !work.iter().any(|work| work.charges.1.iter().any(|row| (row.0, row.1) == *key))
            };
            let (ready, rest) = std::mem::take(&mut self.waiting).into_iter().partition(removed);
            self.waiting = rest;
            for key in Vec::from_iter::<Vec<(i32, i64)>>(ready) {
                self.rate(rng, key, &mut work[usize::try_from(key.0).unwrap() % WORKERS].charges);
            }
        }
    }

    fn rate(&mut self, rng: &mut Rng, key: (i32, i64), worker: &mut (Vec<Charge>, Vec<Charge>)) {
        let price = i128::from(rng.i64(-5_000_000_000..50_000_000_000));
        self.charges.insert(key, price);
        worker.0.push((key.0, key.1, price));
    }

    fn change_balances(&mut self, rng: &mut Rng, size: usize, work: &mut [Work]) {
        for _ in 0..rng.usize(..=size / 2) {
            let number = rng.usize(..size * 4);
            let account = format!("account-{number:04}");
            let worker = &mut work[number % WORKERS].balances;
            if worker.0.iter().chain(&worker.1).any(|row| row.0 == account) {
                continue;
            }
            if let Some(old) = self.balances.remove(&account) {
                worker.1.push((account.clone(), old));
            }
            if rng.u8(..5) > 0 {
                let amount = i128::from(rng.i64(..)) * 1_000;
                self.balances.insert(account.clone(), amount);
                worker.0.push((account, amount));
            }
        }
    }

    fn append_topups(&mut self, rng: &mut Rng, size: usize, work: &mut [Work]) {
        for _ in 0..rng.usize(..=size / 8) {
            let row = (i64::try_from(self.topups.len()).unwrap(), i128::from(rng.u32(..)));
            self.topups.push(row);
            work[0].topups.push(row);
        }
    }

    fn replace_accounting(&mut self, rng: &mut Rng, work: &mut [Work]) {
        if rng.bool() {
            let states = ["rated", "pending", "suspended", "duplicate"];
            let count = rng.usize(..=4);
            let row = |state: &&str| (state.to_string(), rng.i64(0..1_000));
            self.accounting = states[..count].iter().map(row).collect();
            work[0].accounting = Some(self.accounting.clone());
        }
    }

    fn lines(&self) -> BTreeMap<String, Vec<String>> {
        let charges: Vec<Charge> =
            self.charges.iter().map(|(key, price)| (key.0, key.1, *price)).collect();
        let balances: Vec<Balance> = self.balances.clone().into_iter().collect();
        let tables = [
            (&CHARGES, rows::charges(&charges)),
            (&BALANCES, rows::balances(&balances)),
            (&RAW_TOPUPS, rows::topups(&self.topups)),
            (&USAGE_ACCOUNTING, rows::accounting(&self.accounting)),
        ];
        tables.map(|(table, batch)| (table.qualified_name(), rows::lines([batch]))).into()
    }
}

/// A committer with the files of its workers.
pub(super) struct Run {
    pub(super) committer: Committer,
    writers: Vec<FileWriter>,
}

impl Run {
    /// Opens the lake; returns the last sealed cut.
    pub(super) fn open(lake: &Lake, upkeep: Upkeep) -> Result<(Self, u64), LakeError> {
        let (committer, seal) = Committer::open_with(lake.clone(), upkeep)?;
        let generation = committer.generation();
        let writers =
            (0..WORKERS).map(|worker| FileWriter::new(lake, generation, worker)).collect();
        Ok((Self { committer, writers }, seal.map_or(0, |seal| seal.facts.cut)))
    }

    /// Writes and commits one cut.
    pub(super) fn commit(&mut self, cut: u64, step: &Step) -> Result<Seal, LakeError> {
        let mut contributions = Vec::new();
        for (worker, work) in step.work.iter().enumerate() {
            contributions.push(contribute(&mut self.writers[worker], worker, cut, work)?);
        }
        let facts = CutFacts { cut, reason: "interval".to_owned(), ..CutFacts::default() };
        self.committer.commit(facts, contributions)
    }
}

fn contribute(
    writer: &mut FileWriter,
    worker: usize,
    cut: u64,
    work: &Work,
) -> Result<Contribution, LakeError> {
    let mut contribution = Contribution { worker, ..Contribution::default() };
    let charges = (rows::charges(&work.charges.0), rows::charges(&work.charges.1));
    let balances = (rows::balances(&work.balances.0), rows::balances(&work.balances.1));
    for (table, (added, removed)) in [(&CHARGES, charges), (&BALANCES, balances)] {
        if added.num_rows() > 0 {
            contribution.files.push(writer.write(table, cut, &added)?);
        }
        if removed.num_rows() > 0 {
            contribution.removals.push(FileWriter::removal(table, &removed));
        }
    }
    if !work.topups.is_empty() {
        contribution.files.push(writer.write(&RAW_TOPUPS, cut, &rows::topups(&work.topups))?);
    }
    if let Some(rows) = &work.accounting {
        contribution.files.push(writer.write(&USAGE_ACCOUNTING, cut, &rows::accounting(rows))?);
    }
    Ok(contribution)
}

/// A clock that starts at some second of the history, and goes on by some seconds per glance.
fn ticking(start: i64, seconds: i64) -> Clock {
    let at = Arc::new(AtomicI64::new(1_700_000_000 + start));
    Clock::new(move || EventTime(at.fetch_add(seconds, Ordering::Relaxed) * 1_000_000))
}

/// Upkeep that happens often enough to matter in a short history.
pub(super) fn busy_upkeep() -> Upkeep {
    Upkeep {
        clock: ticking(0, 1),
        merged_files: 3,
        checkpoint_every: 4,
        wait: true,
        ..Upkeep::default()
    }
}

/// The same from some second on, where a cut takes twenty seconds and is forgotten before long.
pub(super) fn forgetful_upkeep(start: i64) -> Upkeep {
    let retention = Retention { every_cut_s: 100, each_minute_s: 600, each_hour_s: 7_200 };
    Upkeep { clock: ticking(start, 10), retention, ..busy_upkeep() }
}

/// Runs the cuts that are not sealed yet.
pub(super) fn run_to_end(lake: &Lake, history: &[Step]) -> Result<(), LakeError> {
    run_with(lake, history, busy_upkeep())
}

/// The same with chosen upkeep.
pub(super) fn run_with(lake: &Lake, history: &[Step], upkeep: Upkeep) -> Result<(), LakeError> {
    let (mut run, sealed) = Run::open(lake, upkeep)?;
    for cut in sealed + 1..=u64::try_from(history.len()).unwrap() {
        run.commit(cut, &history[usize::try_from(cut).unwrap() - 1])?;
    }
    Ok(())
}

/// Checks that a sealed cut holds what the history says, and what its seal says.
pub(super) fn check_cut(lake: &Lake, history: &[Step], cut: u64) {
    let seal = lake.seal(cut).unwrap();
    for table in CHANGED {
        let name = table.qualified_name();
        let expected = &history[usize::try_from(cut).unwrap() - 1].expected[&name];
        assert_eq!(
            &rows::read(lake, table, seal.tables[&name].version),
            expected,
            "{name} at {cut}"
        );
    }
    let report = lake.verify(cut).unwrap();
    assert!(report.is_whole(), "cut {cut}: {:?}", report.problems);
}
