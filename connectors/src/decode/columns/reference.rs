//! Changes to reference data in columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use arrow::record_batch::RecordBatch;
use datasets::reference::RefChange;
use datasets::tables::RAW_REFERENCE;

use super::{Places, rows};
use crate::decode::document::canonical;

/// Changes to reference data.
#[derive(Default)]
pub(crate) struct ReferenceRows {
    changes: Vec<RefChange>,
    places: Places,
    topics: StringBuilder,
    keys: StringBuilder,
    documents: StringBuilder,
}

impl ReferenceRows {
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Takes one change, whose key's text is `key`.
    pub(crate) fn push(&mut self, key: &str, change: RefChange) {
        self.places.push(change.provenance);
        self.topics.append_value(change.topic.as_str());
        self.keys.append_value(key);
        self.documents.append_option(change.version.as_ref().map(canonical));
        self.changes.push(change);
    }

    pub(crate) fn finish(&mut self, source_id: &str) -> (Vec<RefChange>, RecordBatch) {
        let columns: [ArrayRef; 3] = [
            Arc::new(self.topics.finish()),
            Arc::new(self.keys.finish()),
            Arc::new(self.documents.finish()),
        ];
        let raw = rows(&RAW_REFERENCE, self.places.finish(source_id), columns);
        (std::mem::take(&mut self.changes), raw)
    }
}
