//! The seal of a cut as it stands in `_weir/cuts`: what queries need of it.

use std::collections::BTreeMap;

use datasets::units::EventTime;
use serde::Deserialize;
use serde::de::Error;

use super::{Cut, TableVersion};

/// The file; fields that queries do not need are passed over.
#[derive(Deserialize)]
pub(super) struct SealFile {
    cut: Option<u64>,
    facts: Option<Facts>,
    sealed_at: Option<EventTime>,
    tables: BTreeMap<String, TableSeal>,
}

#[derive(Deserialize)]
struct Facts {
    cut: u64,
    now: Option<EventTime>,
    reason: Option<String>,
    record_count: Option<u64>,
}

#[derive(Deserialize)]
struct TableSeal {
    version: i64,
    rows: u64,
}

impl TryFrom<SealFile> for Cut {
    type Error = serde_json::Error;

    fn try_from(seal: SealFile) -> Result<Self, serde_json::Error> {
        let facts = seal.facts.as_ref();
        let cut = seal.cut.or_else(|| facts.map(|facts| facts.cut));
        let version = |(name, table): (String, TableSeal)| {
            (name, TableVersion { version: table.version, row_count: table.rows })
        };
        Ok(Self {
            cut: cut.ok_or_else(|| serde_json::Error::missing_field("cut"))?,
            now: facts.and_then(|facts| facts.now),
            sealed_at: seal.sealed_at,
            reason: facts.and_then(|facts| facts.reason.clone()).unwrap_or_default(),
            record_count: facts.and_then(|facts| facts.record_count),
            tables: seal.tables.into_iter().map(version).collect(),
        })
    }
}
