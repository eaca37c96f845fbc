//! Going on behind a sealed cut: from what was folded for good, and the raw rows that were not, cut by cut as they came.
//!
//! ```text
//! state.accounts ─────────────────────────▶ bases
//! raw.reference ── all ───────────────────┐
//! raw.topups ───── hot, or just arrived ──┼─ by arrival cut ─▶ slices, with the cut's stream time and since
//! raw.usage ────── hot, and a margin ─────┘
//! ```
//!
//! **The margin.** A record is judged by what dedup remembers when it arrives. So from the first cut on that took in a
//! record that is not folded for good, what was remembered then is read, too: it passes dedup, and the fold passes it
//! over. Top-ups are remembered by their arrival; those from before stream time began for good, and they are always read.

mod past;

mod replay;

mod rows;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use connectors::lake::{Arrivals, CutFacts, Lake, LakeError, LiveFile};
use datasets::dictionary::Table;
use datasets::tables;
use datasets::units::EventTime;

pub use past::Past;
pub use replay::{Replay, Slice};

use super::RuntimeError;
use super::orders::{Accounting, Start};
use crate::charging::Base;
use crate::charging::base::{FOLD, STEP_VERSION};
use crate::mediation::TOPUP_MEMORY;
use crate::names::Names;
use past::{cuts_passed, reaches, usage_needed_from};
use rows::{Reader, number};

/// Reads back what a lake has recorded.
pub struct Recovery<'a> {
    lake: &'a Lake,
    start: &'a Start,
    names: &'a Names,
}

impl<'a> Recovery<'a> {
    /// A recovery to the cut of `start`.
    #[must_use]
    pub fn new(lake: &'a Lake, start: &'a Start, names: &'a Names) -> Self {
        Self { lake, start, names }
    }

    /// Usage records by state, as the sealed cut has them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn accounting(&self) -> Result<Accounting, LakeError> {
        let mut accounting = Accounting::default();
        for batch in self.read(&tables::USAGE_ACCOUNTING)? {
            let batch = batch?;
            let (states, reasons) =
                (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
            let counts = batch.column(2).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                accounting.add(states.value(row), reasons.value(row), counts.value(row));
            }
        }
        Ok(accounting)
    }

    /// What accounts were folded to for good, a batch at a time.
    ///
    /// # Errors
    /// When the table cannot be read, or was written by another version of the fold.
    pub fn bases(
        &self,
    ) -> Result<impl Iterator<Item = Result<Vec<Base>, RuntimeError>> + use<'a>, RuntimeError> {
        let (names, refolds) = (self.names, self.start.refolds());
        // Another version's states say nothing to this one.
        let batches = self.read(&tables::STATE_ACCOUNTS)?.filter(move |_| !refolds);
        Ok(batches.map(move |batch| bases_of(&batch?, names)))
    }

    /// The rows of bases as they are, whatever version of the fold wrote them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn rows_of_bases(
        &self,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + use<>, LakeError> {
        self.read(&tables::STATE_ACCOUNTS)
    }

    /// What the sealed cuts took in and is not folded for good.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn replay(&self) -> Result<Replay, LakeError> {
        let past = self.past()?;
        let facts = &self.start.facts;
        let loaded = self.start.loaded().0;
        let oldest = loaded.saturating_sub(2 * TOPUP_MEMORY);
        let reader = Reader::new(&facts.sources, past.clone(), self.names.clone());
        let changes = {
            let reader = reader.clone();
            let files = self.files(&tables::RAW_REFERENCE, |_file| true)?;
            Arrivals::of(self.lake, (&tables::RAW_REFERENCE, files), move |batch| {
                reader.changes(batch)
            })
        };
        let topups = {
            let (reader, old) = (reader.clone(), cuts_passed(&past, oldest));
            let files = self.files(&tables::RAW_TOPUPS, |file| {
                let is_old = |(first, last)| old.start <= number(first) && number(last) < old.end;
                let arrived = file.bounds("arrival_cut");
                reaches(file, "topped_up_at", oldest) || !arrived.is_some_and(is_old)
            })?;
            Arrivals::of(self.lake, (&tables::RAW_TOPUPS, files), move |batch| {
                reader.topups(batch, (oldest, &old))
            })
        };
        let files = self.files(&tables::RAW_USAGE, |_file| true)?;
        let oldest = usage_needed_from(loaded, &past, &files);
        let files = files.into_iter().filter(|file| reaches(file, "started_at", oldest)).collect();
        let usage = Arrivals::of(self.lake, (&tables::RAW_USAGE, files), move |batch| {
            reader.usage(batch, oldest)
        });
        Ok(Replay::begin((past, self.start.refolds()), usage, topups, changes))
    }

    /// The sealed cuts in their order; the last cut's own row is not yet in the table.
    fn past(&self) -> Result<Vec<Past>, LakeError> {
        let mut past = Vec::new();
        for batch in self.read(&tables::CUTS)? {
            let batch = batch?;
            let cuts = batch.column(0).as_primitive::<Int64Type>().values();
            let instants =
                |place| batch.column(place).as_primitive::<TimestampMicrosecondType>().iter();
            let (nows, sinces, seals) = (instants(1), instants(2), instants(3));
            type Instants = ((Option<i64>, Option<i64>), Option<i64>);
            let row = |(cut, ((now, since), sealed_at)): (&i64, Instants)| Past {
                cut: number(*cut),
                now: now.map_or(EventTime::MIN, EventTime),
                since: since.map_or(EventTime::MIN, EventTime),
                sealed_at: sealed_at.map_or(EventTime::MAX, EventTime),
            };
            past.extend(cuts.iter().zip(nows.zip(sinces).zip(seals)).map(row));
        }
        let facts = &self.start.facts;
        if facts.cut > 0 {
            let CutFacts { cut, now, since, .. } = *facts;
            past.push(Past { cut, now, since, sealed_at: EventTime::MAX });
        }
        past.sort_unstable_by_key(|past| past.cut);
        past.dedup_by_key(|past| past.cut);
        Ok(past)
    }

    fn files(
        &self,
        table: &'static Table,
        keep: impl Fn(&LiveFile) -> bool,
    ) -> Result<Vec<LiveFile>, LakeError> {
        let version = self.start.versions.get(&table.qualified_name());
        let files = version.map(|version| self.lake.live_files(table, *version)).transpose()?;
        Ok(files.into_iter().flatten().filter(keep).collect())
    }

    fn read(
        &self,
        table: &'static Table,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + use<>, LakeError> {
        let version = self.start.versions.get(&table.qualified_name());
        let rows = version.map(|version| self.lake.read(table, *version)).transpose()?;
        Ok(rows.into_iter().flatten())
    }
}

fn bases_of(batch: &RecordBatch, names: &Names) -> Result<Vec<Base>, RuntimeError> {
    let (accounts, states) =
        (batch.column(0).as_string::<i32>(), batch.column(3).as_string::<i32>());
    let versions = batch.column(2).as_primitive::<Int32Type>();
    let base = |row: usize| {
        let (account, version) = (accounts.value(row), versions.value(row));
        if u32::try_from(version) != Ok(STEP_VERSION) {
            let sealed = i64::from(version);
            return Err(RuntimeError::StepVersion {
                fold: FOLD.to_owned(),
                sealed,
                ours: STEP_VERSION,
            });
        }
        Base::read(names.intern_account(account), states.value(row))
            .map_err(|source| RuntimeError::State { account: account.to_owned(), source })
    };
    (0..batch.num_rows()).map(base).collect()
}
