//! Tier models: OpenMeter (T), Kill Bill (K) and Lago (L).

use datasets::units::Money;

use super::super::capacity::{self, CapacityTier};
use super::super::commitment::{Billed, Commitment};
use super::super::percentage::{Percentage, Reached};
use super::super::plan::{Applies, TierPlan};
use super::super::tier::Tier;
use super::{check, graduated, money, thousandths, volume};
use crate::exact::Keep;

const T01: &str = "5 100 0 | 10 50 0 | 15 0 5 | inf 0 1";
const T07: &str = "5 100 0 | 10 150 0 | 15 0 10 | inf 0 5";

#[test]
fn graduated_tiers() {
    check("T01", &graduated(T01), "22 = 182");
    check(
        "T06",
        &graduated("5 100 0 | 10 50 0 | 15 0 10 | inf 0 5"),
        "0 = 100; 3 = 100; 5 = 100; 5.001 = 150; 7 = 150; 12 = 170; 22 = 235",
    );
    check(
        "L01",
        &graduated("10 2 10 | 20 3 5 | inf 3 5"),
        "0 = 2; 1 = 12; 10 = 102; 11 = 110; 12 = 115; 21 = 163",
    );
}

#[test]
fn volume_tiers() {
    let cases = "0 = 100; 3 = 100; 5 = 100; 14 = 140; 15 = 150; 16 = 80; 100 = 500";
    check("T07", &volume(T07), cases);
    let plan = volume("100 10 2 | 200 0 1 | inf 50 0.5");
    let cases = "0=10; 1=12; 100=210; 100.5=100.5; 101=101; 200=200; 300=200; 210=155";
    check("L02", &plan, cases);
    let prorated = plan.total_prorated(thousandths("300"), thousandths("198.6"));
    assert_eq!(prorated, Some(money("149.3")), "L03");
}

#[test]
fn what_was_billed_before_is_not_billed_again() {
    let plan = graduated(T01);
    let delta = |before, after| plan.delta(thousandths(before), thousandths(after)).unwrap();
    assert_eq!(delta("12", "22"), money("22"), "T02");
    assert_eq!(delta("7", "8"), Money::ZERO, "T05");
    let lines = |quantity| -> Vec<String> {
        let plan = TierPlan { maximum: Some(money("170")), ..plan.clone() };
        let lines = plan.lines(thousandths(quantity)).unwrap();
        lines.iter().map(|line| line.amount.rounded(Keep::ALL).unwrap().to_string()).collect()
    };
    assert_eq!(lines("12"), ["100", "50", "10"], "T04 before");
    assert_eq!(lines("22"), ["100", "50", "20", "0"], "T04: tier 3 adds 10, tier 4 nothing");
}

#[test]
fn minimum_and_maximum_spend() {
    let least = |text| Commitment { minimum: Some(money(text)), maximum: None };
    let billed = |usage, true_up| Billed { usage: money(usage), true_up: money(true_up) };
    let line = |commitment: Commitment, before, usage, is_last| {
        commitment.bill(money(before), money(usage), is_last)
    };
    assert_eq!(line(least("1000"), "100", "0", true), billed("0", "900"), "T03");
    assert_eq!(line(least("1000"), "0", "100", false), billed("100", "0"), "T03: not yet");
    let first = volume(T07).total(0).unwrap().to_string();
    assert_eq!(line(least("150"), "0", &first, true), billed("100", "50"), "T08");
    let most = Commitment { minimum: None, maximum: Some(money("170")) };
    assert_eq!(line(most, "160", "22", true), billed("10", "0"), "T04 by amounts");
}

#[test]
fn packages() {
    let package = |size, price| {
        TierPlan::of(Applies::Graduated, vec![Tier::package(thousandths(size), money(price))])
    };
    let plan = package("10", "15");
    check("T09", &plan, "0 = 0; 10 = 15; 5 = 15");
    assert_eq!(plan.delta(17_000, 22_000), Some(money("15")), "T09: 17 and then 5");
    let free = |units| TierPlan { free: thousandths(units), ..package("10", "100") };
    check("L04", &free("0"), "121 = 1300");
    check("L04, 10 free", &free("10"), "121 = 1200");
    check("L04, 200 free", &free("200"), "121 = 0");
}

