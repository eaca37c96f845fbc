//! Decoders: from the bytes of one record to a row of a batch, or to a dead letter.

pub mod columns;

pub mod document;

pub mod pm;

pub mod reject;

pub mod trial;

pub mod ves;

pub(crate) mod decimal;
pub(crate) mod fields;
pub(crate) mod flat;
pub(crate) mod instant;
pub(crate) mod quantity;
pub(crate) mod scalar;
pub(crate) mod usage;

mod decoder;
mod line;
mod payload;
mod pseudonyms;
mod rows;
mod topup;

use std::sync::Arc;

use crate::mapping::Mapping;

pub use decoder::{Decoder, RECORD_BYTES};

/// How the records of a source are written.
#[derive(Clone, Debug)]
pub enum Format {
    /// One JSON object per record, in weir's own names.
    Json,
    /// One line per record, its columns under a header in weir's own names, with this delimiter.
    Columns(u8),
    /// Usage records in a foreign form.
    Mapped(Arc<Mapping>),
}

/// Who a source is to the lake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The lake's number for the source.
    pub number: u8,
    /// Cluster, topic and incarnation.
    pub source_id: Arc<str>,
    /// The topic, or the file.
    pub topic: Arc<str>,
}

/// What the offsets of a source count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// Records of a topic: one offset names one usage record.
    Records,
    /// Lines of a file: each has as many offsets as a mapping makes records of it.
    Lines,
}

/// One record as it came.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The partition, or the number of the file.
    pub partition: u32,
    /// The offset, or the line of the file from 0.
    pub offset: u64,
    /// The key, if there is one.
    pub key: Option<&'a [u8]>,
    /// The payload; none is a tombstone.
    pub payload: Option<&'a [u8]>,
}

#[cfg(test)]
mod tests;
