//! Tiered prices as offerings write them.

use datasets::reference::offering::{Applies as Written, Tiered};

use super::commitment::Commitment;
use super::plan::{Applies, TierPlan, Unused};
use super::tier::Tier;
use crate::exact::Keep;

impl TierPlan {
    /// The rules of a document that was checked.
    #[must_use]
    pub fn read(document: &Tiered) -> Self {
        let tier = |tier: &datasets::reference::offering::Tier| Tier {
            up_to: tier.up_to.unwrap_or(u64::MAX),
            flat: tier.flat.0,
            price: tier.price.0,
            per: tier.per,
            block: tier.block,
        };
        Self {
            applies: match document.applies {
                Written::Graduated => Applies::Graduated,
                Written::Volume => Applies::Volume,
            },
            tiers: document.tiers.iter().map(tier).collect(),
            free: document.free,
            unused: if document.charged_unused { Unused::Charged } else { Unused::Free },
            maximum: document.maximum.map(|maximum| maximum.0),
            keep: Keep { decimals: document.decimals, rounding: document.rounding },
        }
    }
}

impl Commitment {
    /// The bounds that a document gives a period.
    #[must_use]
    pub fn read(document: &Tiered) -> Self {
        let minimum = document.minimum.map(|minimum| minimum.0);
        Self { minimum, maximum: document.maximum.map(|maximum| maximum.0) }
    }
}

#[cfg(test)]
mod tests {
    use datasets::reference::dated::read;
    use datasets::reference::offering::{Offering, Price};
    use datasets::units::Money;

    use super::*;

    #[test]
    fn a_plan_reads_as_it_is_written() {
        let text = r#"{"offering_id":"water","currency":"EUR","prices":[
            {"kind":"tiered","price_id":"litres","service":"data","applies":"graduated","minimum":2000,
             "tiers":[{"up_to":1000,"price":"1.5"},{"price":2}],"decimals":2}]}"#;
        let (_, offering) = read::<Offering>(text).unwrap();
        let Price::Tiered(tiered) = &offering.prices[0] else { panic!("{offering:?}") };
        let plan = TierPlan::read(tiered);
        assert_eq!(plan.total(1_200).unwrap().to_string(), "1900", "K05 without its month");
        assert_eq!(plan.total(0), Some(Money::ZERO));
        let billed = Commitment::read(tiered).bill(Money::ZERO, plan.total(1_200).unwrap(), true);
        assert_eq!(billed.true_up.to_string(), "100");
    }
}
