//! The price list: four tariffs, each with its own units, decimals and rounding.

use super::documents::{Price, Scale};
use super::zones::ZONES;
use crate::units::{Money, Rounding};
use crate::usage::Service;

/// The tariffs' names in documents.
pub(super) const TARIFFS: [&str; 4] = ["basic", "smart", "family", "business"];

/// What a minute costs by the zone's tier, in 10⁻⁹ of a euro.
const MINUTE_BY_TIER: [i128; 8] = [
    0,
    90_000_000,
    120_000_000,
    190_000_000,
    290_000_000,
    790_000_000,
    1_990_000_000,
    4_990_000_000,
];
/// How dear each tariff is, in per cent of the list price.
const PERCENT: [i128; 4] = [100, 80, 65, 50];
/// From this tier on the first tariff has no price: its usage there stays suspended.
const BASIC_ENDS: usize = 6;

const VOICE: [Scale; 4] = [
    scale(1, "min", 60_000, (4, Rounding::HalfUp)),
    scale(60, "s", 1_000, (6, Rounding::HalfEven)),
    scale(1, "min", 60_000, (2, Rounding::Up)),
    scale(60_000, "ms", 1, (9, Rounding::Down)),
];
const SMS: Scale = scale(1, "event", 1, (4, Rounding::HalfUp));
const DATA: [(Scale, i128); 4] = [
    (scale(1, "MB", 1_000_000, (4, Rounding::Up)), 9_900_000),
    (scale(1, "MiB", 1 << 20, (6, Rounding::HalfEven)), 4_900_000),
    (scale(1, "GB", 1_000_000_000, (5, Rounding::HalfUp)), 2_990_000_000),
    (scale(1, "GiB", 1 << 30, (6, Rounding::Down)), 1_990_000_000),
];

const fn scale(per: u32, unit: &'static str, base_units: u64, to: (u32, Rounding)) -> Scale {
    Scale { per, unit, base_units, decimals: to.0, rounding: to.1 }
}

/// All rows of all tariffs.
pub(super) fn list() -> Vec<Price> {
    (0..TARIFFS.len())
        .flat_map(|tariff| std::iter::once(data(tariff)).chain(zoned(tariff)))
        .collect()
}

fn data(tariff: usize) -> Price {
    let (scale, price) = DATA[tariff];
    Price { tariff, service: Service::Data, zone: None, price: Money(price), scale }
}

fn zoned(tariff: usize) -> impl Iterator<Item = Price> {
    let sold = move |zone: &usize| tariff > 0 || ZONES[*zone].tier < BASIC_ENDS;
    (0..ZONES.len()).filter(sold).flat_map(move |zone| {
        let minute = MINUTE_BY_TIER[ZONES[zone].tier] * PERCENT[tariff] / 100;
        let row = |service, price, scale| Price {
            tariff,
            service,
            zone: Some(zone),
            price: Money(price),
            scale,
        };
        [row(Service::Voice, minute, VOICE[tariff]), row(Service::Sms, minute * 3 / 4, SMS)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tariff_but_the_first_prices_everything() {
        let prices = list();
        let rows = |tariff| prices.iter().filter(|price| price.tariff == tariff).count();
        assert_eq!([1, 2, 3].map(rows), [1 + 2 * ZONES.len(); 3]);
        assert!(rows(0) < rows(1));
    }
}
