//! The commit that a table's staged changes make.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Staging, Touch};
use crate::lake::actions::{Action, Add, REMOVED_BY_CUT, Remove, Txn, app_id};
use crate::lake::definition::{self, millis};
use crate::lake::error::LakeError;
use crate::lake::statistics::loosened;
use crate::lake::vectors::{self, VectorWriter};

impl Staging<'_> {
    /// The actions of the commit; none if the table stays as it is.
    pub(super) fn finish(mut self) -> Result<Vec<Action>, LakeError> {
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
