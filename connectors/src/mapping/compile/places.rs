//! Where in a payload a mapping looks: columns, positions, paths, and templates of them.

use toml::Spanned;

use super::Compiler;
use super::written::{At, Written};
use crate::mapping::Shape;
use crate::mapping::error::MappingError;
use crate::mapping::field::Condition;
use crate::mapping::row::Place;
use crate::mapping::spec::{ConditionSpec, FieldSpec};
use crate::mapping::text::{Part, Piece, line_width, pieces};

impl Compiler<'_> {
    /// The pieces of a field's text.
    pub(super) fn parts(&mut self, written: &Written<'_>) -> Result<Vec<Part>, MappingError> {
        let FieldSpec { column, position, path, constant, template, .. } = written.spec;
        let place = match (column, position, path, constant, template) {
            (Some(name), None, None, None, None) => self.column(name, &written.at)?,
            (None, Some(number), None, None, None) => self.position(*number, &written.at)?,
            (None, None, Some(path), None, None) => self.path(path, &written.at)?,
            (None, None, None, Some(text), None) => return Ok(vec![Part::Literal(text.clone())]),
            (None, None, None, None, Some(text)) => return self.template(text, &written.at),
            _ => {
                let problem = "needs exactly one of column, position, path, constant and template";
                return Err(self.problem(&written.at, problem));
            }
        };
        Ok(vec![Part::Place(place)])
    }

    fn template(&mut self, template: &str, at: &At) -> Result<Vec<Part>, MappingError> {
        let mut parts = Vec::new();
        for piece in pieces(template).map_err(|problem| self.problem(at, problem))? {
            let part = match piece {
                Piece::Name("partition") => Part::Partition,
                Piece::Name(name) => match line_width(name) {
                    Some(width) => Part::Line(width),
                    None => Part::Place(self.named(name, at)?),
                },
                Piece::Letter(letter) => match parts.last_mut() {
                    Some(Part::Literal(text)) => {
                        text.push(letter);
                        continue;
                    }
                    _ => Part::Literal(letter.to_string()),
                },
            };
            parts.push(part);
        }
        Ok(parts)
    }

    /// The place of a template's name: a column of a table, a path of a JSON object.
    fn named(&mut self, name: &str, at: &At) -> Result<usize, MappingError> {
        match self.shape {
            Shape::Csv(_) => self.column(name, at),
            Shape::Json => self.path(name, at),
        }
    }

    fn column(&mut self, name: &str, at: &At) -> Result<usize, MappingError> {
        match self.shape {
            Shape::Json => Err(self.problem(at, "names a column, but the format is json")),
            Shape::Csv(table)
                if table.header || table.columns.iter().any(|known| known == name) =>
            {
                Ok(self.place(Place::Column(name.to_owned())))
            }
            Shape::Csv(_) => {
                let problem = format!("names column \"{name}\", which \"csv.columns\" lacks");
                Err(self.problem(at, &problem))
            }
        }
    }

    fn position(&mut self, number: usize, at: &At) -> Result<usize, MappingError> {
        match (self.shape, number.checked_sub(1)) {
            (Shape::Csv(_), Some(position)) => Ok(self.place(Place::Position(position))),
            (Shape::Csv(_), None) => Err(self.problem(at, "has position 0; they count from 1")),
            (Shape::Json, _) => Err(self.problem(at, "has a position, but the format is json")),
        }
    }

    fn path(&mut self, path: &str, at: &At) -> Result<usize, MappingError> {
        let names: Vec<_> = path.split('.').map(str::to_owned).collect();
        match self.shape {
            Shape::Csv(_) => Err(self.problem(at, "has a path, but the format is csv")),
            Shape::Json if names.iter().any(String::is_empty) => {
                Err(self.problem(at, "has a path with an empty name"))
            }
            Shape::Json => Ok(self.place(Place::Path(names))),
        }
    }

    /// The conditions of a row.
    pub(super) fn conditions(
        &mut self,
        conditions: &[Spanned<ConditionSpec>],
        key: &str,
    ) -> Result<Vec<Condition>, MappingError> {
        conditions
            .iter()
            .map(|condition| {
                let at = At { key: key.to_owned(), span: condition.span() };
                let ConditionSpec { column, position, path, is } = condition.get_ref();
                let place = match (column, position, path) {
                    (Some(name), None, None) => self.column(name, &at)?,
                    (None, Some(number), None) => self.position(*number, &at)?,
                    (None, None, Some(path)) => self.path(path, &at)?,
                    _ => return Err(self.problem(&at, "needs one of column, position and path")),
                };
                Ok(Condition { place, is: is.clone() })
            })
            .collect()
    }

    /// The number of a place; each is looked at once, however many fields need it.
    fn place(&mut self, place: Place) -> usize {
        self.places.iter().position(|known| *known == place).unwrap_or_else(|| {
            self.places.push(place);
            self.places.len() - 1
        })
    }
}
