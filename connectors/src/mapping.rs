//! Declared mappings: how foreign usage records are read, written down as TOML instead of code.
//!
//! A mapping names the format, and for each field of a usage record where it comes from (a column, a position,
//! a JSON path, a constant, a template) and how it is to be understood (unit, time format, renamed values).
//! A line may stand for several records: each `[[records]]` is one, over the common `[fields]`.
//!
//! ```toml
//! format = "csv"
//!
//! [csv]
//! header = false
//! columns = ["caller", "callee", "seconds", "uuid", "epoch"]
//!
//! [fields]
//! usage_id = { column = "uuid" }
//! service = { constant = "voice" }
//! msisdn = { column = "caller", prefixes = { "00" = "", "0" = "49" } }
//! called_number = { column = "callee" }
//! started_at = { column = "epoch", time = "epoch_s" }
//! quantity = { column = "seconds", unit = "s" }
//! ```

pub mod error;

pub mod spec;

mod compile;
pub(crate) mod field;
pub(crate) mod paths;
mod read;
pub(crate) mod row;
mod text;
mod time;

use error::{MappingError, Origin};
use field::{Condition, RecordMap};
use row::{Binding, Place};
use spec::MappingSpec;

/// A mapping that was checked and is ready to read records.
#[derive(Clone, Debug)]
pub struct Mapping {
    file: String,
    shape: Shape,
    places: Vec<Place>,
    only: Vec<Condition>,
    records: Vec<RecordMap>,
}

/// What the payload is, before the mapping looks for fields in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A JSON object.
    Json,
    /// A line of a table.
    Csv(Table),
}

/// How lines of a table are cut into columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    /// Whether a file begins with a line of names.
    pub(crate) header: bool,
    /// Names given in the mapping itself, for tables without a header.
    pub(crate) columns: Vec<String>,
}

impl Mapping {
    /// Reads and checks a mapping; `file` is the name that errors show.
    ///
    /// # Errors
    /// The first thing that is wrong, with file, line and key.
    pub fn parse(text: &str, file: &str) -> Result<Self, MappingError> {
        let origin = Origin { file, text };
        let spec = toml::from_str(text).map_err(|error| origin.of_toml(&error))?;
        Self::compile(&spec, origin)
    }

    /// Checks a mapping that was read as part of another TOML file, whose text is in `origin`.
    ///
    /// # Errors
    /// The first thing that is wrong, with file, line and key.
    pub fn compile(spec: &MappingSpec, origin: Origin<'_>) -> Result<Self, MappingError> {
        compile::compile(spec, origin)
    }

    /// How many usage records one line may stand for; offsets of a file are lines times this.
    #[must_use]
    pub fn records_per_line(&self) -> u64 {
        u64::try_from(self.records.len()).expect("a mapping has few records")
    }

    /// Whether names of columns come from the first line of a file, which a topic does not have.
    #[must_use]
    pub fn needs_header(&self) -> bool {
        let named = self.places.iter().any(|place| matches!(place, Place::Column(_)));
        matches!(&self.shape, Shape::Csv(table) if table.header && named)
    }

    /// Whether the records are JSON, and not lines of a table.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.shape == Shape::Json
    }

    /// Whether at most one of several records can apply to a line, as far as can be told beforehand.
    #[must_use]
    pub fn is_for_topics(&self) -> bool {
        self.records.len() == 1 || self.records.iter().all(RecordMap::is_conditional)
    }

    /// What the payload is.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Finds the mapping's places by a table's names; without a header by those in the mapping.
    pub(crate) fn bind(&self, header: Option<&[String]>) -> Result<Binding, MappingError> {
        let missing = |name: String| MappingError {
            file: self.file.clone(),
            line: 0,
            key: name,
            problem: "is no column of the table that is read".to_owned(),
        };
        match &self.shape {
            Shape::Json => Ok(Binding::of_paths(&self.places)),
            Shape::Csv(table) => {
                Binding::of_columns(&self.places, header.unwrap_or(&table.columns)).map_err(missing)
            }
        }
    }
}

#[cfg(test)]
mod tests;
