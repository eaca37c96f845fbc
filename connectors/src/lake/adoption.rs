//! Carries over to a merged file what happened to its sources while it was written.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use roaring::RoaringTreemap;

use super::Lake;
use super::error::{FormatError, LakeError};
use super::locator::{Locator, Place};
use super::staging::misfit;
use super::state::TableState;

impl TableState {
    /// Keys of the rows that files have lost since their deleted rows were the given ones.
    pub(crate) fn deleted_since(
        &self,
        lake: &Lake,
        sources: &[(u32, RoaringTreemap)],
    ) -> Result<Option<RecordBatch>, LakeError> {
        let mut keys = Vec::new();
        for (number, then) in sources {
            let file = &self.files.live[number];
            let since = &file.deleted - then;
            if !since.is_empty() {
                let lost = self.keys_of(lake, file, &since);
                keys.push(lost.map_err(|error| error.rows("read", &self.name()))?);
            }
        }
        let Some(first) = keys.first() else { return Ok(None) };
        let all = concat_batches(&first.schema(), &keys).map_err(FormatError::from);
        all.map(Some).map_err(|error| error.rows("join keys of", &self.name()))
    }

    /// Lets the keys of a merged file point to it, and marks its rows whose keys are dead.
    pub(crate) fn adopt_keys(
        &mut self,
        lake: &Lake,
        target: u32,
        dead: Option<&RecordBatch>,
    ) -> Result<(), LakeError> {
        if matches!(self.locator, Locator::None) {
            return Ok(());
        }
        let name = self.name();
        let mut start = Place { file: target, row: 0 };
        for keys in self.keys(lake, &self.files.live[&target].add)? {
            let keys = keys.map_err(|error| error.rows("read", &name))?;
            let none = keys.slice(0, 0);
            let dead_rows = self.locator.adopt(start, &keys, dead.unwrap_or(&none));
            let dead_rows = dead_rows.map_err(|error| misfit(&name, error, &keys))?;
            let file = self.files.live.get_mut(&target).expect("the merged file is live");
            file.deleted |= dead_rows;
            start.row += u32::try_from(keys.num_rows()).expect("a batch has fewer than 2^32 rows");
        }
        Ok(())
    }
}
