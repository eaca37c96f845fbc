//! From the text of a payload to checked rows, by format and role.

use std::sync::Arc;

use csv::StringRecord;
use datasets::provenance::Provenance;

use super::Format;
use super::fields::{Fields, Members};
use super::line::LineCutter;
use super::reject::Reject;
use super::rows::Rows;
use super::scalar::Scalar;
use super::usage::Document;
use crate::mapping::row::{Binding, Row};
use crate::mapping::{Mapping, Shape};
use crate::source::Role;
use crate::source::error::SourceError;

/// How payloads are read.
pub(crate) enum Payload {
    /// JSON in weir's names.
    Json,
    /// Lines under a header in weir's names.
    Columns(NamedLines),
    /// By a mapping.
    Mapped(Mapped),
}

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

/// Where a record is: its key, if the record itself has one, and its place.
type Whence<'k> = (Option<&'k [u8]>, Provenance);

impl Payload {
    pub(crate) fn new(format: &Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Columns(delimiter) => Self::Columns(NamedLines {
                cutter: LineCutter::new(*delimiter, b'"'),
                names: Vec::new(),
            }),
            Format::Mapped(mapping) => Self::Mapped(Mapped::new(mapping.clone())),
        }
    }

    pub(crate) fn has_header(&self) -> bool {
        match self {
            Self::Json => false,
            Self::Columns(_) => true,
            Self::Mapped(mapped) => {
                matches!(mapped.mapping.shape(), Shape::Csv(table) if table.header)
            }
        }
    }

    pub(crate) fn records_per_line(&self) -> u64 {
        match self {
            Self::Json | Self::Columns(_) => 1,
            Self::Mapped(mapped) => mapped.mapping.records_per_line(),
        }
    }

    /// Learns the names of columns, or that there are none to learn.
    pub(crate) fn begin(&mut self, header: Option<&str>, topic: &str) -> Result<(), SourceError> {
        let refuse = |problem: String| SourceError::Setting {
            key: "format".to_owned(),
            topic: topic.to_owned(),
            problem,
        };
        let cut = |cutter: &mut LineCutter| match header {
            None => Ok(None),
            Some(line) => cutter.cut(line, None).map(|names| Some(trimmed(names))),
        };
        match self {
            Self::Json => Ok(()),
            Self::Columns(lines) => {
                let names = cut(&mut lines.cutter).map_err(|reject| refuse(reject.detail))?;
                lines.names = names.ok_or_else(|| {
                    refuse("is csv, which needs a line with the columns' names".to_owned())
                })?;
                Ok(())
            }
            Self::Mapped(mapped) => {
                let names = cut(&mut mapped.cutter).map_err(|reject| refuse(reject.detail))?;
                mapped.begin(names)
            }
        }
    }

    /// Reads a payload that is not mapped.
    pub(crate) fn read(
        &mut self,
        text: &str,
        whence: Whence<'_>,
        rows: &mut Rows,
    ) -> Result<(), Reject> {
        match self {
            Self::Json => read_json(text, whence, rows),
            Self::Columns(lines) => lines.read(text, whence, rows),
            Self::Mapped(_) => unreachable!("mapped payloads are read by their rows"),
        }
    }
}

fn trimmed(names: &StringRecord) -> Vec<String> {
    names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect()
}

fn read_json(text: &str, (key, place): Whence<'_>, rows: &mut Rows) -> Result<(), Reject> {
    match rows.role() {
        Role::Usage => {
            rows.push_usage(place, &Document::of_json(text)?.check()?);
            Ok(())
        }
        Role::TopUps => rows.push_topup(place, &Fields::of_json(text)?),
        Role::Reference(_) => match key {
            Some(key) => {
                let key = std::str::from_utf8(key)
                    .map_err(|_| Reject::bad("key", "a text"))
                    .map(|key| Scalar::Text(key.into()))?;
                let fields = if is_tombstone(text) { None } else { Some(Fields::of_json(text)?) };
                rows.push_document(place, key.text("key")?, fields.as_ref())
            }
            None => {
                let (key, fields) = keyed(text)?;
                rows.push_document(place, key.text("key")?, fields.as_ref())
            }
        },
    }
}

fn is_tombstone(text: &str) -> bool {
    matches!(text.trim(), "" | "null")
}

/// A document that carries its key: `{"key": …, "document": {…} | null}`, or `key` among its own members.
fn keyed(text: &str) -> Result<(Scalar<'_>, Option<Fields<'_>>), Reject> {
    let members = Members::of_json(text)?;
    let document = members.get("document");
    let fields = Fields::from(members);
    let key = fields.get("key").clone();
    match document {
        None => Ok((key, Some(fields))),
        Some("null") => Ok((key, None)),
        Some(document) => Ok((key, Some(Fields::of_json(document)?))),
    }
}

impl NamedLines {
    fn read(&mut self, text: &str, (key, place): Whence<'_>, rows: &mut Rows) -> Result<(), Reject> {
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
    fn new(mapping: Arc<Mapping>) -> Self {
        let (delimiter, quote) = match mapping.shape() {
            Shape::Json => (b',', b'"'),
            Shape::Csv(table) => (table.delimiter, table.quote),
        };
        let cutter = LineCutter::new(delimiter, quote);
        Self { mapping, binding: None, cutter, width: None }
    }

    fn begin(&mut self, names: Option<Vec<String>>) -> Result<(), SourceError> {
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
            Binding::Columns(columns) => {
                Row::of_line(columns, self.cutter.cut(text, self.width)?)
            }
            Binding::Paths(paths) => Row::of_json(paths, text)?,
        };
        Ok((&self.mapping, row))
    }
}
