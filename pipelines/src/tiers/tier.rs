//! Tiers: ranges of a period's quantity with a flat price and a price per unit.

use datasets::units::Money;

use crate::exact::Exact;

/// One range of the quantity: from where the tier before it ends, up to and with its own bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The last quantity that belongs to it; `u64::MAX` has no end.
    pub up_to: u64,
    /// Charged once when the tier is entered.
    pub flat: Money,
    /// The price of `per` base units.
    pub price: Money,
    /// How many base units the price is for; positive.
    pub per: u64,
    /// Units are counted in whole blocks of so many; 1 counts each.
    pub block: u64,
}

/// What a tier contributes to a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which tier, from 0.
    pub tier: usize,
    /// The units that fall into it, in base units, before they are counted in blocks.
    pub quantity: u64,
    /// What they cost.
    pub amount: Exact,
}

impl Tier {
    /// A tier without end that costs so much per unit.
    #[must_use]
    pub const fn unit(price: Money) -> Self {
        Self { up_to: u64::MAX, flat: Money::ZERO, price, per: 1, block: 1 }
    }

    /// A tier without end that costs so much for every package begun.
    #[must_use]
    pub const fn package(size: u64, price: Money) -> Self {
        Self { up_to: u64::MAX, flat: Money::ZERO, price, per: size, block: size }
    }

    /// What so many units cost in this tier, once it is entered.
    #[must_use]
    pub fn amount(&self, quantity: u64) -> Option<Exact> {
        let counted = blocks(quantity, self.block).checked_mul(self.block)?;
        Exact::whole(self.flat).plus(Exact::price(self.price, counted, self.per)?)
    }
}

/// How many whole blocks hold a quantity.
///
/// # Panics
/// If `size` is zero.
#[must_use]
pub fn blocks(quantity: u64, size: u64) -> u64 {
    assert!(size > 0, "a block holds one unit at least");
    quantity.div_ceil(size)
}

/// Every tier prices the units that fall into it. The first tier is entered without usage.
#[must_use]
pub fn graduated(tiers: &[Tier], quantity: u64) -> Option<Vec<Line>> {
    let mut begin = 0;
    let mut lines = Vec::new();
    for (place, tier) in tiers.iter().enumerate() {
        if place > 0 && quantity <= begin {
            break;
        }
        let inside = quantity.min(tier.up_to).saturating_sub(begin);
        lines.push(Line { tier: place, quantity: inside, amount: tier.amount(inside)? });
        begin = tier.up_to;
    }
    Some(lines)
}

/// The tier that `reached` falls into prices all of `quantity`; the two differ where usage is prorated.
#[must_use]
pub fn volume(tiers: &[Tier], reached: u64, quantity: u64) -> Option<Vec<Line>> {
    let Some(place) = tiers.iter().position(|tier| reached <= tier.up_to) else {
        return Some(Vec::new());
    };
    Some(vec![Line { tier: place, quantity, amount: tiers[place].amount(quantity)? }])
}
