//! The charges of a period add up to its total, however it is cut.

use datasets::units::{Money, Rounding};

use super::super::plan::{Applies, TierPlan, Unused};
use super::super::tier::Tier;
use crate::exact::Keep;

fn random_plan(random: &mut fastrand::Rng) -> TierPlan {
    let count = random.usize(1..5);
    let mut up_to = 0;
    let mut tiers = Vec::new();
    for place in 0..count {
        up_to += random.u64(1..5_000);
        let block = [1, 1, 7, 60][random.usize(..4)];
        tiers.push(Tier {
            up_to: if place + 1 == count { u64::MAX } else { up_to },
            flat: Money(random.i128(0..3) * 1_000_000_000),
            price: Money(random.i128(0..2_000_000_000)),
            per: random.u64(1..100),
            block,
        });
    }
    let rounding = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up, Rounding::Down];
    TierPlan {
        applies: if random.bool() { Applies::Graduated } else { Applies::Volume },
        tiers,
        free: random.u64(0..50),
        unused: if random.bool() { Unused::Charged } else { Unused::Free },
        maximum: random.bool().then(|| Money(random.i128(0..10_000) * 1_000_000_000)),
        keep: Keep { decimals: random.u32(0..10), rounding: rounding[random.usize(..4)] },
    }
}

#[test]
fn charges_add_up_to_the_total_however_usage_is_cut() {
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let plan = random_plan(&mut random);
        let mut records: Vec<u64> = (0..random.usize(1..40)).map(|_| random.u64(0..700)).collect();
        let all: u64 = records.iter().sum();
        let expected = plan.total(all).unwrap() - plan.total(0).unwrap();
        for _ in 0..3 {
            random.shuffle(&mut records);
            let mut before = 0;
            let mut sum = Money::ZERO;
            for quantity in &records {
                let cut = random.u64(0..=*quantity);
                for part in [cut, quantity - cut] {
                    sum += plan.delta(before, before + part).unwrap();
                    before += part;
                }
            }
            assert_eq!(sum, expected, "seed {seed}");
        }
    }
}

#[test]
fn graduated_tiers_hold_every_unit_once() {
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let plan = TierPlan { applies: Applies::Graduated, ..random_plan(&mut random) };
        let quantity = random.u64(1..20_000);
        let held: u64 = plan.lines(quantity).unwrap().iter().map(|line| line.quantity).sum();
        assert_eq!(held, quantity.saturating_sub(plan.free), "seed {seed}");
    }
}
