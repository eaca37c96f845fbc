//! Checks a mapping as it is written and makes it ready to read records.

use std::cmp::Reverse;
use std::ops::Range;

use datasets::usage::Service;
use toml::Spanned;

use super::error::{MappingError, Origin};
use super::field::{Condition, Quantity, RecordMap};
use super::row::Place;
use super::spec::{ConditionSpec, CsvSpec, FieldSpec, FieldSpecs, FormatName, MappingSpec, RecordSpec};
use super::text::{Part, Piece, Text, line_width, pieces};
use super::time::TimeFormat;
use super::{Mapping, Shape, Table};
use crate::decode::quantity::Unit;

/// Checks a mapping.
pub(super) fn compile(spec: &MappingSpec, origin: Origin<'_>) -> Result<Mapping, MappingError> {
    let shape = match spec.format {
        FormatName::Json => Shape::Json,
        FormatName::Csv => Shape::Csv(table(&spec.csv, origin)?),
    };
    let mut compiler = Compiler { origin, shape: &shape, places: Vec::new() };
    let only = compiler.conditions(&spec.only, "only")?;
    let records = match spec.records.as_slice() {
        [] => vec![compiler.record(&spec.fields, &RecordSpec::default(), At::whole())?],
        records => (0..)
            .zip(records)
            .map(|(number, record)| {
                let at = At { key: format!("records[{number}]"), span: record.span() };
                compiler.record(&spec.fields, record.get_ref(), at)
            })
            .collect::<Result<_, _>>()?,
    };
    let (places, file) = (compiler.places, origin.file.to_owned());
    Ok(Mapping { file, shape, places, only, records })
}

fn table(csv: &CsvSpec, origin: Origin<'_>) -> Result<Table, MappingError> {
    let ascii = |key: &str, letter: &Spanned<char>| {
        let byte = u8::try_from(*letter.get_ref()).ok().filter(u8::is_ascii);
        byte.ok_or_else(|| origin.error(&letter.span(), key, "is not one ASCII character"))
    };
    let delimiter = ascii("csv.delimiter", &csv.delimiter)?;
    let quote = ascii("csv.quote", &csv.quote)?;
    if delimiter == quote || delimiter == b'\n' {
        let problem = "is the quote or a line break";
        return Err(origin.error(&csv.delimiter.span(), "csv.delimiter", problem));
    }
    let header = csv.header && csv.columns.is_empty();
    Ok(Table { delimiter, quote, header, columns: csv.columns.clone() })
}

/// Where an error is reported.
struct At {
    key: String,
    span: Range<usize>,
}

impl At {
    /// The mapping as a whole.
    fn whole() -> Self {
        Self { key: "fields".to_owned(), span: 0..0 }
    }
}

struct Compiler<'a> {
    origin: Origin<'a>,
    shape: &'a Shape,
    places: Vec<Place>,
}

/// A field as it is written, with where.
struct Written<'s> {
    field: &'static str,
    at: At,
    spec: &'s FieldSpec,
}

