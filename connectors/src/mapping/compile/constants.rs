//! What a mapping gives whatever the record is: constants, defaults and the meanings of values are checked at start.

use csv::StringRecord;
use datasets::usage::Direction;

use super::Compiler;
use super::written::Merged;
use crate::decode::quantity::Decimal;
use crate::decode::reject::Reject;
use crate::decode::scalar::Scalar;
use crate::decode::usage::{Called, digits, revision};
use crate::mapping::error::MappingError;
use crate::mapping::field::RecordMap;
use crate::mapping::row::Row;
use crate::mapping::text::{Part, Text};

/// Refuses what a field cannot be.
type Check<'r> = Box<dyn Fn(&str) -> Result<(), Reject> + 'r>;

impl Compiler<'_> {
    /// Refuses fields that would refuse every record, or every one to which a default or a meaning applies.
    pub(super) fn check_constants(
        &self,
        record: &RecordMap,
        fields: &Merged<'_>,
    ) -> Result<(), MappingError> {
        let no_columns = StringRecord::new();
        let nothing = Row::of_line(&[], &no_columns);
        for (text, check) in checks(record) {
            let wrong = given(text, &nothing).into_iter().find_map(|value| {
                let reject = check(&value).err()?;
                Some(format!("gives \"{value}\" whatever the record is: {}", reject.detail))
            });
            if let (Some(problem), Some(written)) = (wrong, fields.get(text.field)) {
                return Err(self.problem(&written.at, &problem));
            }
        }
        Ok(())
    }
}

/// What a text may be without looking at a record.
fn given(text: &Text, nothing: &Row<'_>) -> Vec<String> {
    let is_constant = text.parts.iter().all(|part| matches!(part, Part::Literal(_)));
    // A constant that is none of the mapped values gives nothing, which the check of an empty text tells.
    let constant =
        is_constant.then(|| text.of(nothing).ok().flatten().unwrap_or_default().into_owned());
    let meanings = text.values.values().cloned();
    constant.into_iter().chain(text.default.clone()).chain(meanings).collect()
}

fn checks(record: &RecordMap) -> Vec<(&Text, Check<'_>)> {
    let mut checks: Vec<(&Text, Check<'_>)> = vec![
        (&record.msisdn, Box::new(|text| digits(text, "msisdn").map(drop))),
        (&record.started_at, Box::new(|text| instant(record, text))),
        (&record.quantity.text, Box::new(|text| quantity(record, text))),
    ];
    if let Some(text) = &record.called_number {
        checks.push((text, Box::new(|text| Called::of(text, "called_number").map(drop))));
    }
    if let Some(text) = &record.revision {
        let check = |text: &str| revision(&Scalar::Text(text.into())).map(drop);
        checks.push((text, Box::new(check)));
    }
    let facets = &record.facets;
    if let Some(text) = &facets.direction {
        let known = |text: &str| Direction::named(text).map(drop);
        let check =
            move |text: &str| known(text).ok_or_else(|| Reject::bad("direction", "a direction"));
        checks.push((text, Box::new(check)));
    }
    let flags = [&record.cancelled, &facets.on_net, &facets.friend, &facets.continuation];
    for text in flags.into_iter().flatten() {
        let check = |value: &str| Scalar::Text(value.into()).flag(text.field).map(drop);
        checks.push((text, Box::new(check)));
    }
    checks
}

fn instant(record: &RecordMap, text: &str) -> Result<(), Reject> {
    let read = record.time.read(text).map(drop);
    read.ok_or_else(|| Reject::bad("started_at", "an instant of the declared format"))
}

fn quantity(record: &RecordMap, text: &str) -> Result<(), Reject> {
    let (unit, rounding) = (&record.quantity.unit, record.quantity.rounding);
    let read = Decimal::parse(text).and_then(|decimal| decimal.times(unit.factor, rounding));
    let wanted = "a plain decimal that fits, whole in base units unless a rounding is declared";
    read.map(drop).ok_or_else(|| Reject::bad("quantity", wanted))
}
