//! A formula: what is done with which counters.

use datasets::units::Fraction;

use super::place::Place;

/// What is done with two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// They are added.
    Add,
    /// The second is subtracted.
    Subtract,
    /// They are multiplied.
    Multiply,
    /// The first is divided by the second.
    Divide,
}

/// A formula, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// A number.
    Number(Fraction),
    /// The seconds that the samples cover.
    Period,
    /// A counter.
    Counter(Place, String),
    /// The sum of all counters whose names begin so.
    SumOf(Place, String),
    /// The same below zero.
    Negated(Box<Self>),
    /// Two parts and what is done with them; the place is that of the sign.
    Both(Place, Operator, Box<(Self, Self)>),
}

impl Formula {
    /// Calls back for every part, the whole one last.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        match self {
            Self::Negated(part) => part.visit(see),
            Self::Both(_, _, parts) => {
                parts.0.visit(see);
                parts.1.visit(see);
            }
            Self::Number(_) | Self::Period | Self::Counter(..) | Self::SumOf(..) => {}
        }
        see(self);
    }

    /// The counters that it names one by one: without one of them there is no value.
    #[must_use]
    pub fn counters(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.visit(&mut |part| {
            if let Self::Counter(_, name) = part {
                names.push(name.as_str());
            }
        });
        names
    }
}
