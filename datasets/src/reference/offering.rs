//! Documents of `ref.offerings`: a product and its prices, those of its usage by tiers among them.

use serde::{Deserialize, Serialize};

use super::allowance::Every;
use super::dated::{Checked, Fault};
use crate::units::{AsDecimal, Currency, Money, Rounding};
use crate::usage::Service;

/// A product offering (TMF620).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Offering {
    /// The operator's id.
    pub offering_id: String,
    /// The currency of all its prices.
    pub currency: Currency,
    /// The prices.
    pub prices: Vec<Price>,
}

/// One price of an offering.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Price {
    /// Once, when the product begins.
    OneTime {
        /// How much.
        amount: AsDecimal,
    },
    /// In every period.
    Recurring {
        /// How much.
        amount: AsDecimal,
        /// The periods.
        every: Every,
        /// Whether a part of a period costs its share.
        #[serde(default)]
        prorated: bool,
    },
    /// By the quantity of a period.
    Tiered(Tiered),
}

/// A price of usage that depends on the quantity of a period; quantities are in the base unit of the service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tiered {
    /// Tells the tiered prices of an offering apart.
    pub price_id: String,
    /// The service.
    pub service: Service,
    /// The destination zones whose usage counts together; none means all.
    #[serde(default)]
    pub zones: Vec<String>,
    /// How tiers apply.
    pub applies: Applies,
    /// The tiers, by rising bounds; the last may have none.
    pub tiers: Vec<Tier>,
    /// How many units come before the first tier, for nothing.
    #[serde(default)]
    pub free: u64,
    /// Whether the first tier's flat price is owed without usage.
    #[serde(default)]
    pub charged_unused: bool,
    /// The least that a period costs.
    #[serde(default)]
    pub minimum: Option<AsDecimal>,
    /// The most that a period costs.
    #[serde(default)]
    pub maximum: Option<AsDecimal>,
    /// Decimals of a total, at most nine.
    #[serde(default = "nine")]
    pub decimals: u32,
    /// How a total gets there.
    #[serde(default)]
    pub rounding: Rounding,
}

/// How tiers apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// Every tier prices the units that fall into it.
    Graduated,
    /// The tier that the quantity reaches prices all of it.
    Volume,
}

/// One tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tier {
    /// The last quantity that belongs to it; none has no end.
    #[serde(default)]
    pub up_to: Option<u64>,
    /// Charged once when the tier is entered.
    #[serde(default)]
    pub flat: AsDecimal,
    /// The price of `per` base units.
    #[serde(default)]
    pub price: AsDecimal,
    /// How many base units the price is for.
    #[serde(default = "one")]
    pub per: u64,
    /// Units are counted in whole blocks of so many.
    #[serde(default = "one")]
    pub block: u64,
}

const fn one() -> u64 {
    1
}

const fn nine() -> u32 {
    Money::DECIMALS
}

impl Checked for Offering {
    fn check(&self) -> Result<(), Fault> {
        let of = format!("offering \"{}\"", self.offering_id);
        if self.offering_id.is_empty() {
            return Err(Fault::value(&of, "offering_id", "an id"));
        }
        let tiered = self.prices.iter().filter_map(|price| match price {
            Price::Tiered(tiered) => Some(&tiered.price_id),
            _ => None,
        });
        let mut ids: Vec<&String> = tiered.collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Fault::value(&of, "price_id", "different for each price"));
        }
        self.prices.iter().try_for_each(|price| check_price(&of, price))
    }
}

fn check_price(of: &str, price: &Price) -> Result<(), Fault> {
    match price {
        Price::OneTime { .. } => Ok(()),
        Price::Recurring { every, .. } => match every.cycle() {
            Some(_) => Ok(()),
            None => Err(Fault::value(of, "every", "a period of a known time zone")),
        },
        Price::Tiered(tiered) => tiered.check(&format!("{of}, price \"{}\"", tiered.price_id)),
    }
}

impl Tiered {
    fn check(&self, of: &str) -> Result<(), Fault> {
        let fault = |field, wanted| Err(Fault::value(of, field, wanted));
        if self.price_id.is_empty() {
            return fault("price_id", "an id");
        }
        if self.tiers.is_empty() {
            return fault("tiers", "one tier or more");
        }
        if self.decimals > Money::DECIMALS {
            return fault("decimals", "0 to 9");
        }
        if self.minimum.zip(self.maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
            return fault("minimum", "at most the maximum");
        }
        let mut begin = 0;
        for (place, tier) in (1..).zip(&self.tiers) {
            if tier.per == 0 || tier.block == 0 {
                return fault("per", "1 or more, and block too");
            }
            if tier.price.0 < Money::ZERO || tier.flat.0 < Money::ZERO {
                return fault("price", "0 or more, and flat too");
            }
            match tier.up_to {
                Some(up_to) if up_to <= begin => return fault("up_to", "above the tier before"),
                None if place < self.tiers.len() => {
                    return fault("up_to", "there, but in the last");
                }
                up_to => begin = up_to.unwrap_or(u64::MAX),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
