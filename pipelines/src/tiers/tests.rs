//! The cases of `rating.md` §§4–6 and 8 by their ids, and the laws of cumulative totals.

mod models;

mod settlement;

mod laws;

use datasets::units::Money;

use super::plan::{Applies, TierPlan, Unused};
use super::tier::Tier;

/// Quantities in thousandths, so that a case may have parts of a unit.
fn thousandths(text: &str) -> u64 {
    let money: Money = text.parse().unwrap();
    u64::try_from(money.0 / 1_000_000).unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// Tiers as `bound flat price`, one after the other, separated by `|`; quantities in thousandths.
fn tiers(text: &str) -> Vec<Tier> {
    let tier = |text: &str| {
        let mut words = text.split_whitespace();
        let up_to = match words.next().unwrap() {
            "inf" => u64::MAX,
            bound => thousandths(bound),
        };
        let flat = money(words.next().unwrap());
        Tier { up_to, flat, price: money(words.next().unwrap()), per: 1_000, block: 1 }
    };
    text.split('|').map(tier).collect()
}

fn graduated(text: &str) -> TierPlan {
    TierPlan::of(Applies::Graduated, tiers(text))
}

fn volume(text: &str) -> TierPlan {
    TierPlan::of(Applies::Volume, tiers(text))
}

fn only_used(plan: TierPlan) -> TierPlan {
    TierPlan { unused: Unused::Free, ..plan }
}

fn check(id: &str, plan: &TierPlan, cases: &str) {
    for case in cases.split(';') {
        let (quantity, expected) = case.split_once('=').unwrap();
        let total = plan.total(thousandths(quantity.trim())).unwrap();
        assert_eq!(total, money(expected.trim()), "{id}: {case}");
    }
}
