//! Discount agreements between operators: traffic both ways, priced by how far it balances, and sums of whole minutes.

use datasets::units::Money;

use super::plan::TierPlan;
use super::tier::blocks;

/// How traffic that the other side answers with as much of its own is priced, and what is beyond it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balanced {
    /// For the quantity that both sides have.
    pub balanced: TierPlan,
    /// For what one side has more.
    pub unbalanced: TierPlan,
}

/// What is owed for a period of traffic in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// For the balanced quantity.
    pub balanced: Money,
    /// For the quantity beyond it; zero for the side that has less.
    pub unbalanced: Money,
}

impl Balanced {
    /// Prices our traffic against theirs; `None` where it does not fit.
    #[must_use]
    pub fn owed(&self, ours: u64, theirs: u64) -> Option<Owed> {
        let balanced = self.balanced.total(ours.min(theirs))?;
        let beyond = ours.saturating_sub(theirs);
        let unbalanced = match beyond {
            0 => Money::ZERO,
            _ => self.unbalanced.total(beyond)?,
        };
        Some(Owed { balanced, unbalanced })
    }
}

/// The minutes that are settled for a trunk group: seconds are summed over the period before they are rounded up.
#[must_use]
pub fn settled_minutes(seconds: impl IntoIterator<Item = u64>) -> u64 {
    blocks(seconds.into_iter().sum(), 60)
}
