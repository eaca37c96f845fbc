//! Keys by provenance: each file's offsets, whose rank is the row.

use std::collections::{BTreeMap, HashMap};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::partition;
use arrow::datatypes::Int64Type;
use roaring::RoaringTreemap;

use super::{Deleted, Misfit, Place};
use crate::lake::error::FormatError;
use crate::lake::keys::rows_of;

/// The key without its last column: a partition of a source.
type Prefix = Box<[u8]>;

/// The offsets of each file by partition.
#[derive(Debug, Default)]
pub(crate) struct OffsetIndex {
    files: BTreeMap<u32, HashMap<Prefix, Run>>,
}

/// Rows of one partition that stand together in a file, ascending by offset.
#[derive(Debug)]
struct Run {
    first_row: u32,
    offsets: RoaringTreemap,
}

impl Run {
    fn row(&self, offset: u64) -> Option<u32> {
        let rank = self.offsets.contains(offset).then(|| self.offsets.rank(offset))?;
        Some(self.first_row + u32::try_from(rank - 1).expect("a file has fewer than 2^32 rows"))
    }
}

impl OffsetIndex {
    pub(super) fn add(
        &mut self,
        start: Place,
        keys: &RecordBatch,
        deleted: &impl Deleted,
    ) -> Result<(), Misfit> {
        for (row, place) in self.search(keys, deleted)?.into_iter().enumerate() {
            if place.is_some() && !deleted.contains(after(start, row)) {
                return Err(Misfit::Twice(row));
            }
        }
        self.append(start, keys)
    }

    fn append(&mut self, start: Place, keys: &RecordBatch) -> Result<(), Misfit> {
        let file = self.files.entry(start.file).or_default();
        for group in groups(keys)? {
            let run = file.entry(group.prefix).or_insert_with(|| Run {
                first_row: after(start, group.first).row,
                offsets: RoaringTreemap::new(),
            });
            let added = run.offsets.append(group.offsets.iter().copied());
            added.map_err(|_| Misfit::Twice(group.first))?;
        }
        Ok(())
    }

    pub(super) fn find(
        &self,
        keys: &RecordBatch,
        deleted: &impl Deleted,
    ) -> Result<Vec<Place>, Misfit> {
        let places = self.search(keys, deleted)?;
        let found = |(row, place): (usize, Option<Place>)| place.ok_or(Misfit::Missing(row));
        places.into_iter().enumerate().map(found).collect()
    }

    /// The live row of each key, if there is one.
    fn search(
        &self,
        keys: &RecordBatch,
        deleted: &impl Deleted,
    ) -> Result<Vec<Option<Place>>, Misfit> {
        let mut places = vec![None; keys.num_rows()];
        for group in groups(keys)? {
            let wanted: RoaringTreemap = group.offsets.iter().copied().collect();
            for (file, runs) in self.files.iter().rev() {
                let Some(run) =
                    runs.get(&group.prefix).filter(|run| !run.offsets.is_disjoint(&wanted))
                else {
                    continue;
                };
                for (place, offset) in places[group.first..].iter_mut().zip(&group.offsets) {
                    if place.is_none() {
                        let row = run.row(*offset).map(|row| Place { file: *file, row });
                        *place = row.filter(|row| !deleted.contains(*row));
                    }
                }
            }
        }
        Ok(places)
    }

    pub(super) fn drop_file(&mut self, file: u32) {
        self.files.remove(&file);
    }

    pub(super) fn adopt(
        &mut self,
        start: Place,
        keys: &RecordBatch,
        dead: &RecordBatch,
    ) -> Result<RoaringTreemap, Misfit> {
        self.append(start, keys)?;
        let first = after(start, 0).row;
        let last = after(start, keys.num_rows()).row;
        let mut dead_rows = RoaringTreemap::new();
        let runs = &self.files[&start.file];
        for group in groups(dead)? {
            let Some(run) = runs.get(&group.prefix) else { continue };
            let rows = group.offsets.iter().filter_map(|offset| run.row(*offset));
            dead_rows.extend(rows.filter(|row| (first..last).contains(row)).map(u64::from));
        }
        Ok(dead_rows)
    }
}

fn after(start: Place, rows: usize) -> Place {
    let rows = u32::try_from(rows).expect("a batch has fewer than 2^32 rows");
    Place { file: start.file, row: start.row + rows }
}

/// Consecutive keys of one partition.
struct Group {
    prefix: Prefix,
    first: usize,
    offsets: Vec<u64>,
}

fn groups(keys: &RecordBatch) -> Result<Vec<Group>, FormatError> {
    let (offsets, prefix) = keys.columns().split_last().expect("a key has columns");
    if offsets.is_empty() {
        return Ok(Vec::new());
    }
    let offsets = offsets.as_primitive::<Int64Type>().values();
    let negative = |_| FormatError::Content("an offset is negative".to_owned());
    let group = |range: std::ops::Range<usize>| {
        let first: Vec<_> = prefix.iter().map(|column| column.slice(range.start, 1)).collect();
        let offsets = offsets[range.clone()].iter().map(|offset| u64::try_from(*offset));
        Ok(Group {
            prefix: rows_of(&first)?.row(0).data().into(),
            first: range.start,
            offsets: offsets.collect::<Result<_, _>>().map_err(negative)?,
        })
    };
    partition(prefix)?.ranges().into_iter().map(group).collect()
}
