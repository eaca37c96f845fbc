//! The price of a record's units beside what allowances cover.

use datasets::units::Money;

use crate::allowances::scope::Place;
use crate::exact::{Exact, Keep};
use crate::tiers::plan::TierPlan;

/// A price that depends on one record alone; it never falls as the quantity rises.
pub trait Priced {
    /// What a quantity costs whose first `covered` units are paid by units; `None` where it does not fit.
    fn price(&self, covered: u64, quantity: u64) -> Option<Exact>;

    /// The quantity that is paid for when this much is used.
    fn counted(&self, quantity: u64) -> u64;
}

/// A fee, and a price per so many units, in whole increments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerUnit {
    /// Once per record that has a quantity, also where units cover it.
    pub fee: Money,
    /// The price of `per` base units.
    pub price: Money,
    /// How many base units the price is for; positive.
    pub per: u64,
    /// Units are counted in whole increments; positive.
    pub increment: u64,
}

impl Priced for PerUnit {
    fn price(&self, covered: u64, quantity: u64) -> Option<Exact> {
        if quantity == 0 {
            return Some(Exact::ZERO);
        }
        let rest = self.counted(quantity.saturating_sub(covered));
        Exact::whole(self.fee).plus(Exact::price(self.price, rest, self.per)?)
    }

    fn counted(&self, quantity: u64) -> u64 {
        quantity.div_ceil(self.increment).saturating_mul(self.increment)
    }
}

/// How units that are not covered are priced.
#[derive(Clone, Copy)]
pub enum Pricing<'a> {
    /// By the record alone.
    Alone(&'a dyn Priced),
    /// By the position in the period, of the tiered price of this id.
    Tiered(u64, &'a TierPlan),
}

/// The part of a record that lies in one zone and band.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    /// Where.
    pub place: Place,
    /// How much, in the service's base unit.
    pub quantity: u64,
    /// Its price.
    pub pricing: Pricing<'a>,
}

/// One record of usage.
#[derive(Clone, Copy)]
pub struct Usage<'a> {
    /// The subscription that used it.
    pub member: u64,
    /// Its parts, in the order of their beginnings.
    pub segments: &'a [Segment<'a>],
    /// How the sum of all that is priced by the record alone is rounded, once.
    pub keep: Keep,
}
