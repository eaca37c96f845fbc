//! From the text of a payload to checked rows, by format and role.

mod lines;

use datasets::provenance::Provenance;

use super::Format;
use super::fields::{Fields, Members};
use super::reject::Reject;
use super::rows::Rows;
use super::scalar::Scalar;
use super::usage::Document;
use crate::source::Role;
use crate::source::error::SourceError;
use lines::{Mapped, NamedLines};

/// How payloads are read.
pub(crate) enum Payload {
    /// JSON in weir's names.
    Json,
    /// Lines under a header in weir's names.
    Columns(NamedLines),
    /// By a mapping.
    Mapped(Mapped),
}

/// Where a record is: its key, if the record itself has one, and its place.
type Whence<'k> = (Option<&'k [u8]>, Provenance);

impl Payload {
    pub(crate) fn new(format: &Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Columns(delimiter) => Self::Columns(NamedLines::new(*delimiter)),
            Format::Mapped(mapping) => Self::Mapped(Mapped::new(mapping.clone())),
        }
    }

    pub(crate) fn has_header(&self) -> bool {
        match self {
            Self::Json => false,
            Self::Columns(_) => true,
            Self::Mapped(mapped) => mapped.has_header(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Json => true,
            Self::Columns(_) => false,
            Self::Mapped(mapped) => mapped.is_json(),
        }
    }

    pub(crate) fn records_per_line(&self) -> u64 {
        match self {
            Self::Json | Self::Columns(_) => 1,
            Self::Mapped(mapped) => mapped.records_per_line(),
        }
    }

    /// Learns the names of columns, or that there are none to learn.
    pub(crate) fn begin(&mut self, header: Option<&str>, topic: &str) -> Result<(), SourceError> {
        let refuse = |problem: String| SourceError::Setting {
            key: "format".to_owned(),
            topic: topic.to_owned(),
            problem,
        };
        match self {
            Self::Json => Ok(()),
            Self::Columns(lines) => lines.begin(header).map_err(refuse),
            Self::Mapped(mapped) => {
                let names = mapped.names(header).map_err(refuse)?;
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
