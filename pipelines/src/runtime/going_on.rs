//! Where a run goes on: behind the last seal, with what is new numbered behind what the lake knows.

use std::collections::BTreeMap;

use connectors::lake::{CutFacts, Seal};
use datasets::ids::Pseudonyms;
use datasets::units::EventTime;

use super::orders::Start;
use super::{Job, RuntimeError};

/// One lake has one key, or its numbers would be others from one run to the next.
fn check_key(facts: &mut CutFacts, pseudonyms: &Pseudonyms) -> Result<(), RuntimeError> {
    let ours = pseudonyms.key_digest();
    if !facts.key_digest.is_empty() && facts.key_digest != ours {
        return Err(RuntimeError::OtherKey);
    }
    facts.key_digest = ours;
    Ok(())
}

/// Where to go on: behind the seal, with new sources numbered behind the known ones.
pub(super) fn start_behind(
    seal: Option<&Seal>,
    job: &Job,
    generation: u64,
) -> Result<Start, RuntimeError> {
    let nothing = CutFacts { now: EventTime::MIN, since: EventTime::MIN, ..CutFacts::default() };
    let mut facts = seal.map_or(nothing, |seal| seal.facts.clone());
    check_key(&mut facts, &job.pseudonyms)?;
    for feed in &job.feeds {
        if !facts.sources.iter().any(|known| known == feed.source_id()) {
            feed.check(&facts.sources)?;
            facts.sources.push(feed.source_id().to_owned());
        }
        let known = facts.files.remove(feed.source_id()).unwrap_or_default();
        let files = feed.files(&known)?;
        if !files.is_empty() {
            facts.files.insert(feed.source_id().to_owned(), files);
        }
    }
    if facts.sources.len() > 256 {
        return Err(RuntimeError::TooManySources(facts.sources.len()));
    }
    let tables = seal.map(|seal| &seal.tables).into_iter().flatten();
    let versions = tables.clone().map(|(name, table)| (name.clone(), table.version));
    let rows = |rows: u64| i64::try_from(rows).expect("a table has fewer than 2^63 rows");
    let sealed: BTreeMap<_, _> = tables
        .clone()
        .map(|(name, table)| (name.clone(), (rows(table.rows), table.amount)))
        .collect();
    Ok(Start { facts, generation, versions: versions.collect(), sealed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lake_keeps_its_key() {
        let mut facts = CutFacts::default();
        check_key(&mut facts, &Pseudonyms::new(b"one")).unwrap();
        check_key(&mut facts, &Pseudonyms::new(b"one")).unwrap();
        let said = check_key(&mut facts, &Pseudonyms::new(b"two")).unwrap_err().to_string();
        assert!(said.contains("another pseudonym_key"), "{said}");
    }
}
