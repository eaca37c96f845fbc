//! Units as products of powers of base units, which are told apart by their names alone.

use std::collections::BTreeMap;
use std::fmt;

/// A unit; one without powers is that of numbers and shares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    powers: BTreeMap<String, i32>,
}

impl Unit {
    /// That of numbers and shares.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A base unit.
    #[must_use]
    pub fn base(name: &str) -> Self {
        Self { powers: BTreeMap::from([(name.to_owned(), 1)]) }
    }

    /// Reads `bit/s`, `1/s`, `W*h`, `1` or `%`; `None` where it is none of this form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut unit = Self::none();
        for (place, factors) in text.split('/').enumerate() {
            for name in factors.split('*').map(str::trim) {
                let is_name = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
                match name {
                    "" => return None,
                    "1" | "%" => {}
                    _ if !is_name || name.starts_with(|letter: char| letter.is_ascii_digit()) => {
                        return None;
                    }
                    _ if place == 0 => unit = unit.times(&Self::base(name)),
                    _ => unit = unit.over(&Self::base(name)),
                }
            }
        }
        Some(unit)
    }

    /// That of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.combined(other, 1)
    }

    /// That of a quotient.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        self.combined(other, -1)
    }

    fn combined(&self, other: &Self, sign: i32) -> Self {
        let mut powers = self.powers.clone();
        for (name, power) in &other.powers {
            let sum = powers.entry(name.clone()).or_default();
            *sum = sum.saturating_add(power.saturating_mul(sign));
        }
        powers.retain(|_, power| *power != 0);
        Self { powers }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |sign: i32| {
            let powers = self.powers.iter().filter(move |(_, power)| power.signum() == sign);
            let times = |power: &i32| usize::try_from(power.unsigned_abs()).unwrap_or(usize::MAX);
            powers
                .flat_map(|(name, power)| std::iter::repeat_n(name.as_str(), times(power).min(9)))
                .collect::<Vec<_>>()
        };
        let (above, below) = (side(1), side(-1));
        f.write_str(if above.is_empty() { "1" } else { "" })?;
        f.write_str(&above.join("*"))?;
        below.iter().try_for_each(|name| write!(f, "/{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn units_are_read_and_combined() {
        for (text, expected) in [
            ("bit/s", Some("bit/s")),
            ("%", Some("1")),
            ("1/s", Some("1/s")),
            ("s*bit/s", Some("bit")),
            ("s/h/h", Some("s/h/h")),
            ("", None),
            ("bit/", None),
            ("m^2", None),
            ("2s", None),
        ] {
            let found = Unit::parse(text).map(|unit| unit.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
