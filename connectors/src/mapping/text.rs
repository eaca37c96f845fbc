//! The text of a field: a constant, the value of a place, or a template of both.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use datasets::number::Home;

use super::row::Row;
use crate::decode::reject::Reject;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// These characters.
    Literal(String),
    /// The value of a place.
    Place(usize),
    /// The line of the file, or the offset, with leading zeros up to a width.
    Line(usize),
    /// The number of the file, or the partition.
    Partition,
}

/// Where a text comes from and what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The name of the field, for errors.
    pub(super) field: &'static str,
    /// The pieces.
    pub(super) parts: Vec<Part>,
    /// What an absent text stands for.
    pub(super) default: Option<String>,
    /// Beginnings and what replaces them, the longest first.
    pub(super) prefixes: Vec<(String, String)>,
    /// How numbers are dialled; none where the text is no number, or E.164 already.
    pub(super) home: Option<Home>,
    /// What each value means; empty where a value means itself.
    pub(super) values: BTreeMap<String, String>,
}

impl Text {
    /// The text that a row gives; an error where it must be there and is not.
    pub(super) fn required<'r>(&'r self, row: &'r Row<'_>) -> Result<Cow<'r, str>, Reject> {
        self.of(row)?.ok_or_else(|| Reject::missing(self.field))
    }

    /// The text that a row gives.
    pub(super) fn of<'r>(&'r self, row: &'r Row<'_>) -> Result<Option<Cow<'r, str>>, Reject> {
        let text = match self.assembled(row)? {
            Some(text) => self.at_home(self.with_prefix(text)),
            None => match &self.default {
                Some(default) => return Ok(Some(Cow::Borrowed(default))),
                None => return Ok(None),
            },
        };
        if self.values.is_empty() {
            return Ok(Some(text));
        }
        let meaning = self.values.get(text.as_ref()).map(|meaning| Cow::Borrowed(meaning.as_str()));
        meaning.map(Some).ok_or_else(|| Reject::bad(self.field, "one of the mapped values"))
    }

    /// The constant that this text always is, if it is one.
    pub(super) fn constant(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The pieces put together; nothing where a place that they need has no value.
    fn assembled<'r>(&'r self, row: &'r Row<'_>) -> Result<Option<Cow<'r, str>>, Reject> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => return Ok(Some(Cow::Borrowed(text))),
            [Part::Place(place)] => return Ok(row.text(*place, self.field)?.map(Cow::Borrowed)),
            _ => {}
        }
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Line(width) => write(&mut text, format_args!("{:0width$}", row.line)),
                Part::Partition => write(&mut text, format_args!("{}", row.partition)),
                Part::Place(place) => match row.text(*place, self.field)? {
                    Some(value) => text.push_str(value),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(Cow::Owned(text)))
    }

    fn with_prefix<'r>(&self, text: Cow<'r, str>) -> Cow<'r, str> {
        let replaced = self.prefixes.iter().find_map(|(beginning, replacement)| {
            text.strip_prefix(beginning.as_str()).map(|rest| format!("{replacement}{rest}"))
        });
        replaced.map_or(text, Cow::Owned)
    }
}

impl Text {
    fn at_home<'r>(&self, text: Cow<'r, str>) -> Cow<'r, str> {
        let Some(home) = &self.home else { return text };
        match text {
            Cow::Borrowed(text) => home.e164(text),
            Cow::Owned(text) => Cow::Owned(home.e164(&text).into_owned()),
        }
    }
}

fn write(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes whatever is written to it");
}

/// A template cut into pieces, its names not yet looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// A single character of text.
    Letter(char),
    /// What stands between braces.
    Name(&'t str),
}

/// Cuts a template; the error says what is wrong with it.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, &'static str> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        rest = match letter {
            '{' | '}' if after.starts_with(letter) => {
                pieces.push(Piece::Letter(letter));
                &after[1..]
            }
            '{' => {
                let (name, after) =
                    after.split_once('}').ok_or("has a brace that is not closed")?;
                pieces.push(Piece::Name(name));
                after
            }
            '}' => return Err("has a closing brace alone; write }} for the character"),
            _ => {
                pieces.push(Piece::Letter(letter));
                after
            }
        };
    }
    Ok(pieces)
}

/// The width that `line` or `line:08` asks for.
pub(super) fn line_width(name: &str) -> Option<usize> {
    let width = match name.strip_prefix("line")? {
        "" => return Some(0),
        width => width.strip_prefix(":0")?,
    };
    width.parse().ok().filter(|width| *width <= 15)
}
