//! The seal of a cut as it stands in `_weir/cuts`: what queries need of it.

use std::collections::BTreeMap;

use datasets::units::EventTime;
use serde::Deserialize;

use super::{Cut, TableVersion};

/// The file; fields that queries do not need are passed over.
#[derive(Deserialize)]
pub(super) struct SealFile {
    cut: u64,
    now: Option<EventTime>,
    sealed_at: Option<EventTime>,
    #[serde(default)]
    reason: String,
    record_count: Option<u64>,
    tables: BTreeMap<String, TableSeal>,
}

#[derive(Deserialize)]
struct TableSeal {
    version: i64,
    rows: u64,
}

impl From<SealFile> for Cut {
    fn from(seal: SealFile) -> Self {
        let version = |(name, table): (String, TableSeal)| {
            (name, TableVersion { version: table.version, row_count: table.rows })
        };
        Self {
            cut: seal.cut,
            now: seal.now,
            sealed_at: seal.sealed_at,
            reason: seal.reason,
            record_count: seal.record_count,
            tables: seal.tables.into_iter().map(version).collect(),
        }
    }
}
