//! Attributes of a start tag, each read when it is asked for.

use std::sync::Arc;

use quick_xml::events::BytesStart;

use super::{Fault, Lost, bounded};
use crate::decode::reject::Reject;
use crate::decode::scalar::TEXT_BYTES;

/// The most bytes that a distinguished name may have.
const NAME_BYTES: usize = 4 * TEXT_BYTES;

/// The attributes of a tag.
pub(super) struct Attributes<'a>(pub(super) &'a BytesStart<'a>);

impl Attributes<'_> {
    /// The value of an attribute; what is no XML ends the file.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, Fault> {
        let rest = |reject| (Lost::Rest, reject);
        let mut found = None;
        // All are looked at, so that one that is there twice is seen.
        for attribute in self.0.attributes() {
            let attribute = attribute.map_err(|error| rest(bounded::reject(&error.into())))?;
            if attribute.key.as_ref() == name.as_bytes() {
                let value = attribute.unescape_value();
                let value = value.map_err(|error| rest(bounded::reject(&error)))?;
                found = Some(value.into_owned());
            }
        }
        Ok(found)
    }

    /// A name that need not be there; one that is too long costs so much of the file.
    pub(super) fn name(&self, name: &str, lost: Lost) -> Result<Option<String>, Fault> {
        match self.get(name)? {
            Some(text) if text.len() > NAME_BYTES => {
                Err((lost, Reject::too_long(name, NAME_BYTES)))
            }
            other => Ok(other),
        }
    }

    /// The same, shared by all that it is the name of.
    pub(super) fn shared(&self, name: &str, lost: Lost) -> Result<Option<Arc<str>>, Fault> {
        Ok(self.name(name, lost)?.map(Arc::from))
    }

    /// The number of a counter in its group.
    pub(super) fn number(&self, lost: Lost) -> Result<u32, Fault> {
        let text = self.get("p")?.ok_or_else(|| (lost, Reject::missing("p")))?;
        let number = text.trim().parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| (lost, Reject::bad("p", "a whole number from 1 on")))
    }
}
