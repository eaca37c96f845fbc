//! A JSON object of an event, and the path that leads to it.

use datasets::assurance::network_event::Texts;
use datasets::units::Fraction;
use serde_json::value::RawValue;

use crate::decode::decimal;
use crate::decode::fields::{Members, scalar};
use crate::decode::reject::Reject;
use crate::decode::scalar::{Scalar, TEXT_BYTES};

/// The most bytes that a text may have which is for reading.
const SENTENCE_BYTES: usize = 16 * TEXT_BYTES;

/// An object, and where it is.
pub(super) struct Object<'a> {
    path: String,
    members: Members<'a>,
}

impl<'a> Object<'a> {
    /// The payload itself.
    pub(super) fn root(members: Members<'a>) -> Self {
        Self { path: String::new(), members }
    }

    /// The object at a path.
    pub(super) fn of(path: String, value: &'a RawValue) -> Result<Self, Reject> {
        let text = value.get();
        if !text.starts_with('{') {
            return Err(Reject::bad(&path, "an object"));
        }
        // It is JSON already: all that can be wrong is that a name comes twice.
        let members = serde_json::from_str(text).map_err(|error| {
            let reject = Reject::of_json(text, &error);
            Reject { detail: format!("in \"{path}\", {}", reject.detail), ..reject }
        })?;
        Ok(Self { path, members })
    }

    /// The path of a member.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A member that does not have the form that it must have.
    pub(super) fn bad(&self, name: &str, wanted: &str) -> Reject {
        Reject::bad(&self.path(name), wanted)
    }

    /// All members, by name.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.all()
    }

    /// A member that is no object.
    pub(super) fn scalar(&self, name: &'static str) -> Scalar<'a> {
        self.members.value(name).map_or(Scalar::Absent, scalar)
    }

    /// An object that need not be there.
    pub(super) fn object(&self, name: &'static str) -> Result<Option<Self>, Reject> {
        let value = self.members.value(name).filter(|value| value.get() != "null");
        value.map(|value| Object::of(self.path(name), value)).transpose()
    }

    /// An object that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<Self, Reject> {
        self.object(name)?.ok_or_else(|| Reject::missing(&self.path(name)))
    }

    /// A list that need not be there.
    pub(super) fn list(&self, name: &'static str) -> Result<Option<Vec<&'a RawValue>>, Reject> {
        let Some(value) = self.members.value(name).filter(|value| value.get() != "null") else {
            return Ok(None);
        };
        serde_json::from_str(value.get()).map(Some).map_err(|_| self.bad(name, "a list"))
    }

    /// The objects of a list; none where it is not there.
    pub(super) fn objects(&self, name: &'static str) -> Result<Vec<Self>, Reject> {
        let values = self.list(name)?.unwrap_or_default().into_iter().enumerate();
        let path = |number: usize| format!("{}[{number}]", self.path(name));
        values.map(|(number, value)| Object::of(path(number), value)).collect()
    }

    /// An id or a name that must be there.
    pub(super) fn text(&self, name: &'static str) -> Result<String, Reject> {
        self.scalar(name).text(&self.path(name)).map(str::to_owned)
    }

    /// An id or a name that need not be there.
    pub(super) fn optional_text(&self, name: &'static str) -> Result<Option<String>, Reject> {
        Ok(self.scalar(name).optional_text(&self.path(name))?.map(str::to_owned))
    }

    /// A text or a number, as it is written, that need not be there.
    pub(super) fn word(&self, name: &'static str) -> Result<Option<String>, Reject> {
        match self.scalar(name) {
            Scalar::Absent => Ok(None),
            Scalar::Text(text) if text.is_empty() => Ok(None),
            value => {
                let text = written(&value).ok_or_else(|| self.bad(name, "a text or a number"))?;
                if text.len() > SENTENCE_BYTES {
                    return Err(Reject::too_long(&self.path(name), SENTENCE_BYTES));
                }
                Ok(Some(text))
            }
        }
    }

    /// A text or a number, as it is written, that must be there.
    pub(super) fn required_word(&self, name: &'static str) -> Result<String, Reject> {
        self.word(name)?.ok_or_else(|| Reject::missing(&self.path(name)))
    }

    /// A value that must be one of some words.
    pub(super) fn one_of<T: Copy>(
        &self,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Result<T, Reject> {
        let found = self.text(name)?;
        let meant = words.iter().find(|(word, _)| *word == found).map(|(_, meant)| *meant);
        meant.ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.bad(name, &format!("one of {}", words.join(", ")))
        })
    }

    /// The members of an object that are texts, numbers, true or false; none where it is not there.
    ///
    /// An empty list stands for an empty object: writers are known that make no difference.
    pub(super) fn texts(&self, name: &'static str) -> Result<Texts, Reject> {
        if self.list(name).is_ok_and(|list| list.is_none_or(|list| list.is_empty())) {
            return Ok(Texts::new());
        }
        let object = self.object(name)?;
        let all = object.iter().flat_map(Object::all);
        Ok(all
            .filter_map(|(name, value)| Some((name.to_owned(), written(&scalar(value))?)))
            .collect())
    }
}

/// A value as it is written; an object and a list are none.
fn written(value: &Scalar<'_>) -> Option<String> {
    match value {
        Scalar::Text(text) => Some(text.clone().into_owned()),
        Scalar::Whole(number) => Some(number.to_string()),
        Scalar::Number(text) => Some((*text).to_owned()),
        Scalar::Bool(flag) => Some(flag.to_string()),
        Scalar::Absent | Scalar::Other => None,
    }
}

/// A number, as JSON or in a text; none where it is no number.
pub(super) fn number(value: &Scalar<'_>) -> Option<Fraction> {
    match value {
        Scalar::Text(text) => decimal::exact(text),
        Scalar::Number(text) => decimal::exact(text),
        Scalar::Whole(number) => Some(Fraction::whole((*number).into())),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
    }
}
