//! Merges the rows of sorted files into one sorted stream, holding one batch of each.

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::row::{Row, Rows};
use datasets::dictionary::Table;

use crate::lake::error::{FormatError, LakeError};
use crate::lake::keys;

/// Rows handed on at once.
const BATCH_ROWS: usize = 8_192;

/// Sorted files on their way into one.
pub(super) struct Interleave<'a, I> {
    table: &'a Table,
    cursors: Vec<Cursor<I>>,
    /// The batches that the chosen rows are in.
    batches: Vec<RecordBatch>,
    /// Batch and row of each chosen row.
    chosen: Vec<(usize, usize)>,
}

/// Where one file stands.
struct Cursor<I> {
    source: I,
    batch: usize,
    keys: Rows,
    next: usize,
}

impl<I> Cursor<I> {
    fn key(&self) -> Row<'_> {
        self.keys.row(self.next)
    }
}

impl<'a, I: Iterator<Item = Result<RecordBatch, LakeError>>> Interleave<'a, I> {
    /// The merge of files whose rows are sorted by the table's key.
    pub(super) fn new(table: &'a Table, sources: Vec<I>) -> Result<Self, LakeError> {
        let mut merge =
            Self { table, cursors: Vec::new(), batches: Vec::new(), chosen: Vec::new() };
        for source in sources {
            if let Some(cursor) = merge.advance(source)? {
                merge.cursors.push(cursor);
            }
        }
        Ok(merge)
    }

    /// Hands all rows on, in order.
    pub(super) fn run(
        mut self,
        mut write: impl FnMut(&RecordBatch) -> Result<(), FormatError>,
    ) -> Result<(), LakeError> {
        while let Some(least) = self.least() {
            let until = self.run_of(least);
            let cursor = &mut self.cursors[least];
            self.chosen.extend((cursor.next..until).map(|row| (cursor.batch, row)));
            cursor.next = until;
            let exhausted = until == cursor.keys.num_rows();
            if exhausted || self.chosen.len() >= BATCH_ROWS {
                self.hand_on(&mut write)?;
            }
            if exhausted {
                let spent = self.cursors.swap_remove(least);
                let next = self.advance(spent.source)?;
                self.cursors.extend(next);
            }
        }
        Ok(())
    }

    fn least(&self) -> Option<usize> {
        (0..self.cursors.len()).min_by_key(|cursor| self.cursors[*cursor].key())
    }

    /// The end of the rows of a file that precede every other file's next row.
    fn run_of(&self, least: usize) -> usize {
        let others = self.cursors.iter().enumerate().filter(|(place, _)| *place != least);
        let limit = others.map(|(_, cursor)| cursor.key()).min();
        let Cursor { keys, next, .. } = &self.cursors[least];
        let precedes = |row: &usize| limit.is_none_or(|limit| keys.row(*row) < limit);
        // The first row is the least of all, and keys are never equal across files.
        next + 1 + (next + 1..keys.num_rows()).take_while(precedes).count()
    }

    /// The cursor at a source's next rows; none when it has no more.
    fn advance(&mut self, mut source: I) -> Result<Option<Cursor<I>>, LakeError> {
        loop {
            let Some(batch) = source.next().transpose()? else { return Ok(None) };
            if batch.num_rows() == 0 {
                continue;
            }
            let keys = keys::rows_of(keys::project(self.table, &batch).columns());
            let keys = keys.map_err(|error| self.failed(error))?;
            self.batches.push(batch);
            return Ok(Some(Cursor { source, batch: self.batches.len() - 1, keys, next: 0 }));
        }
    }

    /// Hands the chosen rows on, and lets go of batches that no cursor stands in.
    fn hand_on(
        &mut self,
        write: &mut impl FnMut(&RecordBatch) -> Result<(), FormatError>,
    ) -> Result<(), LakeError> {
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let rows = interleave_record_batch(&batches, &self.chosen).map_err(FormatError::from);
        let written = rows.and_then(|rows| write(&rows));
        written.map_err(|error| self.failed(error))?;
        self.chosen.clear();
        let kept = |cursor: &Cursor<I>| self.batches[cursor.batch].clone();
        self.batches = self.cursors.iter().map(kept).collect();
        for (place, cursor) in self.cursors.iter_mut().enumerate() {
            cursor.batch = place;
        }
        Ok(())
    }

    fn failed(&self, error: FormatError) -> LakeError {
        error.rows("merge", &self.table.qualified_name())
    }
}
