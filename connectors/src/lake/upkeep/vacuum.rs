//! Deletes data that no readable cut needs any more.

use std::collections::HashSet;

use crate::lake::Lake;
use crate::lake::actions::{REMOVED_BY_CUT, Remove};
use crate::lake::error::LakeError;
use crate::lake::state::TableState;
use crate::lake::{file_writer, vectors};

use super::retention::History;
use super::sweep::referenced;

/// Deletes some of a table's removed files, those that no readable cut refers to.
pub(super) fn vacuum(
    lake: &Lake,
    state: &mut TableState,
    history: &History,
    most: usize,
) -> Result<(), LakeError> {
    let mut unneeded = Vec::new();
    let live: HashSet<&str> =
        state.files.live.values().map(|file| file.add.path.as_str()).collect();
    for remove in std::mem::take(&mut state.removed) {
        let stays = live.contains(remove.path.as_str());
        match unneeded.len() < most && !is_needed(&remove, stays, history) {
            true => unneeded.push(remove),
            false => state.removed.push(remove),
        }
    }
    if unneeded.is_empty() {
        return Ok(());
    }
    let referenced = referenced(state);
    while let Some(remove) = unneeded.pop() {
        if let Err(error) = delete(lake, (state, &referenced), &remove) {
            state.removed.push(remove);
            state.removed.append(&mut unneeded);
            return Err(error);
        }
    }
    Ok(())
}

fn delete(
    lake: &Lake,
    (state, referenced): (&TableState, &HashSet<String>),
    remove: &Remove,
) -> Result<(), LakeError> {
    let vector = remove.deletion_vector.as_ref().and_then(vectors::file_of);
    let names = std::iter::once(remove.path.clone()).chain(vector);
    for name in names.filter(|name| !referenced.contains(name)) {
        lake.delete(&format!("{}/{name}", state.table.folder()))?;
    }
    Ok(())
}

/// Whether a readable cut refers to what was removed: the file, or only its vector where the file stays.
fn is_needed(remove: &Remove, stays: bool, history: &History) -> bool {
    let vector = remove.deletion_vector.as_ref().and_then(vectors::file_of);
    let origin = match stays {
        true => vector.as_deref().and_then(vectors::origin_of),
        false => file_writer::origin_of(&remove.path),
    };
    let removed_by = remove.tags.get(REMOVED_BY_CUT).and_then(|cut| cut.parse().ok());
    match (origin, removed_by) {
        (Some((_generation, from)), Some(to)) => history.has_cut_in(from, to),
        _ => true,
    }
}
