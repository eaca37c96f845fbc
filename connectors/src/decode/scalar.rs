//! One value of a flat document, borrowed from the payload, and what can be asked of it.

use std::borrow::Cow;
use std::fmt;

use datasets::units::{EventTime, Money};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::instant;
use super::reject::Reject;

/// The most bytes that an id or a name may have.
pub(crate) const TEXT_BYTES: usize = 256;

/// One value; reading it never fails, so that the check which refuses it can name the field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// Not there, or null.
    #[default]
    Absent,
    /// A text; of a CSV line everything is.
    Text(Cow<'a, str>),
    /// A whole number.
    Whole(i64),
    /// A number as it is written.
    Number(&'a str),
    /// Yes or no.
    Bool(bool),
    /// What no field may be: a fraction where it would lose digits, a list, an object.
    Other,
}

impl<'a> Scalar<'a> {
    /// Whether there is no value.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// A text that must be there, neither empty nor longer than an id may be.
    pub(crate) fn text(&self, field: &str) -> Result<&str, Reject> {
        self.optional_text(field)?.ok_or_else(|| Reject::missing(field))
    }

    /// A text that need not be there; an empty one is not there.
    pub(crate) fn optional_text(&self, field: &str) -> Result<Option<&str>, Reject> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(text) if text.is_empty() => Ok(None),
            Self::Text(text) if text.len() > TEXT_BYTES => Err(Reject::too_long(field, TEXT_BYTES)),
            Self::Text(text) => Ok(Some(text)),
            _ => Err(Reject::bad(field, "a text")),
        }
    }

    /// A whole number from 0 to `most` that need not be there.
    pub(crate) fn optional_whole(&self, field: &str, most: u64) -> Result<Option<u64>, Reject> {
        let found = match self {
            Self::Whole(number) => u64::try_from(*number).ok(),
            Self::Number(text) => plain(text),
            Self::Text(text) if text.is_empty() => return Ok(None),
            Self::Text(text) => plain(text),
            Self::Absent => return Ok(None),
            _ => None,
        };
        match found {
            Some(number) if number <= most => Ok(Some(number)),
            _ => Err(Reject::bad(field, &format!("a whole number from 0 to {most}"))),
        }
    }

    /// Yes or no; no where it is absent.
    pub(crate) fn flag(&self, field: &str) -> Result<bool, Reject> {
        match self {
            Self::Absent => Ok(false),
            Self::Bool(flag) => Ok(*flag),
            Self::Text(text) if text == "true" => Ok(true),
            Self::Text(text) if text == "false" || text.is_empty() => Ok(false),
            _ => Err(Reject::bad(field, "true or false")),
        }
    }

    /// An instant that must be there.
    pub(crate) fn instant(&self, field: &str) -> Result<EventTime, Reject> {
        self.optional_instant(field)?.ok_or_else(|| Reject::missing(field))
    }

    /// An instant that need not be there.
    pub(crate) fn optional_instant(&self, field: &str) -> Result<Option<EventTime>, Reject> {
        let found = match self {
            Self::Absent => return Ok(None),
            Self::Text(text) if text.is_empty() => return Ok(None),
            Self::Text(text) => instant::parse(text),
            Self::Whole(micros) => instant::recordable(*micros),
            Self::Number(text) => text.parse().ok().and_then(instant::recordable),
            _ => None,
        };
        let wanted = "an RFC 3339 instant with its offset, or microseconds since 1970";
        found.map(Some).ok_or_else(|| Reject::bad(field, wanted))
    }

    /// An amount of money that must be there, to the last digit as it is written.
    pub(crate) fn money(&self, field: &str) -> Result<Money, Reject> {
        self.optional_money(field)?.ok_or_else(|| Reject::missing(field))
    }

    /// An amount of money that need not be there.
    pub(crate) fn optional_money(&self, field: &str) -> Result<Option<Money>, Reject> {
        let found = match self {
            Self::Absent => return Ok(None),
            Self::Text(text) if text.is_empty() => return Ok(None),
            Self::Text(text) => text.parse().ok(),
            Self::Number(text) => text.parse().ok(),
            Self::Whole(whole) => whole.to_string().parse().ok(),
            _ => None,
        };
        let wanted = "an amount in plain decimals, at most nine of them";
        found.map(Some).ok_or_else(|| Reject::bad(field, wanted))
    }
}

/// The number that plain digits write.
fn plain(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or(Scalar::Other, Scalar::Whole))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_f64<E>(self, _fraction: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(flag))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}
