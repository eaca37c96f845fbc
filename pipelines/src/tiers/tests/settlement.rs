//! Discount agreements (S).

use datasets::units::Money;

use super::super::agreement::{Balanced, Owed, settled_minutes};
use super::super::plan::TierPlan;
use super::{graduated, money, only_used};

const S01: &str = "1000 0 2 | 1500 100 0 | inf 100 2";

fn total(plan: &TierPlan, units: u64) -> Money {
    plan.total(units * 1_000).unwrap()
}

#[test]
fn tiers_with_a_fixed_and_a_linear_part() {
    assert_eq!(total(&graduated(S01), 2500), money("4200"), "S01");
    let check = |id: &str, plan: &str, units, expected: &str| {
        assert_eq!(total(&only_used(graduated(plan)), units), money(expected), "{id}");
    };
    check("S04, SMS", "1500 0 5", 3000, "7500");
    check("S04, MOC", "inf 1500 0", 5000, "1500");
    check("S04, SMS back", "inf 5000 0", 2000, "5000");
    check("S04, MOC back without usage", "inf 3500 0", 0, "0");
    check("S05, SMSMO", "1500 0 5 | inf 0 3", 3000, "12000");
    check("S05, MOC", "inf 1500 0", 5000, "1500");
    check("S05, MOC-EU", "inf 0 12", 6000, "72000");
    check("S05, NB-IoT", "1000 0 12 | inf 0 5", 2000, "17000");
}

#[test]
fn balanced_and_unbalanced_traffic() {
    let agreement = |balanced, unbalanced| Balanced {
        balanced: graduated(balanced),
        unbalanced: graduated(unbalanced),
    };
    let owed = |agreement: &Balanced, ours: u64, theirs: u64| {
        agreement.owed(ours * 1_000, theirs * 1_000).unwrap()
    };
    let is =
        |balanced, unbalanced| Owed { balanced: money(balanced), unbalanced: money(unbalanced) };
    let both = agreement(S01, "1000 0 5 | 1500 100 0 | inf 100 5");
    assert_eq!(owed(&both, 5000, 5000), is("9200", "0"), "S02");
    assert_eq!(owed(&both, 5000, 3000), is("5200", "7700"), "S03");
    let volte = agreement("inf 0 15", "inf 1000 20");
    assert_eq!(owed(&volte, 3000, 2000), is("30000", "21000"), "S05, VoLTE: 51000");
}

#[test]
fn seconds_are_summed_before_they_become_minutes() {
    assert_eq!(settled_minutes([61, 61, 61]), 4, "S09");
}
