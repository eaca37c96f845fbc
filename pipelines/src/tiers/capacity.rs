//! Capacity: the peaks of a period decide its one price.

use datasets::units::Money;

/// What a period costs while none of its peaks is above its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityTier {
    /// The greatest peak of each measure that still belongs to the tier.
    pub limits: Vec<u64>,
    /// The price of the period.
    pub price: Money,
}

/// The first tier whose limits hold all peaks; `None` above the last.
#[must_use]
pub fn tier_of(tiers: &[CapacityTier], peaks: &[u64]) -> Option<usize> {
    tiers.iter().position(|tier| tier.limits.iter().zip(peaks).all(|(limit, peak)| peak <= limit))
}

/// Raises peaks to what is measured now.
pub fn raise(peaks: &mut [u64], measured: &[u64]) {
    for (peak, measured) in peaks.iter_mut().zip(measured) {
        *peak = (*peak).max(*measured);
    }
}

/// What a rise of the peaks adds to the price of the period; `None` above the last tier.
#[must_use]
pub fn delta(tiers: &[CapacityTier], before: &[u64], after: &[u64]) -> Option<Money> {
    let price = |peaks| tier_of(tiers, peaks).map(|tier| tiers[tier].price);
    Some(price(after)? - price(before)?)
}