#[test]
fn percentages() {
    // The events are not in the case; these are the ones whose running totals give its results.
    let events = [50_000, 100_000, 250_000, 400_000];
    let charge = |id: &str, rate, free_events, free_total: Option<u64>, expected: &str| {
        let free_quantity = free_total.map(|total| total * 1_000);
        let (price, fixed, keep) = (money(rate), money("2"), Keep::ALL);
        let plan = Percentage { price, per: 100_000, fixed, free_events, free_quantity, keep };
        let (mut reached, mut sum) = (Reached::default(), Money::ZERO);
        for value in events {
            let (charge, after) = plan.delta(reached, value).unwrap();
            (reached, sum) = (after, sum + charge);
        }
        assert_eq!(sum, money(expected), "{id}");
        assert_eq!(plan.total(reached), Some(sum), "{id}");
    };
    charge("L05", "1.3", Some(3), Some(250), "11.15");
    charge("L06, no free total", "1.3", Some(3), None, "7.2");
    charge("L06, nothing free", "1.3", None, None, "18.4");
    charge("L06, rate 0", "0", None, None, "8");
}

/// Blocks of a size, so many of them at a price each; the last tier has no end.
fn blocks(size: u64, tiers: &[(u64, &str)]) -> Vec<Tier> {
    let mut up_to = 0_u64;
    let tier = |(count, price): &(u64, &str)| {
        up_to = up_to.saturating_add(count.saturating_mul(size));
        Tier { up_to, flat: Money::ZERO, price: money(price), per: size, block: size }
    };
    tiers.iter().map(tier).collect()
}

#[test]
fn blocks_in_all_tiers_and_in_the_top_tier() {
    let total = |applies, tiers: &[Tier], quantity| {
        TierPlan::of(applies, tiers.to_vec()).total(quantity).unwrap()
    };
    let minutes = blocks(10, &[(100, "1"), (u64::MAX, "0.5")]);
    let octets = blocks(1, &[(1024, "0.5"), (u64::MAX, "0.1")]);
    let both = |applies| total(applies, &minutes, 1500) + total(applies, &octets, 2048);
    assert_eq!(both(Applies::Graduated), money("739.4"), "K01");
    assert_eq!(both(Applies::Volume), money("279.8"), "K02");

    let minutes = blocks(1, &[(20, "2"), (u64::MAX, "20")]);
    let octets = blocks(1, &[(u64::MAX, "10")]);
    let both = |applies| total(applies, &minutes, 120) + total(applies, &octets, 10);
    assert_eq!(both(Applies::Graduated), money("2140"), "K04");
    assert_eq!(both(Applies::Volume), money("2500"), "K04, top tier");

    let litres = blocks(1, &[(1000, "1.5"), (u64::MAX, "2")]);
    let month = |applies, quantity| money("30") + total(applies, &litres, quantity);
    assert_eq!(month(Applies::Graduated, 400), money("630"), "K05");
    assert_eq!(month(Applies::Graduated, 1200), money("1930"), "K05");
    assert_eq!(month(Applies::Volume, 1200), money("2430"), "K06");
}

#[test]
fn capacity_is_priced_by_peaks() {
    let tier = |bandwidth, members, price: &str| CapacityTier {
        limits: vec![bandwidth, members],
        price: money(price),
    };
    let tiers = [tier(100, 500, "5"), tier(1000, 1000, "15")];
    let mut peaks = [0, 0];
    capacity::raise(&mut peaks, &[50, 350]);
    capacity::raise(&mut peaks, &[20, 10]);
    assert_eq!(capacity::tier_of(&tiers, &peaks), Some(0), "K03");
    assert_eq!(capacity::delta(&tiers, &[0, 0], &peaks), Some(Money::ZERO), "K03");
    assert_eq!(capacity::tier_of(&tiers, &[50, 501]), Some(1), "K03: the next tier");
    assert_eq!(capacity::delta(&tiers, &peaks, &[50, 501]), Some(money("10")), "K03");
    assert_eq!(capacity::tier_of(&tiers, &[5000, 1]), None);
}
