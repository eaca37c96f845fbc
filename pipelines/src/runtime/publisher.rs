//! The encode thread of a worker: it writes raw rows as they come, and at the end of a cut everything that changed.

mod kept;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender};

use arrow::array::{ArrayRef, BinaryArray, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use connectors::lake::{Contribution, FileWriter, LakeError};
use connectors::source::{DeadLetter, Role};
use datasets::dictionary::Table;
use datasets::tables;
use datasets::units::EventTime;
use operators::dedup::verdicts::Duplicate;
use operators::rows::{Diff, Epoch};
use operators::timeline::BaseChange;

use super::RuntimeError;
use super::clerk::{Clerk, Outcome};
use super::orders::{Accounting, CutShare};
use crate::charging::fold::Suspended;
use crate::charging::{Base, Charging, Output};
use crate::decisions::credit_bars::{Band, assessed};
use crate::decisions::standing::turns;
use crate::mediation::Lateness;
use crate::publish::encode::{batch, counts, words};
use crate::publish::{CutRows, Encoder, Movement, cut_rows};
use kept::Kept;

/// How many jobs may wait before the worker takes in nothing more.
const JOBS_WAITING: usize = 64;

/// What a worker gives to its encode thread.
pub enum Job {
    /// Rows of a raw table, with what was decided at arrival (none for reference data).
    Raw {
        /// The cut.
        cut: u64,
        /// What the rows are.
        role: Role,
        /// The rows, without the columns that arrival decides.
        rows: RecordBatch,
        /// What arrival decided about each.
        lateness: Vec<Lateness>,
    },
    /// Records that could not be decoded.
    Dead {
        /// The cut.
        cut: u64,
        /// The records.
        letters: Vec<DeadLetter>,
    },
    /// The end of a cut, with what the dataflow produced for it.
    Cut(Box<CutJob>),
}

/// What the dataflow produced for a cut, as it lay on the shelves.
pub struct CutJob {
    /// The cut.
    pub cut: u64,
    /// Rows of charging.
    pub outputs: Vec<Vec<(Output, Epoch, Diff)>>,
    /// Duplicates among usage.
    pub duplicates: Vec<Vec<(Duplicate, Epoch, Diff)>>,
    /// Duplicates among top-ups.
    pub topup_duplicates: Vec<Vec<(Duplicate, Epoch, Diff)>>,
    /// Usage that arrival has set aside.
    pub aside: Vec<Suspended>,
    /// Changes of what is folded for good.
    pub bases: Vec<Vec<BaseChange<Charging>>>,
    /// What is folded for good in this cut.
    pub since: EventTime,
    /// What is known of the cut so far: positions, and counts of what dataflow rows do not show.
    pub share: CutShare,
}

/// A worker's encode thread.
pub struct Publisher {
    clerk: Clerk<Job, (u64, CutShare)>,
    /// Jobs given and not yet done.
    waiting: Arc<AtomicUsize>,
}

impl Publisher {
    /// Starts the thread; `wake` is called when a cut is written.
    pub fn start(desk: (FileWriter, Encoder, Band), wake: impl Fn() + Send + 'static) -> Self {
        let (writer, encoder, band) = desk;
        let waiting = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&waiting);
        let desk = Desk { writer, encoder, band, open: BTreeMap::new() };
        let clerk =
            Clerk::start("encode", move |jobs, done| desk.work(jobs, &count, (done, &wake)));
        Self { clerk, waiting }
    }

    /// Whether so much waits that the worker should take in nothing more.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= JOBS_WAITING
    }

    /// Hands a job over.
    pub fn give(&self, job: Job) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.clerk.give(job);
    }

    /// A cut that has been written, if there is one.
    ///
    /// # Errors
    /// When one could not be written, or the thread has panicked.
    pub fn finished(&mut self) -> Result<Option<(u64, CutShare)>, RuntimeError> {
        self.clerk.finished()
    }

    /// Lets the thread finish what it has.
    pub fn stop(self) {
        self.clerk.stop();
    }
}

/// The thread's own state.
struct Desk {
    band: Band,
    writer: FileWriter,
    encoder: Encoder,
    /// Rows of the next cut come while the last one is still in the dataflow.
    open: BTreeMap<u64, OpenCut>,
}

/// What is kept and written for a cut that has not ended.
#[derive(Default)]
struct OpenCut {
    raw: Vec<(&'static Table, Kept)>,
    contribution: Contribution,
}

impl OpenCut {
    /// The rows that are kept for a table.
    fn kept(&mut self, table: &'static Table) -> &mut Kept {
        let same = |(kept, _): &(&'static Table, _)| std::ptr::eq(*kept, table);
        let place = self.raw.iter().position(same).unwrap_or_else(|| {
            self.raw.push((table, Kept::default()));
            self.raw.len() - 1
        });
        &mut self.raw[place].1
    }
}

type Done = Sender<Outcome<(u64, CutShare)>>;

impl Desk {
    fn work(
        mut self,
        jobs: &Receiver<Job>,
        waiting: &AtomicUsize,
        (done, wake): (&Done, &impl Fn()),
    ) {
        for job in jobs {
            let finished = self.take(job).transpose();
            waiting.fetch_sub(1, Ordering::Relaxed);
            let Some(outcome) = finished else { continue };
            let failed = outcome.is_err();
            if done.send(outcome).is_err() || failed {
                return wake();
            }
            wake();
        }
    }

