//! Whether a formula makes sense: its counters are known, its units fit, and it divides by no zero.

use std::collections::BTreeMap;

use datasets::assurance::kpi::{Counter, Kpi};
use datasets::units::Fraction;

use super::formula::{Formula, Operator};
use super::parser::parse;
use super::place::{Fault, Place};
use super::unit::Unit;
use crate::nearest::nearest;

/// The counters that are known, with their units.
#[derive(Clone, Debug, Default)]
pub struct Known {
    units: BTreeMap<String, Unit>,
}

impl Known {
    /// The counters of documents.
    ///
    /// # Errors
    /// The counter whose unit is none.
    pub fn of<'a>(counters: impl IntoIterator<Item = &'a Counter>) -> Result<Self, String> {
        let entry = |counter: &Counter| match Unit::parse(&counter.unit) {
            Some(unit) => Ok((counter.counter.clone(), unit)),
            None => Err(format!(
                "counter \"{}\": field \"unit\" is \"{}\", and not a unit such as 1, s or bit/s",
                counter.counter, counter.unit
            )),
        };
        Ok(Self { units: counters.into_iter().map(entry).collect::<Result<_, _>>()? })
    }
}

/// Reads and checks the formula of a KPI.
///
/// # Errors
/// What is wrong, with line and column in the formula.
pub fn read(kpi: &Kpi, known: &Known) -> Result<Formula, Fault> {
    let begin = Place { line: 1, column: 1 };
    let formula = parse(&kpi.formula)?;
    let found = unit(&formula, known)?;
    let declared = Unit::parse(&kpi.unit)
        .ok_or_else(|| Fault::at(begin, format!("\"{}\", the KPI's unit, is none", kpi.unit)))?;
    if found != declared {
        let problem = format!(
            "the formula gives a value in \"{found}\", and the KPI's unit is \"{}\"",
            kpi.unit
        );
        return Err(Fault::at(begin, problem));
    }
    Ok(formula)
}

/// The unit of a formula.
fn unit(formula: &Formula, known: &Known) -> Result<Unit, Fault> {
    match formula {
        Formula::Number(_) => Ok(Unit::none()),
        Formula::Period => Ok(Unit::base("s")),
        Formula::Counter(place, name) => known.units.get(name).cloned().ok_or_else(|| {
            let names = known.units.keys().map(String::as_str);
            let hint = nearest(name, names).map(|near| format!(": did you mean \"{near}\"?"));
            let hint = hint.unwrap_or_default();
            Fault::at(*place, format!("counter \"{name}\" is not known{hint}"))
        }),
        Formula::SumOf(place, prefix) => of_prefix(*place, prefix, known),
        Formula::Negated(part) => unit(part, known),
        Formula::Both(place, operator, parts) => {
            let (one, two) = (unit(&parts.0, known)?, unit(&parts.1, known)?);
            match operator {
                Operator::Multiply => Ok(one.times(&two)),
                Operator::Divide if constant(&parts.1) == Some(Fraction::ZERO) => {
                    Err(Fault::at(*place, "this divides by zero"))
                }
                Operator::Divide => Ok(one.over(&two)),
                Operator::Add | Operator::Subtract if one == two => Ok(one),
                Operator::Add => {
                    Err(Fault::at(*place, format!("this adds \"{two}\" to \"{one}\"")))
                }
                Operator::Subtract => {
                    Err(Fault::at(*place, format!("this subtracts \"{two}\" from \"{one}\"")))
                }
            }
        }
    }
}

/// The one unit of all counters whose names begin so.
fn of_prefix(place: Place, prefix: &str, known: &Known) -> Result<Unit, Fault> {
    let mut units = known.units.iter().filter(|(name, _)| name.starts_with(prefix));
    let Some((first, unit)) = units.next() else {
        return Err(Fault::at(place, format!("no counter is known that begins with \"{prefix}\"")));
    };
    match units.find(|(_, other)| *other != unit) {
        None => Ok(unit.clone()),
        Some((other, _)) => {
            Err(Fault::at(place, format!("\"{first}\" and \"{other}\" have different units")))
        }
    }
}

/// The value of a part without counters.
fn constant(formula: &Formula) -> Option<Fraction> {
    match formula {
        Formula::Number(number) => Some(*number),
        Formula::Period | Formula::Counter(..) | Formula::SumOf(..) => None,
        Formula::Negated(part) => Fraction::ZERO.minus(constant(part)?),
        Formula::Both(_, operator, parts) => operator.of(constant(&parts.0)?, constant(&parts.1)?),
    }
}
