//! Turns what the workers handed in into a table's commit, and the table's state into what it will be.

use std::collections::BTreeMap;

use datasets::dictionary::Kind;
use datasets::units::EventTime;
use serde_json::json;

use super::Lake;
use super::actions::{Action, Add, REMOVED_BY_CUT, Remove, Txn, app_id};
use super::definition::{self, millis};
use super::error::LakeError;
use super::facts::{NewFile, Removal};
use super::keys;
use super::locator::{Misfit, ShownKey};
use super::plan::TablePlan;
use super::state::{DataFile, TableState};
use super::statistics::loosened;
use super::upkeep::Merge;
use super::vectors::{self, VectorWriter};

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
    fn add(&mut self, file: NewFile) -> Result<(), LakeError> {
        if file.rows == 0 {
            return self.cut.lake.delete(&format!("{}/{}", self.state.table.folder(), file.path));
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
        let data = DataFile { add, rows: file.rows, deleted: roaring::RoaringTreemap::new() };
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
            return lake.delete(&format!("{}/{}", self.state.table.folder(), merge.file.path));
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

    fn finish(mut self) -> Result<Vec<Action>, LakeError> {
        self.drop_emptied();
        self.write_vectors()?;
        self.spread_data_change();
        let mut actions = self.definition();
        for (number, touch) in &self.touched {
            let after = self.state.files.live.get(number).map(|file| file.add.clone());
            let removed = touch.before.as_ref().map(|before| self.removed(before, touch));
            if let Some(remove) = removed {
                if after.is_none()
                    || remove.deletion_vector.as_ref().and_then(vectors::file_of).is_some()
                {
                    self.state.removed.push(remove.clone());
                }
                actions.push(Action::Remove(remove));
            }
            actions.extend(
                after.map(|add| Action::Add(Add { data_change: touch.data_change, ..add })),
            );
        }
        if actions.is_empty() {
            return Ok(actions);
        }
        self.state.seal.version += 1;
        self.state.cut = i64::try_from(self.cut.number).expect("a cut's number is below 2^63");
        Ok(self.head().into_iter().chain(actions).collect())
    }

    fn drop_emptied(&mut self) {
        let emptied = |number: &&u32| {
            let file = self.state.files.live.get(number);
            file.is_some_and(|file| file.deleted.len() == file.rows)
        };
        let emptied: Vec<u32> = self.touched.keys().filter(emptied).copied().collect();
        for number in emptied {
            self.state.files.live.remove(&number);
            self.state.locator.drop_file(number);
        }
    }

    fn write_vectors(&mut self) -> Result<(), LakeError> {
        let mut writer = VectorWriter::new(self.cut.generation, self.cut.number);
        for number in self.touched.keys() {
            let file = self.state.files.live.get_mut(number);
            if let Some(file) = file.filter(|file| !file.deleted.is_empty()) {
                file.deleted.optimize();
                file.add.deletion_vector = Some(writer.add(&file.deleted));
                file.add.stats = file.add.stats.as_deref().map(loosened);
            }
        }
        let Some((name, bytes)) = writer.finish() else { return Ok(()) };
        self.cut.lake.put(&format!("{}/{name}", self.state.table.folder()), &bytes)
    }

    /// A merge whose result lost rows in the same cut is no mere rearrangement.
    fn spread_data_change(&mut self) {
        let changed = |touch: &Touch| touch.data_change;
        let targets: Vec<u32> = self
            .touched
            .iter()
            .filter(|(_, touch)| changed(touch))
            .map(|(file, _)| *file)
            .collect();
        for touch in self.touched.values_mut() {
            touch.data_change |= touch.merged_into.is_some_and(|target| targets.contains(&target));
        }
    }

    fn removed(&self, before: &Add, touch: &Touch) -> Remove {
        Remove {
            path: before.path.clone(),
            deletion_timestamp: millis(self.cut.at),
            data_change: touch.data_change,
            extended_file_metadata: true,
            partition_values: BTreeMap::new(),
            size: before.size,
            tags: BTreeMap::from([(REMOVED_BY_CUT.to_owned(), self.cut.number.to_string())]),
            deletion_vector: before.deletion_vector.clone(),
        }
    }

    /// Protocol and metadata of a table that is new, metadata of one that gained columns.
    fn definition(&mut self) -> Vec<Action> {
        let table = self.state.table;
        let Some(known) = &mut self.state.metadata else {
            let metadata = definition::metadata(table, self.cut.at);
            self.state.metadata = Some(metadata.clone());
            return vec![Action::Protocol(definition::protocol(table)), Action::MetaData(metadata)];
        };
        let schema = definition::schema_text(table);
        if known.schema_string == schema {
            return Vec::new();
        }
        known.schema_string = schema;
        vec![Action::MetaData(known.clone())]
    }

    fn head(&self) -> [Action; 2] {
        let at = millis(self.cut.at);
        let info = json!({
            "timestamp": at,
            "operation": "WRITE",
            "operationParameters": { "cut": self.cut.number.to_string() },
            "engineInfo": concat!("weir/", env!("CARGO_PKG_VERSION")),
        });
        let txn = Txn {
            app_id: app_id(&self.state.name()),
            version: self.state.cut,
            last_updated: Some(at),
        };
        [Action::CommitInfo(info), Action::Txn(txn)]
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
