//! Merges files of one table into one, or rewrites one that has lost many rows.

use std::collections::BTreeMap;

use datasets::dictionary::{Kind, Table};
use datasets::units::EventTime;
use roaring::RoaringTreemap;

use super::Upkeep;
use super::interleave::Interleave;
use crate::lake::encoder::{Encoded, Encoder};
use crate::lake::error::{FormatError, LakeError};
use crate::lake::facts::NewFile;
use crate::lake::reading::{LiveFile, size_of};
use crate::lake::state::{DataFile, TableState};
use crate::lake::{FileWriter, Lake};

/// Bytes below which all files are of one order of size.
const SMALLEST_ORDER: u64 = 256 * 1_024;

/// A file that holds the rows of others.
#[derive(Debug)]
pub(crate) struct Merge {
    pub(crate) file: NewFile,
    /// The files, and their deleted rows when they were read.
    pub(crate) sources: Vec<(u32, RoaringTreemap)>,
}

/// Files that should become one.
#[derive(Debug)]
pub(crate) struct Job {
    table: &'static Table,
    sources: Vec<(u32, LiveFile)>,
}

impl Job {
    /// What is most worth doing for a table, if anything is.
    pub(crate) fn choose(state: &TableState, upkeep: &Upkeep) -> Option<Self> {
        let files = &state.files.live;
        let worn = |(_, file): &(&u32, &DataFile)| {
            file.deleted.len() * 100 > file.rows * upkeep.rewrite_percent
        };
        let chosen = match tail(state, upkeep) {
            Some(tail) => tail,
            None => vec![files.iter().find(worn).map(|(number, _)| *number)?],
        };
        let source = |number: u32| (number, live_file(&files[&number]));
        Some(Self { table: state.table, sources: chosen.into_iter().map(source).collect() })
    }

    /// Writes the merged file.
    pub(crate) fn run(
        self,
        lake: &Lake,
        writer: &mut FileWriter,
        cut: u64,
    ) -> Result<Merge, LakeError> {
        let encoded = self.encode(lake)?;
        let file = writer.store(self.table, cut, encoded)?;
        let source = |(number, file): (u32, LiveFile)| (number, file.deleted.unwrap_or_default());
        Ok(Merge { file, sources: self.sources.into_iter().map(source).collect() })
    }

    /// Qualified name of the table.
    pub(crate) fn table(&self) -> String {
        self.table.qualified_name()
    }

    fn encode(&self, lake: &Lake) -> Result<Encoded, LakeError> {
        let failed = |error: FormatError| error.rows("merge", &self.table());
        let mut encoder = Encoder::new(self.table).map_err(failed)?;
        let rows = |(_, file): &(u32, LiveFile)| lake.rows_of(self.table, file);
        let sources = self.sources.iter().map(rows).collect::<Result<Vec<_>, _>>()?;
        if self.table.kind == Kind::Current {
            Interleave::new(self.table, sources)?.run(|batch| encoder.write(batch))?;
        } else {
            for batch in sources.into_iter().flatten() {
                encoder.write(&batch?).map_err(failed)?;
            }
        }
        encoder.finish().map_err(failed)
    }
}

/// The oldest files of one order of size, when there are enough of them.
fn tail(state: &TableState, upkeep: &Upkeep) -> Option<Vec<u32>> {
    let mut orders: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
    for (number, file) in &state.files.live {
        let size = size_of(&file.add);
        if size <= upkeep.merged_bytes / 2 {
            orders.entry(order(size)).or_default().push((*number, size));
        }
    }
    let enough = orders.into_values().find(|files| files.len() >= upkeep.merged_files)?;
    let mut bytes = 0;
    let affordable = enough.iter().take(upkeep.merged_files).take_while(|(_, size)| {
        bytes += size;
        bytes <= upkeep.merged_bytes
    });
    Some(affordable.map(|(number, _)| *number).collect())
}

fn order(size: u64) -> u32 {
    (size / SMALLEST_ORDER).checked_ilog(16).map_or(0, |order| order + 1)
}

fn live_file(file: &DataFile) -> LiveFile {
    LiveFile {
        path: file.add.path.clone(),
        rows: file.rows,
        size: size_of(&file.add),
        modified_at: EventTime(0),
        stats: String::new(),
        deleted: (!file.deleted.is_empty()).then(|| file.deleted.clone()),
    }
}
