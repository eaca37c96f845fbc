//! Checks a mapping as it is written and makes it ready to read records.

mod constants;
mod places;
mod written;

use std::cmp::Reverse;

use datasets::usage::Service;
use toml::Spanned;

use super::error::{MappingError, Origin};
use super::field::{FacetMap, Quantity, RecordMap};
use super::row::Place;
use super::spec::{CsvSpec, FieldSpecs, FormatName, MappingSpec, RecordSpec};
use super::text::Text;
use super::time::TimeFormat;
use super::{Mapping, Shape, Table};
use crate::decode::quantity::Unit;
use written::{At, Merged, Written};

/// Checks a mapping.
pub(super) fn compile(spec: &MappingSpec, origin: Origin<'_>) -> Result<Mapping, MappingError> {
    let shape = match spec.format {
        FormatName::Json => Shape::Json,
        FormatName::Csv => Shape::Csv(table(&spec.csv, origin)?),
    };
    let mut compiler = Compiler { origin, shape: &shape, places: Vec::new() };
    let only = compiler.conditions(&spec.only, "only")?;
    let records = match spec.records.as_slice() {
        [] => vec![compiler.record(&spec.fields, &RecordSpec::default(), At::whole(origin))?],
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

struct Compiler<'a> {
    origin: Origin<'a>,
    shape: &'a Shape,
    places: Vec<Place>,
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
        let (started, quantity) =
            (self.wanted(&fields, "started_at")?, self.wanted(&fields, "quantity")?);
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
            facets: self.facets(&fields)?,
        };
        self.check_constants(&record, &fields)?;
        Ok(record)
    }

    fn facets(&mut self, fields: &Merged<'_>) -> Result<FacetMap, MappingError> {
        Ok(FacetMap {
            direction: self.optional(fields, "direction")?,
            on_net: self.optional(fields, "on_net")?,
            friend: self.optional(fields, "friend")?,
            continuation: self.optional(fields, "continuation")?,
        })
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
            ("home", spec.home.is_some() && !written.is_number()),
        ];
        if let Some((key, _)) = foreign.into_iter().find(|(_, given)| *given) {
            return Err(self.problem(&written.at, &format!("has no {key}")));
        }
        let text = self.text(written)?;
        let mut meanings = spec.values.values().map(String::as_str).chain(text.constant());
        let unknown = meanings.find(|name| Service::named(name).is_none());
        match unknown {
            Some(name) if written.field == "service" => {
                let problem = format!("is \"{name}\", which is not voice, data, sms or event");
                Err(self.problem(&written.at, &problem))
            }
            _ => Ok(text),
        }
    }

    fn quantity(
        &mut self,
        written: &Written<'_>,
        service: &Text,
    ) -> Result<Quantity, MappingError> {
        let name = written.spec.unit.as_deref().unwrap_or_default();
        let unit = Unit::named(name).ok_or_else(|| {
            let problem = format!("has unit \"{name}\", which is not one of {}", Unit::NAMES);
            self.problem(&written.at, &problem)
        })?;
        if service
            .constant()
            .and_then(Service::named)
            .is_some_and(|known| known.measure() != unit.service.measure())
        {
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
            home: spec.home.clone(),
            values: spec.values.clone(),
        })
    }

    fn problem(&self, at: &At, problem: &str) -> MappingError {
        self.origin.error(&at.span, &at.key, problem)
    }
}
