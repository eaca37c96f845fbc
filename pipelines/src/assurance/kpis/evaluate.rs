//! What a formula comes to.

use std::collections::BTreeMap;

use datasets::units::Fraction;

use super::formula::{Formula, Operator};

/// One value for each counter, and how many seconds they stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The counters.
    pub counters: BTreeMap<String, Fraction>,
    /// The seconds that their samples cover, added over objects.
    pub period: Fraction,
}

/// Why a formula has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Nothing was attempted.
    #[error("the formula divides by zero")]
    DivisionByZero,
    /// It has more digits than are kept.
    #[error("a value is too large")]
    TooLarge,
    /// A counter has no value.
    #[error("counter \"{0}\" has no value")]
    Missing(String),
}

impl Operator {
    /// Two values in one; `None` where there is no such value.
    pub(super) fn of(self, one: Fraction, two: Fraction) -> Option<Fraction> {
        match self {
            Self::Add => one.plus(two),
            Self::Subtract => one.minus(two),
            Self::Multiply => one.times(two),
            Self::Divide => one.over(two),
        }
    }
}

/// The value of a formula.
///
/// # Errors
/// Why there is none.
pub fn evaluate(formula: &Formula, values: &Values) -> Result<Fraction, Undefined> {
    match formula {
        Formula::Number(number) => Ok(*number),
        Formula::Period => Ok(values.period),
        Formula::Counter(_, name) => {
            values.counters.get(name).copied().ok_or_else(|| Undefined::Missing(name.clone()))
        }
        Formula::SumOf(_, prefix) => {
            let named = values.counters.range(prefix.clone()..);
            let mut named =
                named.take_while(|(name, _)| name.starts_with(prefix)).map(|(_, value)| *value);
            named.try_fold(Fraction::ZERO, Fraction::plus).ok_or(Undefined::TooLarge)
        }
        Formula::Negated(part) => {
            Fraction::ZERO.minus(evaluate(part, values)?).ok_or(Undefined::TooLarge)
        }
        Formula::Both(_, operator, parts) => {
            let (one, two) = (evaluate(&parts.0, values)?, evaluate(&parts.1, values)?);
            operator.of(one, two).ok_or(match (operator, two == Fraction::ZERO) {
                (Operator::Divide, true) => Undefined::DivisionByZero,
                _ => Undefined::TooLarge,
            })
        }
    }
}
