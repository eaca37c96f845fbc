//! What is promised to be spent, and what is spent at most, over a period that is billed in several lines.

use datasets::units::Money;

/// The bounds of what a period costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commitment {
    /// The least; the difference is billed with the last line of the period.
    pub minimum: Option<Money>,
    /// The most.
    pub maximum: Option<Money>,
}

/// One line of a period's bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billed {
    /// What the line's usage costs, as far as the maximum lets it through.
    pub usage: Money,
    /// What is missing to the minimum.
    pub true_up: Money,
}

impl Commitment {
    /// Bills what a line adds to a period of which `billed` was billed before.
    #[must_use]
    pub fn bill(self, billed: Money, usage: Money, is_last: bool) -> Billed {
        let room = self.maximum.map_or(usage, |maximum| Money((maximum.0 - billed.0).max(0)));
        let usage = usage.min(room);
        let missing = self.minimum.map_or(0, |minimum| minimum.0 - billed.0 - usage.0);
        Billed { usage, true_up: Money(if is_last { missing.max(0) } else { 0 }) }
    }
}
