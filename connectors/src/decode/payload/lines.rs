//! Payloads that are lines of a table, or that a mapping reads.

use std::sync::Arc;

use super::Whence;
use crate::decode::fields::Fields;
use crate::decode::line::LineCutter;
use crate::decode::reject::Reject;
use crate::decode::rows::Rows;
use crate::decode::usage::Document;
use crate::mapping::row::{Binding, Row};
use crate::mapping::{Mapping, Shape};
use crate::source::Role;
use crate::source::error::SourceError;

/// Lines with the names of their columns.
pub(crate) struct NamedLines {
    cutter: LineCutter,
    names: Vec<String>,
}

/// A mapping with what it reads lines by.
pub(crate) struct Mapped {
    mapping: Arc<Mapping>,
    binding: Option<Binding>,
    cutter: LineCutter,
    width: Option<usize>,
}

impl NamedLines {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { cutter: LineCutter::new(delimiter, b'"'), names: Vec::new() }
    }

    /// Learns the names; the error is what is wrong with them.
    pub(super) fn begin(&mut self, header: Option<&str>) -> Result<(), String> {
        let header = header.ok_or("is csv, which needs a line with the columns' names")?;
        self.names = cut_names(&mut self.cutter, header)?;
        Ok(())
    }

    pub(super) fn read(
        &mut self,
        text: &str,
        (key, place): Whence<'_>,
        rows: &mut Rows,
    ) -> Result<(), Reject> {
        let line = self.cutter.cut(text, Some(self.names.len()))?;
        let columns = self.names.iter().map(String::as_str).zip(line.iter().map(str::trim));
        match rows.role() {
            Role::Usage => {
                rows.push_usage(place, &Document::of_columns(columns).check()?);
                Ok(())
            }
            Role::TopUps => rows.push_topup(place, &Fields::of_columns(columns)),
            Role::Reference(_) => {
                let fields = Fields::of_columns(columns);
                let named = fields.get("key").optional_text("key")?.map(str::to_owned);
                let given = key.and_then(|key| std::str::from_utf8(key).ok()).map(str::to_owned);
                let key = given.or(named).ok_or_else(|| Reject::missing("key"))?;
                let version = Some(&fields).filter(|fields| !fields.is_only("key"));
                rows.push_document(place, &key, version)
            }
        }
    }
}

impl Mapped {
    pub(super) fn new(mapping: Arc<Mapping>) -> Self {
        let (delimiter, quote) = match mapping.shape() {
            Shape::Json => (b',', b'"'),
            Shape::Csv(table) => (table.delimiter, table.quote),
        };
        let cutter = LineCutter::new(delimiter, quote);
        Self { mapping, binding: None, cutter, width: None }
    }

    pub(super) fn has_header(&self) -> bool {
        matches!(self.mapping.shape(), Shape::Csv(table) if table.header)
    }

    pub(super) fn is_json(&self) -> bool {
        matches!(self.mapping.shape(), Shape::Json)
    }

    pub(super) fn records_per_line(&self) -> u64 {
        self.mapping.records_per_line()
    }

    /// The names in a header; the error is what is wrong with them.
    pub(super) fn names(&mut self, header: Option<&str>) -> Result<Option<Vec<String>>, String> {
        header.map(|header| cut_names(&mut self.cutter, header)).transpose()
    }

    pub(super) fn begin(&mut self, names: Option<Vec<String>>) -> Result<(), SourceError> {
        self.width = match (&names, self.mapping.shape()) {
            (Some(names), _) => Some(names.len()),
            (None, Shape::Csv(table)) if !table.columns.is_empty() => Some(table.columns.len()),
            (None, _) => None,
        };
        self.binding = Some(self.mapping.bind(names.as_deref())?);
        Ok(())
    }

    /// The row of a payload, with the mapping that reads it.
    pub(crate) fn row<'t>(&'t mut self, text: &'t str) -> Result<(&'t Mapping, Row<'t>), Reject> {
        let row = match self.binding.as_ref().expect("a decoder begins before it reads") {
            Binding::Columns(columns) => Row::of_line(columns, self.cutter.cut(text, self.width)?),
            Binding::Paths(paths) => Row::of_json(paths, text)?,
        };
        Ok((&self.mapping, row))
    }
}

/// The columns' names in a header, of which the first may follow a byte order mark.
fn cut_names(cutter: &mut LineCutter, header: &str) -> Result<Vec<String>, String> {
    let names = cutter.cut(header, None).map_err(|reject| reject.detail)?;
    Ok(names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect())
}
