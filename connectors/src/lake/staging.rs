//! Turns what the workers handed in into a table's commit, and the table's state into what it will be.

mod commit;

use std::collections::BTreeMap;

use datasets::dictionary::Kind;
use datasets::units::EventTime;
use roaring::RoaringTreemap;

use super::Lake;
use super::actions::Add;
use super::definition::millis;
use super::error::LakeError;
use super::facts::{NewFile, Removal};
use super::keys;
use super::locator::{Misfit, ShownKey};
use super::plan::TablePlan;
use super::state::{DataFile, TableState};
use super::upkeep::{Merge, warn};

/// The cut that is being planned.
#[derive(Debug)]
pub(crate) struct Cut<'a> {
    pub(crate) lake: &'a Lake,
    pub(crate) generation: u64,
    pub(crate) number: u64,
    pub(crate) at: EventTime,
}

/// What a cut does to one table.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) files: Vec<NewFile>,
    pub(crate) removals: Vec<Removal>,
    pub(crate) merge: Option<Merge>,
}

/// Plans a table's commit and brings its state forward.
pub(crate) fn stage(
    state: &mut TableState,
    cut: &Cut<'_>,
    changes: Changes,
) -> Result<TablePlan, LakeError> {
    let mut staging = Staging { state, cut, touched: BTreeMap::new() };
    if let Some(merge) = changes.merge {
        staging.adopt(merge)?;
    }
    if staging.state.table.kind == Kind::Small && !changes.files.is_empty() {
        staging.clear();
    }
    for removal in changes.removals {
        staging.remove(&removal)?;
    }
    for file in changes.files {
        staging.add(file)?;
    }
    let actions = staging.finish()?;
    state.seal.files = u64::try_from(state.files.live.len()).expect("files are countable");
    state.check()?;
    Ok(TablePlan::new(&actions, state.seal))
}

struct Staging<'a> {
    state: &'a mut TableState,
    cut: &'a Cut<'a>,
    touched: BTreeMap<u32, Touch>,
}

/// What a cut did to a file.
struct Touch {
    /// How the log has it; nothing for a file that comes with this cut.
    before: Option<Add>,
    /// Whether rows of the table came or went with it.
    data_change: bool,
    /// The file into which it was merged.
    merged_into: Option<u32>,
}

impl Staging<'_> {
    /// Deletes a file that the cut does not name; what stays is deleted by the next generation.
    fn let_go(&self, file: &NewFile) {
        let deleted = self.cut.lake.delete(&format!("{}/{}", self.state.table.folder(), file.path));
        if let Err(error) = deleted {
            warn(self.cut.number, "delete a file", &error);
        }
    }

    fn add(&mut self, file: NewFile) -> Result<(), LakeError> {
        if file.rows == 0 {
            self.let_go(&file);
            return Ok(());
        }
        self.state.seal.rows += file.rows;
        self.state.seal.amount += file.amount;
        let number = self.push(file, true);
        self.state.index(self.cut.lake, number)
    }

    fn push(&mut self, file: NewFile, data_change: bool) -> u32 {
        let add = Add {
            path: file.path,
            partition_values: BTreeMap::new(),
            size: i64::try_from(file.bytes).expect("a file is smaller than 2^63 bytes"),
            modification_time: millis(self.cut.at),
            data_change,
            stats: Some(file.stats),
            deletion_vector: None,
        };
        let data = DataFile { add, rows: file.rows, deleted: RoaringTreemap::new() };
        let number = self.state.files.push(data);
        self.touched.insert(number, Touch { before: None, data_change, merged_into: None });
        number
    }

    fn touch(&mut self, file: u32) -> &mut Touch {
        let before = || Some(self.state.files.live[&file].add.clone());
        self.touched.entry(file).or_insert_with(|| Touch {
            before: before(),
            data_change: false,
            merged_into: None,
        })
    }

    /// Takes all rows away.
    fn clear(&mut self) {
        let files: Vec<u32> = self.state.files.live.keys().copied().collect();
        for file in files {
            self.touch(file).data_change = true;
            self.state.files.live.remove(&file);
        }
        self.state.seal.rows = 0;
        self.state.seal.amount = 0;
    }

    fn remove(&mut self, removal: &Removal) -> Result<(), LakeError> {
        let name = self.state.name();
        let keys = keys::from_stream(&removal.keys).map_err(|error| error.rows("decode", &name))?;
        let places = self.state.locator.find(&keys, &self.state.files);
        let places = places.map_err(|error| misfit(&name, error, &keys))?;
        self.state.locator.forget(&keys).map_err(|error| misfit(&name, error, &keys))?;
        for (row, place) in places.into_iter().enumerate() {
            self.touch(place.file).data_change = true;
            let file =
                self.state.files.live.get_mut(&place.file).expect("the index names live files");
            if !file.deleted.insert(place.row.into()) {
                return Err(misfit(&name, Misfit::Missing(row), &keys));
            }
        }
        self.state.seal.rows = self
            .state
            .seal
            .rows
            .checked_sub(removal.rows)
            .ok_or_else(|| LakeError::invariant(&name, "more rows leave than there are"))?;
        self.state.seal.amount -= removal.amount;
        Ok(())
    }

    /// Puts a merged file in the place of its sources, without the rows that were deleted meanwhile.
    fn adopt(&mut self, merge: Merge) -> Result<(), LakeError> {
        let lake = self.cut.lake;
        let live = |(file, _): &(u32, _)| self.state.files.live.contains_key(file);
        if !merge.sources.iter().all(live) {
            self.let_go(&merge.file);
            return Ok(());
        }
        let dead = self.state.deleted_since(lake, &merge.sources)?;
        let target = self.push(merge.file, false);
        for (source, _) in merge.sources {
            self.touch(source).merged_into = Some(target);
            self.state.files.live.remove(&source);
            self.state.locator.drop_file(source);
        }
        self.state.adopt_keys(lake, target, dead.as_ref())
    }
}

/// Names the key that does not fit.
pub(crate) fn misfit(table: &str, misfit: Misfit, keys: &arrow::array::RecordBatch) -> LakeError {
    match misfit {
        Misfit::Format(error) => error.rows("compare keys of", table),
        Misfit::Missing(row) => {
            LakeError::invariant(table, format!("key {} has no live row", ShownKey(keys, row)))
        }
        Misfit::Twice(row) => {
            LakeError::invariant(table, format!("key {} is live twice", ShownKey(keys, row)))
        }
    }
}
