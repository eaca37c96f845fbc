//! Deletes what older generations wrote but never named in a plan.

use std::collections::HashSet;

use crate::lake::Lake;
use crate::lake::error::LakeError;
use crate::lake::state::TableState;
use crate::lake::{file_writer, vectors};

/// Deletes a table's files of older generations that nothing refers to.
///
/// It may run only once this generation has created a plan: until then an older process might still plan its files.
pub(super) fn sweep(lake: &Lake, state: &TableState, generation: u64) -> Result<(), LakeError> {
    let folder = state.table.folder();
    let referenced = referenced(state);
    for name in lake.list(&folder)? {
        let origin = file_writer::origin_of(&name).or_else(|| vectors::origin_of(&name));
        let older = origin.is_some_and(|(written_by, _cut)| written_by < generation);
        if older && !referenced.contains(&name) {
            lake.delete(&format!("{folder}/{name}"))?;
        }
    }
    Ok(())
}

/// Names of the files that live or removed entries of the log refer to.
pub(super) fn referenced(state: &TableState) -> HashSet<String> {
    let live = state.files.live.values().map(|file| (&file.add.path, &file.add.deletion_vector));
    let removed = state.removed.iter().map(|file| (&file.path, &file.deletion_vector));
    let names = live.chain(removed).flat_map(|(path, vector)| {
        let vector = vector.as_ref().and_then(vectors::file_of);
        std::iter::once(path.clone()).chain(vector)
    });
    names.collect()
}
