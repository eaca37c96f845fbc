//! What takes back all of a history's usage, or all of its documents.

use std::collections::BTreeMap;

use datasets::provenance::Provenance;
use datasets::reference::{RefChange, RefTopic};
use datasets::usage::UsageEvent;

use super::Given;

/// An offset behind all that histories use.
const LATER: u64 = 1 << 30;

/// Takes every usage record back: a cancellation of a higher revision for each identity.
pub fn cancellations<'a>(given: impl Iterator<Item = &'a Given>) -> Vec<Given> {
    let mut newest: BTreeMap<u64, UsageEvent> = BTreeMap::new();
    for given in given {
        let Given::Usage(usage) = given else { continue };
        let known = newest.entry(usage.identity).or_insert(*usage);
        known.revision = known.revision.max(usage.revision);
    }
    let cancel = |(offset, usage): (u64, &UsageEvent)| {
        let (revision, provenance) = (usage.revision + 1, Provenance::new(0, 0, offset));
        Given::Usage(UsageEvent { revision, provenance, cancelled: true, ..*usage })
    };
    (LATER..).zip(newest.values()).map(cancel).collect()
}

/// Takes every document back: a tombstone for each key.
pub fn tombstones<'a>(given: impl Iterator<Item = &'a Given>) -> Vec<Given> {
    let change = |given: &'a Given| match given {
        Given::Change(change) => Some(((change.topic, change.key), change.provenance)),
        _ => None,
    };
    let sources: BTreeMap<_, _> = given.filter_map(change).collect();
    let bury = |(offset, ((topic, key), known)): (u64, (&(RefTopic, u64), &Provenance))| {
        let provenance = Provenance::new(known.source(), 0, offset);
        let (topic, key) = (*topic, *key);
        Given::Change(RefChange { topic, key, arrived_in: 0, provenance, version: None })
    };
    (LATER..).zip(&sources).map(bury).collect()
}
