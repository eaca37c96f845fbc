//! One payload as the values at a mapping's places.

use std::borrow::Cow;

use csv::StringRecord;

use super::paths::PathTree;
use crate::decode::reject::Reject;
use crate::decode::scalar::Scalar;

/// A place in a payload that a mapping looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The column of a name.
    Column(String),
    /// The column of a number, from 0.
    Position(usize),
    /// The JSON member of a path.
    Path(Vec<String>),
}

/// Where a mapping's places are in the payloads that are read now.
#[derive(Clone, Debug)]
pub(crate) enum Binding {
    /// Column numbers, from 0, in the order of the places.
    Columns(Vec<usize>),
    /// All paths in one tree, to be found in one pass.
    Paths(PathTree),
}

impl Binding {
    /// Finds columns by name; the error is the name that is not there.
    pub(super) fn of_columns(places: &[Place], names: &[String]) -> Result<Self, String> {
        let columns = places.iter().map(|place| column(place, names)).collect::<Result<_, _>>();
        columns.map(Self::Columns)
    }

    /// Collects the paths.
    pub(super) fn of_paths(places: &[Place]) -> Self {
        let paths = places.iter().map(|place| match place {
            Place::Path(path) => path.as_slice(),
            Place::Column(_) | Place::Position(_) => &[],
        });
        Self::Paths(PathTree::of(paths))
    }
}

fn column(place: &Place, names: &[String]) -> Result<usize, String> {
    match place {
        Place::Position(position) => Ok(*position),
        Place::Column(name) => {
            names.iter().position(|known| known == name).ok_or_else(|| name.clone())
        }
        Place::Path(path) => Err(path.join(".")),
    }
}

/// The values of one payload, in the order of the mapping's places.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    values: Vec<Scalar<'a>>,
    /// The line of the file, or the offset of the topic.
    pub(super) line: u64,
    /// The number of the file, or the partition.
    pub(super) partition: u32,
}

impl<'a> Row<'a> {
    /// Of a line that was cut into columns.
    pub(crate) fn of_line(columns: &[usize], line: &'a StringRecord) -> Self {
        let value = |place: &usize| {
            line.get(*place).map_or(Scalar::Absent, |text| Scalar::Text(Cow::Borrowed(text.trim())))
        };
        Self { values: columns.iter().map(value).collect(), line: 0, partition: 0 }
    }

    /// Of a JSON object.
    pub(crate) fn of_json(paths: &PathTree, text: &'a str) -> Result<Self, Reject> {
        Ok(Self { values: paths.find(text)?, line: 0, partition: 0 })
    }

    /// The same, from this place of the input.
    pub(crate) fn at(self, partition: u32, line: u64) -> Self {
        Self { line, partition, ..self }
    }

    /// The text at a place; `None` where there is none, an error where it is a list or an object.
    pub(super) fn text(&self, place: usize, field: &str) -> Result<Option<&str>, Reject> {
        match &self.values[place] {
            Scalar::Absent => Ok(None),
            Scalar::Text(text) => Ok(Some(text).filter(|text| !text.is_empty()).map(Cow::as_ref)),
            Scalar::Number(text) => Ok(Some(text)),
            Scalar::Bool(flag) => Ok(Some(if *flag { "true" } else { "false" })),
            Scalar::Whole(_) | Scalar::Other => Err(Reject::bad(field, "a text or a number")),
        }
    }
}
