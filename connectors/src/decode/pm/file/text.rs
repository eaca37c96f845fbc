//! The text of the element that is open, put together from its pieces.

use quick_xml::events::BytesRef;

use super::super::{EVENT_BYTES, Fault, Lost, bounded};
use super::File;
use crate::decode::reject::Reject;

impl File {
    /// Adds to the text of what is open.
    pub(super) fn add(&mut self, text: &str) -> Result<(), Fault> {
        let Some(tag) = self.open.last() else { return Ok(()) };
        if !tag.has_text() || self.passes_over(*tag) {
            return Ok(());
        }
        if self.text.len() + text.len() > EVENT_BYTES {
            return Err((Lost::Rest, Reject::too_long("text", EVENT_BYTES)));
        }
        self.text.push_str(text);
        Ok(())
    }

    pub(super) fn entity(&mut self, entity: &BytesRef<'_>) -> Result<(), Fault> {
        let unknown = |error: &quick_xml::Error| (Lost::Rest, bounded::reject(error));
        if let Some(letter) = entity.resolve_char_ref().map_err(|error| unknown(&error))? {
            return self.add(letter.encode_utf8(&mut [0; 4]));
        }
        let name = entity.decode().map_err(not_utf8)?;
        match quick_xml::escape::resolve_predefined_entity(&name) {
            Some(text) => self.add(text),
            None => {
                let detail = "an entity is not known".to_owned();
                Err((Lost::Rest, Reject { reason: "not_xml", detail }))
            }
        }
    }
}

/// The text is in another encoding.
pub(super) fn not_utf8<E>(_: E) -> Fault {
    (Lost::Rest, bounded::not_utf8())
}