impl Compiler<'_> {
    fn record(
        &mut self,
        common: &FieldSpecs,
        record: &RecordSpec,
        at: At,
    ) -> Result<RecordMap, MappingError> {
        let only = self.conditions(&record.only, &format!("{}.only", at.key))?;
        let fields = Merged { common, own: &record.fields, at: &at };
        let service = self.required(&fields, "service")?;
        let (started, quantity) = (self.wanted(&fields, "started_at")?, self.wanted(&fields, "quantity")?);
        let time = TimeFormat::of(started.spec.time.as_deref(), started.spec.zone.as_deref());
        let time = time.map_err(|problem| self.problem(&started.at, &problem))?;
        let record = RecordMap {
            only,
            usage_id: self.required(&fields, "usage_id")?,
            revision: self.optional(&fields, "revision")?,
            cancelled: self.optional(&fields, "cancelled")?,
            msisdn: self.required(&fields, "msisdn")?,
            called_number: self.optional(&fields, "called_number")?,
            started_at: self.text(&started)?,
            time,
            quantity: self.quantity(&quantity, &service)?,
            service,
        };
        Ok(record)
    }

    fn required(&mut self, fields: &Merged<'_>, name: &'static str) -> Result<Text, MappingError> {
        let written = self.wanted(fields, name)?;
        self.plain(&written)
    }

    fn optional(
        &mut self,
        fields: &Merged<'_>,
        name: &'static str,
    ) -> Result<Option<Text>, MappingError> {
        fields.get(name).map(|written| self.plain(&written)).transpose()
    }

    fn wanted<'s>(
        &self,
        fields: &Merged<'s>,
        name: &'static str,
    ) -> Result<Written<'s>, MappingError> {
        let problem = format!("lacks \"{name}\", which every usage record has");
        fields.get(name).ok_or_else(|| self.problem(fields.at, &problem))
    }

    /// A text that is neither an instant nor a quantity.
    fn plain(&mut self, written: &Written<'_>) -> Result<Text, MappingError> {
        let spec = written.spec;
        let foreign = [
            ("time", spec.time.is_some() || spec.zone.is_some()),
            ("unit", spec.unit.is_some() || spec.rounding.is_some()),
        ];
        if let Some((key, _)) = foreign.into_iter().find(|(_, given)| *given) {
            return Err(self.problem(&written.at, &format!("has no {key}")));
        }
        let text = self.text(written)?;
        let meanings = spec.values.values().map(String::as_str).chain(text.constant());
        let unknown = meanings.filter(|name| Service::named(name).is_none()).next();
        match unknown {
            Some(name) if written.field == "service" => {
                let problem = format!("is \"{name}\", which is not voice, data or sms");
                Err(self.problem(&written.at, &problem))
            }
            _ => Ok(text),
        }
    }

    fn quantity(&mut self, written: &Written<'_>, service: &Text) -> Result<Quantity, MappingError> {
        let name = written.spec.unit.as_deref().unwrap_or_default();
        let unit = Unit::named(name).ok_or_else(|| {
            let problem = format!("has unit \"{name}\", which is not one of {}", Unit::NAMES);
            self.problem(&written.at, &problem)
        })?;
        if service.constant().and_then(Service::named).is_some_and(|known| known != unit.service) {
            let problem = format!("has unit \"{name}\", which the record's service does not have");
            return Err(self.problem(&written.at, &problem));
        }
        Ok(Quantity { text: self.text(written)?, unit, rounding: written.spec.rounding })
    }

    fn text(&mut self, written: &Written<'_>) -> Result<Text, MappingError> {
        let spec = written.spec;
        let mut prefixes: Vec<_> = spec.prefixes.clone().into_iter().collect();
        prefixes.sort_by_key(|(beginning, _)| Reverse(beginning.len()));
        Ok(Text {
            field: written.field,
            parts: self.parts(written)?,
            default: spec.default.clone(),
            prefixes,
            values: spec.values.clone(),
        })
    }

    fn parts(&mut self, written: &Written<'_>) -> Result<Vec<Part>, MappingError> {
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
            Shape::Csv(table) if table.header || table.columns.iter().any(|known| known == name) => {
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

    fn conditions(
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

    fn problem(&self, at: &At, problem: &str) -> MappingError {
        self.origin.error(&at.span, &at.key, problem)
    }
}

/// A record's own fields over the common ones.
struct Merged<'s> {
    common: &'s FieldSpecs,
    own: &'s FieldSpecs,
    at: &'s At,
}

impl<'s> Merged<'s> {
    fn get(&self, name: &'static str) -> Option<Written<'s>> {
        let own = named(self.own, name).map(|spec| (spec, format!("{}.fields.{name}", self.at.key)));
        let common = || named(self.common, name).map(|spec| (spec, format!("fields.{name}")));
        own.or_else(common).map(|(spec, key)| Written {
            field: name,
            at: At { key, span: spec.span() },
            spec: spec.get_ref(),
        })
    }
}

fn named<'s>(fields: &'s FieldSpecs, name: &str) -> Option<&'s Spanned<FieldSpec>> {
    match name {
        "usage_id" => fields.usage_id.as_ref(),
        "revision" => fields.revision.as_ref(),
        "cancelled" => fields.cancelled.as_ref(),
        "service" => fields.service.as_ref(),
        "msisdn" => fields.msisdn.as_ref(),
        "called_number" => fields.called_number.as_ref(),
        "started_at" => fields.started_at.as_ref(),
        "quantity" => fields.quantity.as_ref(),
        _ => None,
    }
}