    fn take(&mut self, job: Job) -> Result<Option<(u64, CutShare)>, LakeError> {
        match job {
            Job::Raw { cut, role, rows, lateness } => {
                let table = raw_table(role);
                self.keep(cut, table, arrived(table, cut, &rows, &lateness))?;
                Ok(None)
            }
            Job::Dead { cut, letters } => {
                self.keep(cut, &tables::DEAD_LETTERS, self.dead_letters(cut, &letters))?;
                self.keep(cut, &tables::VAULT_DEAD_LETTERS, self.vault(&letters))?;
                Ok(None)
            }
            Job::Cut(job) => self.finish(*job).map(Some),
        }
    }

    /// Keeps ledger rows until there are enough for a file.
    fn keep(
        &mut self,
        cut: u64,
        table: &'static Table,
        rows: RecordBatch,
    ) -> Result<(), LakeError> {
        let kept = self.open.entry(cut).or_default().kept(table);
        match kept.push(rows) {
            Some(batches) => self.write_all(cut, table, &batches),
            None => Ok(()),
        }
    }

    fn write_all(
        &mut self,
        cut: u64,
        table: &'static Table,
        batches: &[RecordBatch],
    ) -> Result<(), LakeError> {
        let Some(first) = batches.first() else { return Ok(()) };
        let rows = concat_batches(&first.schema(), batches).expect("batches share a schema");
        self.write(cut, table, &rows)
    }

    fn write(
        &mut self,
        cut: u64,
        table: &'static Table,
        rows: &RecordBatch,
    ) -> Result<(), LakeError> {
        if rows.num_rows() > 0 {
            let file = self.writer.write(table, cut, rows)?;
            self.open.entry(cut).or_default().contribution.files.push(file);
        }
        Ok(())
    }

    fn finish(&mut self, job: CutJob) -> Result<(u64, CutShare), LakeError> {
        let raw = std::mem::take(&mut self.open.entry(job.cut).or_default().raw);
        for (table, kept) in raw {
            self.write_all(job.cut, table, &kept.batches)?;
        }
        let mut rows = CutRows::default();
        for (output, _, diff) in job.outputs.into_iter().flatten() {
            rows.push(output, diff);
        }
        rows.suspended.extend(job.aside.into_iter().map(|suspended| (suspended, 1)));
        let bases = job.bases.into_iter().flatten();
        rows.bases.extend(bases.map(|(base, _, diff)| (Base::of(base), diff)));
        rows.duplicates = net_duplicates(job.duplicates);
        rows.consolidate();
        let duplicate_count = rows.duplicates.len();
        rows.duplicates.extend(net_duplicates(job.topup_duplicates));
        self.write_rows(job.cut, &rows)?;
        self.write_bases(job.cut, (job.since, &rows.bases))?;
        let mut share = job.share;
        let turns = (turns(&rows.credits), self.band);
        share.assessed = assessed(turns, |account| self.encoder.account(account));
        count(&rows, duplicate_count, &mut share.accounting);
        share.contribution.join(self.open.remove(&job.cut).unwrap_or_default().contribution);
        Ok((job.cut, share))
    }

    fn write_rows(&mut self, cut: u64, rows: &CutRows) -> Result<(), LakeError> {
        let encoder = self.encoder.clone();
        let charges = rows.charges.iter().map(|(charge, diff)| Movement::of_charge(charge, *diff));
        let topups = rows.topups.iter().map(|(topup, diff)| Movement::of_topup(topup, *diff));
        let movements: Vec<Movement> = charges.chain(topups).collect();
        self.write(cut, &tables::BALANCE_MOVEMENTS, &encoder.movements(cut, &movements))?;
        self.write(cut, &tables::DUPLICATES, &encoder.duplicates(cut, &rows.duplicates))?;
        self.change(cut, (&tables::CHARGES, &rows.charges), |rows| encoder.charges(rows))?;
        self.change(cut, (&tables::SUSPENDED_USAGE, &rows.suspended), |rows| {
            encoder.suspended(rows)
        })?;
        self.change(cut, (&tables::BALANCES, &rows.balances), |rows| encoder.balances(rows))?;
        self.change(cut, (&tables::CREDIT, &rows.credits), |rows| encoder.credits(rows))?;
        self.write(cut, &tables::ALLOWANCE_MOVEMENTS, &encoder.unit_movements(cut, &rows.units))?;
        self.change(cut, (&tables::ALLOWANCES, &rows.buckets), |rows| encoder.allowances(rows))
    }

