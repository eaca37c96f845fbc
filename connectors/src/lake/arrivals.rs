//! The rows of a raw table in the order of the cuts in which they arrived, as a stream.
//!
//! A file holds runs of rows whose cuts ascend: one run as it was written, and after merges of files that did not follow
//! each other, some. Runs are opened when their first cut is due, so that few are open at a time, each with one batch.

use std::collections::VecDeque;
use std::ops::Range;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datasets::dictionary::Table;
use datasets::units::EventTime;
use parquet::arrow::arrow_reader::RowSelection;
use serde_json::Value;

use super::Lake;
use super::error::LakeError;
use super::file_reader::StoredFile;
use super::reading::LiveFile;

/// The column that tells when a row arrived.
const ARRIVAL: &str = "arrival_cut";

/// Rows of one cut, and the cut.
pub type Arrived<T> = (u64, Vec<T>);

impl LiveFile {
    /// The least and the greatest value of a column, if its statistics tell them: numbers, or instants in microseconds.
    #[must_use]
    pub fn bounds(&self, column: &str) -> Option<(i64, i64)> {
        let stats: Value = serde_json::from_str(&self.stats).ok()?;
        let bound = |side: &str| match &stats[side][column] {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => EventTime::parse_rfc3339(text).ok().map(|at| at.0),
            _ => None,
        };
        Some((bound("minValues")?, bound("maxValues")?))
    }
}

/// Rows of which every batch is turned into values, in the order of their cuts.
pub struct Arrivals<T> {
    lake: Lake,
    table: &'static Table,
    decode: Decode<T>,
    /// What is not open yet, the earliest last.
    due: Vec<Due>,
    open: Vec<Open<T>>,
}

type Decode<T> = Box<dyn FnMut(&RecordBatch) -> Vec<Arrived<T>> + Send>;
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, LakeError>> + Send>;

/// A run of a file, or a file that has not been looked into.
struct Due {
    first_cut: u64,
    file: LiveFile,
    /// The rows of the run; nothing where the runs are not known.
    rows: Option<Range<u64>>,
}

/// A run that is being read.
struct Open<T> {
    batches: Batches,
    ready: VecDeque<Arrived<T>>,
}

impl<T> Arrivals<T> {
    /// Reads the given files of a table. `decode` turns a batch into values by cut, in the order of its rows; it may
    /// leave rows out.
    #[must_use]
    pub fn of(
        lake: &Lake,
        (table, files): (&'static Table, Vec<LiveFile>),
        decode: impl FnMut(&RecordBatch) -> Vec<Arrived<T>> + Send + 'static,
    ) -> Self {
        let due = files.into_iter().map(Due::of).collect();
        let (lake, decode) = (lake.clone(), Box::new(decode));
        let mut arrivals = Self { lake, table, decode, due, open: Vec::new() };
        arrivals.sort();
        arrivals
    }

    fn sort(&mut self) {
        self.due.sort_by_key(|due| std::cmp::Reverse(due.first_cut));
    }

    /// Opens every run that may hold rows of the earliest cut, and says where that is read next.
    fn earliest(&mut self) -> Result<Option<usize>, LakeError> {
        loop {
            let earliest = (0..self.open.len()).min_by_key(|place| self.open[*place].cut());
            let reached =
                |due: &Due| earliest.is_none_or(|place| due.first_cut <= self.open[place].cut());
            if !self.due.last().is_some_and(reached) {
                return Ok(earliest);
            }
            let due = self.due.pop().expect("there was a last one");
            match due.rows {
                Some(rows) => self.start(&due.file, rows)?,
                None => {
                    let runs = self.runs_of(due.file)?;
                    self.due.extend(runs);
                    self.sort();
                }
            }
        }
    }

    fn start(&mut self, file: &LiveFile, rows: Range<u64>) -> Result<(), LakeError> {
        let columns: Vec<usize> = (0..self.table.columns.len()).collect();
        let batches = Box::new(self.lake.rows_within(self.table, file, (&columns, rows))?);
        let mut open = Open { batches, ready: VecDeque::new() };
        if open.fill(&mut self.decode)? {
            self.open.push(open);
        }
        Ok(())
    }

    /// The runs of a file, from its arrival cuts alone.
    fn runs_of(&self, file: LiveFile) -> Result<Vec<Due>, LakeError> {
        let column = self.table.column(ARRIVAL).expect("raw tables tell when a row arrived");
        let mut runs: Vec<Due> = Vec::new();
        let (mut row, mut last) = (0, i64::MIN);
        for batch in self.lake.rows_within(self.table, &file, (&[column], 0..file.rows))? {
            for cut in batch?.column(0).as_primitive::<Int64Type>().values() {
                if *cut < last || runs.is_empty() {
                    let first_cut = u64::try_from(*cut).unwrap_or_default();
                    runs.push(Due { first_cut, file: file.clone(), rows: Some(row..row) });
                }
                (row, last) = (row + 1, *cut);
                let run = runs.last_mut().expect("a row is in a run");
                run.rows = run.rows.take().map(|rows| rows.start..row);
            }
        }
        Ok(runs)
    }
}

impl Due {
    fn of(file: LiveFile) -> Self {
        let (first, last) = file.bounds(ARRIVAL).unwrap_or((0, i64::MAX));
        let rows = (first == last).then_some(0..file.rows);
        Self { first_cut: u64::try_from(first).unwrap_or_default(), file, rows }
    }
}

impl<T> Open<T> {
    /// The cut of the rows that come next.
    fn cut(&self) -> u64 {
        self.ready.front().map_or(u64::MAX, |(cut, _)| *cut)
    }

    /// Reads on until there are rows; says whether there are any.
    fn fill(&mut self, decode: &mut Decode<T>) -> Result<bool, LakeError> {
        while self.ready.is_empty() {
            let Some(batch) = self.batches.next().transpose()? else { return Ok(false) };
            self.ready.extend(decode(&batch));
        }
        Ok(true)
    }
}

impl<T> Iterator for Arrivals<T> {
    type Item = Result<Arrived<T>, LakeError>;

    /// Rows of the earliest cut that has any left; a cut may come in several pieces.
    fn next(&mut self) -> Option<Self::Item> {
        let place = match self.earliest() {
            Ok(place) => place?,
            Err(error) => return Some(Err(error)),
        };
        let arrived = self.open[place].ready.pop_front().expect("what is open has rows");
        match self.open[place].fill(&mut self.decode) {
            Ok(true) => {}
            Ok(false) => drop(self.open.swap_remove(place)),
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(arrived))
    }
}

impl Lake {
    /// Some columns, in the table's order, of a range of rows of a file that has lost none.
    fn rows_within(
        &self,
        table: &'static Table,
        file: &LiveFile,
        (columns, rows): (&[usize], Range<u64>),
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>> + Send + use<>, LakeError>
    {
        let name = table.qualified_name();
        let path = format!("{}/{}", table.folder(), file.path);
        let number = |row: u64| usize::try_from(row).expect("an address holds a row number");
        let whole = rows.start == 0 && rows.end == file.rows;
        let range = number(rows.start)..number(rows.end);
        let selection = (!whole)
            .then(|| RowSelection::from_consecutive_ranges([range].into_iter(), number(file.rows)));
        let rows =
            StoredFile::new(self.store(), &path, file.size).rows((table, columns), selection);
        let rows = rows.map_err(|error| error.rows("read", &name))?;
        Ok(rows.map(move |batch| batch.map_err(|error| error.rows("read", &name))))
    }
}
