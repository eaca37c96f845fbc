//! What workers hand in for a cut, and what a sealed cut says.

use std::collections::BTreeMap;

use datasets::units::EventTime;
use serde::{Deserialize, Serialize};

/// A Parquet file that a worker wrote for a cut, not yet part of any table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Qualified name of the table.
    pub table: String,
    /// Path relative to the table's folder.
    pub path: String,
    /// Rows in the file.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Sum of the table's total column in 10⁻⁹, zero where it has none.
    #[serde(with = "decimal_text")]
    pub amount: i128,
    /// Delta statistics of the file, as JSON.
    pub stats: String,
}

/// Rows that leave a current table, named by their keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Qualified name of the table.
    pub table: String,
    /// The key columns of the rows, as an Arrow IPC stream.
    pub keys: Vec<u8>,
    /// Number of rows.
    pub rows: u64,
    /// Sum of the table's total column over them in 10⁻⁹.
    #[serde(with = "decimal_text")]
    pub amount: i128,
}

/// All that one worker has for one cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// The worker.
    pub worker: usize,
    /// Files with rows that come.
    pub files: Vec<NewFile>,
    /// Rows that go; they were published by an earlier cut.
    pub removals: Vec<Removal>,
}

impl Contribution {
    /// Adds what else the worker has.
    pub fn join(&mut self, other: Self) {
        self.files.extend(other.files);
        self.removals.extend(other.removals);
    }
}

/// Up to where a cut read one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePosition {
    /// The lake's number for the source.
    pub source: u8,
    /// The partition.
    pub partition: u32,
    /// The first offset that is not part of the cut.
    pub next_offset: u64,
}

/// What a cut decided and recorded beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutFacts {
    /// Number of the cut: the first is 1, and each follows the one before.
    pub cut: u64,
    /// Stream time of the cut.
    pub now: EventTime,
    /// The instant from which events are still held one by one.
    pub since: EventTime,
    /// Why the cut was made: interval, heartbeat, memory or shutdown.
    pub reason: String,
    /// Records that the cut took in.
    pub record_count: u64,
    /// The `source_id` of each source, by its number.
    pub sources: Vec<String>,
    /// The names of a source's files by their numbers, which stand for partitions, by its `source_id`.
    #[serde(default)]
    pub files: BTreeMap<String, Vec<String>>,
    /// Up to where the cut read.
    pub positions: Vec<SourcePosition>,
    /// What tells the key of the pseudonyms from another one; empty in lakes from before it was recorded.
    #[serde(default)]
    pub key_digest: String,
    /// Version of each fold's step.
    pub step_versions: BTreeMap<String, u32>,
    /// The last cut whose actions were acknowledged, as known when the cut was planned.
    #[serde(default)]
    pub actions_sent: u64,
}

/// One table as a cut left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSeal {
    /// Delta version.
    pub version: i64,
    /// Live rows.
    pub rows: u64,
    /// Live files.
    pub files: u64,
    /// Sum of the total column over the live rows in 10⁻⁹.
    #[serde(with = "decimal_text")]
    pub amount: i128,
}

/// A cut that every table has reached: what readers start from and recovery returns to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// What the cut recorded.
    #[serde(flatten)]
    pub facts: CutFacts,
    /// Every table by qualified name.
    pub tables: BTreeMap<String, TableSeal>,
    /// The generation whose plan it was.
    pub generation: u64,
    /// Wall clock at the seal.
    pub sealed_at: EventTime,
}

/// Wide integers as text, because JSON readers round numbers beyond 2⁵³.
pub(crate) mod decimal_text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<i128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_reads_back_and_shows_its_cut_at_the_top() {
        let tables = BTreeMap::from([(
            "bill.charges".to_owned(),
            TableSeal { version: 3, rows: 2, files: 1, amount: -i128::from(u64::MAX) * 9 },
        )]);
        let facts = CutFacts { cut: 7, now: EventTime(-5), ..CutFacts::default() };
        let seal = Seal { facts, tables, generation: 2, sealed_at: EventTime(9) };
        let json = serde_json::to_string(&seal).unwrap();
        assert_eq!(serde_json::from_str::<Seal>(&json).unwrap(), seal);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["cut"], 7);
        assert_eq!(value["tables"]["bill.charges"]["amount"], "-166020696663385964535");
    }
}
