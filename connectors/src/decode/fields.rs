//! A flat document as named values: the members of a JSON object, or the columns of a CSV line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::reject::Reject;
use super::reject::json::twice;
use super::scalar::Scalar;

/// Named values of one document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'a>(BTreeMap<Cow<'a, str>, Scalar<'a>>);

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of a JSON object, not yet looked into; no two have one name.
pub(crate) struct Members<'a>(BTreeMap<Name<'a>, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Self)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = BTreeMap<Name<'de>, &'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = object.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(twice());
            }
        }
        Ok(members)
    }
}

impl<'a> Members<'a> {
    /// Takes an object apart.
    pub(crate) fn of_json(text: &'a str) -> Result<Self, Reject> {
        serde_json::from_str(text).map_err(|error| Reject::of_json(text, &error))
    }

    /// The text of a member.
    pub(crate) fn get(&self, name: &'static str) -> Option<&'a str> {
        self.value(name).map(RawValue::get)
    }

    /// The member of a name.
    pub(crate) fn value(&self, name: &'static str) -> Option<&'a RawValue> {
        self.0.get(&Name(Cow::Borrowed(name))).copied()
    }

    /// All members, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (&*name.0, *value))
    }
}

impl<'a> From<Members<'a>> for Fields<'a> {
    fn from(members: Members<'a>) -> Self {
        Self(members.0.into_iter().map(|(name, value)| (name.0, scalar(value))).collect())
    }
}

impl<'a> Fields<'a> {
    /// The members of a JSON object; numbers keep every digit that is written.
    pub(crate) fn of_json(text: &'a str) -> Result<Self, Reject> {
        Members::of_json(text).map(Self::from)
    }

    /// The columns of a line, by the names in its header.
    pub(crate) fn of_columns(columns: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let value = |text| Scalar::Text(Cow::Borrowed(text));
        Self(columns.map(|(name, text)| (Cow::Borrowed(name), value(text))).collect())
    }

    /// Whether there is nothing but this name.
    pub(crate) fn is_only(&self, name: &str) -> bool {
        let empty = |value: &Scalar<'_>| matches!(value, Scalar::Text(text) if text.is_empty());
        self.0.iter().all(|(known, value)| known == name || value.is_absent() || empty(value))
    }

    /// The value of a name; absent where there is none.
    pub(crate) fn get(&self, name: &str) -> &Scalar<'a> {
        const ABSENT: &Scalar<'static> = &Scalar::Absent;
        self.0.get(name).unwrap_or(ABSENT)
    }
}

/// A JSON value as a scalar.
pub(crate) fn scalar(value: &RawValue) -> Scalar<'_> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => match serde_json::from_str::<Name<'_>>(text) {
            Ok(name) => Scalar::Text(name.0),
            Err(_) => Scalar::Other,
        },
        Some(b't') => Scalar::Bool(true),
        Some(b'f') => Scalar::Bool(false),
        Some(b'n') | None => Scalar::Absent,
        Some(b'[' | b'{') => Scalar::Other,
        Some(_) => Scalar::Number(text),
    }
}
