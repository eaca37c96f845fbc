//! Finds the live row of a key: which file, which row.
//!
//! A table keyed by provenance has an index of a bit or two per row, because the offsets of a file are nearly
//! consecutive; every other current table has one entry of 24 bytes per row. Both are rebuilt from the key columns
//! when the lake is opened.

mod hashes;
mod offsets;

use std::fmt;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::display::array_value_to_string;
use datasets::dictionary::{ColumnType, Kind, Table};
use roaring::RoaringTreemap;

use super::error::FormatError;

/// A row of a table: the state's number for its file, and its place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: u32,
    pub(crate) row: u32,
}

/// Why keys and rows do not fit together; each is a broken invariant.
#[derive(Debug)]
pub(crate) enum Misfit {
    /// The key of this row of the batch has no live row.
    Missing(usize),
    /// The key of this row of the batch has a live row already.
    Twice(usize),
    /// Keys could not be compared.
    Format(FormatError),
}

/// Tells which rows of which files are deleted.
pub(crate) trait Deleted {
    /// Whether the row is deleted.
    fn contains(&self, place: Place) -> bool;
}

/// The index of a table's live keys.
#[derive(Debug)]
pub(crate) enum Locator {
    /// The table's rows never go one by one.
    None,
    /// By the hash of the key.
    Hashes(hashes::HashIndex),
    /// By the offsets of each file.
    Offsets(offsets::OffsetIndex),
}

impl Locator {
    /// The empty index that suits a table.
    pub(crate) fn new(table: &Table) -> Self {
        let last = table.key.last().and_then(|name| table.column(name));
        match last.map(|place| table.columns[place].kind) {
            _ if table.kind != Kind::Current => Self::None,
            Some(ColumnType::Int64) => Self::Offsets(offsets::OffsetIndex::default()),
            _ => Self::Hashes(hashes::HashIndex::default()),
        }
    }

    /// Takes in a file's keys, a batch that starts at `start`, except rows that are deleted.
    pub(crate) fn add(
        &mut self,
        start: Place,
        keys: &RecordBatch,
        deleted: &impl Deleted,
    ) -> Result<(), Misfit> {
        match self {
            Self::None => Ok(()),
            Self::Hashes(index) => index.add(start, keys, deleted),
            Self::Offsets(index) => index.add(start, keys, deleted),
        }
    }

    /// Finds the live rows of keys.
    pub(crate) fn find(
        &self,
        keys: &RecordBatch,
        deleted: &impl Deleted,
    ) -> Result<Vec<Place>, Misfit> {
        match self {
            Self::None => Err(Misfit::Missing(0)),
            Self::Hashes(index) => index.find(keys),
            Self::Offsets(index) => index.find(keys, deleted),
        }
    }

    /// Forgets keys whose rows are deleted now.
    pub(crate) fn forget(&mut self, keys: &RecordBatch) -> Result<(), Misfit> {
        match self {
            Self::None | Self::Offsets(_) => Ok(()),
            Self::Hashes(index) => index.forget(keys),
        }
    }

    /// Forgets a file that is no longer part of the table; its keys must be forgotten or found elsewhere by now.
    pub(crate) fn drop_file(&mut self, file: u32) {
        if let Self::Offsets(index) = self {
            index.drop_file(file);
        }
    }

    /// Lets keys point to a file into which others were merged.
    ///
    /// `dead` are the keys whose rows were deleted since the merge began; their rows in the merged file are returned.
    pub(crate) fn adopt(
        &mut self,
        start: Place,
        keys: &RecordBatch,
        dead: &RecordBatch,
    ) -> Result<RoaringTreemap, Misfit> {
        match self {
            Self::None => Ok(RoaringTreemap::new()),
            Self::Hashes(index) => index.adopt(start, keys, dead),
            Self::Offsets(index) => index.adopt(start, keys, dead),
        }
    }
}

impl<E: Into<FormatError>> From<E> for Misfit {
    fn from(error: E) -> Self {
        Self::Format(error.into())
    }
}

/// A key for an error message; keys are pseudonyms or provenance, never numbers in clear.
pub(crate) struct ShownKey<'a>(pub(crate) &'a RecordBatch, pub(crate) usize);

impl fmt::Display for ShownKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(keys, row) = self;
        let shown = |column: &ArrayRef| array_value_to_string(column, *row).unwrap_or_default();
        let parts: Vec<String> = keys.columns().iter().map(shown).collect();
        write!(f, "\"{}\"", parts.join(" "))
    }
}
