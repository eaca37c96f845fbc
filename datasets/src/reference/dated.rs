//! Documents with their validity, read from JSON and checked as a whole.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Validity;
use crate::units::EventTime;

/// Why a document cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no JSON, or not of its form.
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    /// An instant is none, or the end is not after the beginning.
    #[error("\"valid_from\" and \"valid_to\" are not two instants in this order")]
    Validity,
    /// A value is none that it may have.
    #[error("{of}: field \"{field}\" is not {wanted}")]
    Value {
        /// The document, and the part of it.
        of: String,
        /// The field.
        field: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
}

impl Fault {
    /// A value that is none of those that it may be.
    #[must_use]
    pub fn value(of: &str, field: &'static str, wanted: &'static str) -> Self {
        Self::Value { of: of.to_owned(), field, wanted }
    }
}

/// A document that can say what is wrong with it.
pub trait Checked: DeserializeOwned {
    /// Checks what its form alone does not.
    ///
    /// # Errors
    /// The first fault, with the field and what it should be.
    fn check(&self) -> Result<(), Fault>;
}

#[derive(Deserialize)]
struct Dated<D> {
    valid_from: Option<String>,
    valid_to: Option<String>,
    #[serde(flatten)]
    document: D,
}

/// Reads a document and when it holds: without instants, always.
///
/// # Errors
/// What is wrong with it.
pub fn read<D: Checked>(json: &str) -> Result<(Validity, D), Fault> {
    let dated: Dated<D> =
        serde_json::from_str(json).map_err(|error| Fault::Unreadable(error.to_string()))?;
    let instant = |text: Option<String>, open| match text {
        Some(text) => EventTime::parse_rfc3339(&text).map_err(|_| Fault::Validity),
        None => Ok(open),
    };
    let from = instant(dated.valid_from, EventTime::MIN)?;
    let to = instant(dated.valid_to, EventTime::MAX)?;
    if from >= to {
        return Err(Fault::Validity);
    }
    dated.document.check()?;
    Ok((Validity { from, to }, dated.document))
}