    fn write_bases(
        &mut self,
        cut: u64,
        (since, bases): (EventTime, &[(Base, isize)]),
    ) -> Result<(), LakeError> {
        let encoder = self.encoder.clone();
        self.change(cut, (&tables::STATE_ACCOUNTS, bases), |rows| encoder.bases(since, rows))
    }

    /// Writes the rows of a current table that come, and names those that go.
    fn change<D: Clone>(
        &mut self,
        cut: u64,
        (table, rows): (&'static Table, &[(D, isize)]),
        encode: impl Fn(&[D]) -> RecordBatch,
    ) -> Result<(), LakeError> {
        let of = |sign: isize| {
            let chosen = rows.iter().filter(move |(_, diff)| *diff == sign);
            chosen.map(|(row, _)| row.clone()).collect::<Vec<D>>()
        };
        let (come, go) = (of(1), of(-1));
        assert!(come.len() + go.len() == rows.len(), "a row of {} comes or goes once", table.name);
        if !go.is_empty() {
            let removal = FileWriter::removal(table, &encode(&go));
            self.open.entry(cut).or_default().contribution.removals.push(removal);
        }
        self.write(cut, table, &encode(&come))
    }

    fn dead_letters(&self, cut: u64, letters: &[DeadLetter]) -> RecordBatch {
        let mut columns = vec![counts(letters.iter().map(|_| cut))];
        columns.extend(self.encoder.provenances(letters.iter().map(|letter| letter.provenance)));
        columns.extend([
            plain(letters.iter().map(|letter| &*letter.topic)),
            plain(letters.iter().map(|letter| letter.reason)),
            plain(letters.iter().map(|letter| &*letter.detail)),
            plain(letters.iter().map(|letter| &*letter.masked_payload)),
        ]);
        batch(&tables::DEAD_LETTERS, columns)
    }

    fn vault(&self, letters: &[DeadLetter]) -> RecordBatch {
        let mut columns = self.encoder.provenances(letters.iter().map(|letter| letter.provenance));
        let keys: BinaryArray = letters.iter().map(|letter| letter.key.as_deref()).collect();
        let payloads: BinaryArray = letters.iter().map(|letter| Some(&*letter.payload)).collect();
        columns.push(plain(letters.iter().map(|letter| &*letter.topic)));
        let headers: StringArray = letters.iter().map(|letter| letter.header.as_deref()).collect();
        columns.extend::<[ArrayRef; 3]>([Arc::new(keys), Arc::new(payloads), Arc::new(headers)]);
        batch(&tables::VAULT_DEAD_LETTERS, columns)
    }
}

fn plain<'a>(rows: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(rows.map(Some).collect::<StringArray>())
}

fn raw_table(role: Role) -> &'static Table {
    match role {
        Role::Usage => &tables::RAW_USAGE,
        Role::TopUps => &tables::RAW_TOPUPS,
        Role::Reference(_) => &tables::RAW_REFERENCE,
    }
}

/// The rows with the columns that arrival decides.
fn arrived(table: &Table, cut: u64, rows: &RecordBatch, lateness: &[Lateness]) -> RecordBatch {
    let column = |column: &datasets::dictionary::Column| match column.name {
        "arrival_cut" => counts((0..rows.num_rows()).map(|_| cut)),
        "lateness" => words(lateness.iter().map(|lateness| lateness.as_str())),
        name => rows.column_by_name(name).expect("sources give every other column").clone(),
    };
    batch(table, table.columns.iter().map(column).collect())
}

/// Duplicates that stand at the end of the cut: within it they may have been told and taken back.
fn net_duplicates(changes: Vec<Vec<(Duplicate, Epoch, Diff)>>) -> Vec<cut_rows::Duplicate> {
    let mut net: Vec<_> =
        changes.into_iter().flatten().map(|(duplicate, _, diff)| (duplicate, diff)).collect();
    differential_dataflow::consolidation::consolidate(&mut net);
    let row = |(Duplicate { provenance, of }, diff): (Duplicate, Diff)| {
        assert!(diff == 1, "a duplicate is never taken back after its cut");
        let place = datasets::provenance::Provenance::from_packed;
        cut_rows::Duplicate { provenance: place(provenance), of: place(of) }
    };
    net.into_iter().map(row).collect()
}

/// How the rows of a cut change the number of records in each state.
fn count(rows: &CutRows, duplicates: usize, accounting: &mut Accounting) {
    let net = |diffs: &mut dyn Iterator<Item = isize>| {
        i64::try_from(diffs.sum::<isize>()).expect("a cut has fewer than 2^63 rows")
    };
    accounting.add("rated", "", net(&mut rows.charges.iter().map(|(_, diff)| *diff)));
    for (suspended, diff) in &rows.suspended {
        let diff = i64::try_from(*diff).expect("a row comes or goes once");
        accounting.add("suspended", suspended.reason.as_str(), diff);
    }
    let duplicates = i64::try_from(duplicates).expect("a cut has fewer than 2^63 rows");
    accounting.add("duplicate", "", duplicates);
}
