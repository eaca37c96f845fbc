//! Generations: whoever opens the lake to commit gets the next number, and only the newest may plan.

use super::Lake;
use super::error::LakeError;
use super::store::Creation;

const FOLDER: &str = "_weir/generation";

/// Takes the next generation for this process.
pub(crate) fn mint(lake: &Lake) -> Result<u64, LakeError> {
    let newest = lake.list(FOLDER)?.iter().filter_map(|name| number(name)).max().unwrap_or(0);
    let mut generation = newest + 1;
    while claim(lake, generation)? == Creation::Exists {
        generation += 1;
    }
    Ok(generation)
}

/// Whether no process has opened the lake since this generation did.
pub(crate) fn is_newest(lake: &Lake, generation: u64) -> Result<bool, LakeError> {
    Ok(!lake.has(&path(generation + 1))?)
}

fn claim(lake: &Lake, generation: u64) -> Result<Creation, LakeError> {
    lake.create(&path(generation), format!("{{\"generation\":{generation}}}").as_bytes())
}

fn path(generation: u64) -> String {
    format!("{FOLDER}/{generation:020}.json")
}

fn number(name: &str) -> Option<u64> {
    name.strip_suffix(".json")?.parse().ok()
}
