//! What is wrong with a text that should be one JSON object, said so that one finds the place.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;

use super::{Reject, masked};

impl Reject {
    /// The text is not JSON, or not what the document must be.
    ///
    /// The parser's own words are not passed on where they could repeat a value.
    pub(crate) fn of_json(text: &str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let not_json = |detail: String| Self { reason: "not_json", detail };
        match error.classify() {
            Category::Data if text.trim_ascii_start().starts_with('{') => {
                Self::of_object(text, column)
            }
            Category::Data => Self::of_no_object(text),
            _ if text.trim_ascii().is_empty() => not_json("the payload is empty".to_owned()),
            Category::Eof => {
                not_json(format!("the JSON ends too early, at line {line} column {column}"))
            }
            _ if is_several(text) => {
                let end = format!("the first ends before line {line} column {column}");
                not_json(format!("more than one JSON value: {end}"))
            }
            _ => not_json(format!("no JSON from line {line} column {column} on")),
        }
    }

    /// The text begins like no object, which leaves whether it is JSON at all. (A list would be read as one by serde.)
    pub(crate) fn of_no_object(text: &str) -> Self {
        match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => {
                let detail = "the JSON is no object, such as {\"name\": \"value\"}".to_owned();
                Self { reason: "not_object", detail }
            }
            Err(error) => Self::of_json(text, &error),
        }
    }

    /// The text is an object that is refused: two of its members have one name.
    fn of_object(text: &str, column: usize) -> Self {
        match serde_json::from_str::<Repeated>(text) {
            Ok(Repeated(Some(name))) => Self::repeated(&name),
            _ => {
                let detail = format!("no single object with each field once, at column {column}");
                Self { reason: "not_object", detail }
            }
        }
    }

    /// Two members have one name, so that it is not known which of them is meant.
    pub(crate) fn repeated(name: &str) -> Self {
        let detail = format!("field \"{}\" is there more than once", masked(name.as_bytes()));
        Self { reason: "repeated_field", detail }
    }
}

/// Whether one whole JSON value is followed by something else.
fn is_several(text: &str) -> bool {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    matches!(values.next(), Some(Ok(_)))
}

/// The first name that an object has twice.
struct Repeated(Option<String>);

impl<'de> Deserialize<'de> for Repeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Repeated;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let (mut known, mut repeated) = (BTreeSet::new(), None);
        while let Some((name, _)) = object.next_entry::<String, IgnoredAny>()? {
            if repeated.is_none() && known.contains(&name) {
                repeated = Some(name);
            } else {
                known.insert(name);
            }
        }
        Ok(Repeated(repeated))
    }
}

/// What serde reports where a name comes twice; `of_json` says which.
pub(crate) fn twice<E: Error>() -> E {
    E::custom("a name comes twice")
}
