//! A tiered price as a whole: how tiers apply, what is free, what it costs at most, and how a total is rounded.

use datasets::units::Money;

use super::tier::{Line, Tier, graduated, volume};
use crate::exact::{Exact, Keep};

/// How tiers apply to a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Every tier prices the units that fall into it.
    Graduated,
    /// The tier that the quantity reaches prices all of it.
    Volume,
}

/// Whether the first tier's flat price is owed without usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unused {
    /// It is.
    Charged,
    /// No usage costs nothing.
    Free,
}

/// A price that depends on the quantity of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierPlan {
    /// How tiers apply.
    pub applies: Applies,
    /// The tiers, by rising bounds.
    pub tiers: Vec<Tier>,
    /// How many units come before the first tier, for nothing.
    pub free: u64,
    /// What no usage costs.
    pub unused: Unused,
    /// The most that a period costs.
    pub maximum: Option<Money>,
    /// How the total is rounded.
    pub keep: Keep,
}

impl TierPlan {
    /// Tiers without more rules, rounded to nine decimals.
    #[must_use]
    pub fn of(applies: Applies, tiers: Vec<Tier>) -> Self {
        let unused = Unused::Charged;
        Self { applies, tiers, free: 0, unused, maximum: None, keep: Keep::ALL }
    }

    /// What each tier contributes to the total of a quantity; the maximum is used up from the first tier on.
    #[must_use]
    pub fn lines(&self, quantity: u64) -> Option<Vec<Line>> {
        self.lines_prorated(quantity, quantity)
    }

    /// The total of a quantity, rounded once; `None` where it does not fit.
    #[must_use]
    pub fn total(&self, quantity: u64) -> Option<Money> {
        self.sum(self.lines(quantity)?)
    }

    /// The total where some units count for a part of the period: the tier is found by `full`, `prorated` is paid.
    #[must_use]
    pub fn total_prorated(&self, full: u64, prorated: u64) -> Option<Money> {
        self.sum(self.lines_prorated(full, prorated)?)
    }

    /// The charge of the units between two positions of a period; negative where a later tier is cheaper for all.
    #[must_use]
    pub fn delta(&self, before: u64, after: u64) -> Option<Money> {
        self.total(after)?.0.checked_sub(self.total(before)?.0).map(Money)
    }

    fn lines_prorated(&self, full: u64, prorated: u64) -> Option<Vec<Line>> {
        if full == 0 && self.unused == Unused::Free {
            return Some(Vec::new());
        }
        let reached = full.saturating_sub(self.free);
        let paid = prorated.saturating_sub(self.free);
        let lines = match self.applies {
            Applies::Graduated => graduated(&self.tiers, paid)?,
            Applies::Volume => volume(&self.tiers, reached, paid)?,
        };
        self.maximum.map_or(Some(lines.clone()), |maximum| capped(&lines, maximum))
    }

    fn sum(&self, lines: Vec<Line>) -> Option<Money> {
        let sum = lines.into_iter().try_fold(Exact::ZERO, |sum, line| sum.plus(line.amount))?;
        sum.rounded(self.keep)
    }
}

/// Lets lines through until the maximum is reached.
fn capped(lines: &[Line], maximum: Money) -> Option<Vec<Line>> {
    let maximum = Exact::whole(maximum);
    let (mut exact, mut before) = (Exact::ZERO, Exact::ZERO);
    let mut through = Vec::new();
    for line in lines {
        exact = exact.plus(line.amount)?;
        let after = exact.at_most(maximum)?;
        through.push(Line { amount: after.plus(before.negated())?, ..*line });
        before = after;
    }
    Some(through)
}
