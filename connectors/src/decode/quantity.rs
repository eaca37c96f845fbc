//! Quantities: named units, and decimals brought to base units exactly or by a declared rounding.

use datasets::units::Rounding;
use datasets::usage::Service;

/// A unit of a service's quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The service whose quantity it measures.
    pub(crate) service: Service,
    /// How many base units it is.
    pub(crate) factor: u64,
}

impl Unit {
    /// Names of all units, as documents and mappings write them. kB is 10³ bytes, KiB is 2¹⁰.
    pub(crate) const NAMES: &str = "ms, s, min, h, byte, kB, MB, GB, TB, KiB, MiB, GiB, TiB, event";

    /// The unit of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (service, factor) = match name {
            "ms" => (Service::Voice, 1),
            "s" => (Service::Voice, 1_000),
            "min" => (Service::Voice, 60_000),
            "h" => (Service::Voice, 3_600_000),
            "byte" => (Service::Data, 1),
            "kB" => (Service::Data, 1_000),
            "MB" => (Service::Data, 1_000_000),
            "GB" => (Service::Data, 1_000_000_000),
            "TB" => (Service::Data, 1_000_000_000_000),
            "KiB" => (Service::Data, 1 << 10),
            "MiB" => (Service::Data, 1 << 20),
            "GiB" => (Service::Data, 1 << 30),
            "TiB" => (Service::Data, 1 << 40),
            "event" => (Service::Sms, 1),
            _ => return None,
        };
        Some(Self { service, factor })
    }
}

/// A decimal as it is written: a whole number of 10⁻ˢᶜᵃˡᵉ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    /// Reads plain notation, not negative: up to 18 digits before the point and 12 behind it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 18 || fraction.len() > 12 || text.ends_with('.') {
            return None;
        }
        if !plain(whole) || !plain(fraction) {
            return None;
        }
        let digits = whole.bytes().chain(fraction.bytes());
        let units = digits.fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        let scale = u32::try_from(fraction.len()).expect("it has at most twelve digits");
        Some(Self { units, scale })
    }

    /// So many times `factor`, as a whole number; `None` where that needs a rounding and none is given.
    pub(crate) fn times(self, factor: u64, rounding: Option<Rounding>) -> Option<u64> {
        let (exact, divisor) =
            (self.units.checked_mul(i128::from(factor))?, 10_i128.pow(self.scale));
        let whole = match rounding {
            Some(rule) => rule.divide(exact, divisor),
            None if exact % divisor == 0 => exact / divisor,
            None => return None,
        };
        u64::try_from(whole).ok().filter(|whole| *whole <= super::usage::QUANTITY_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_units(text: &str, unit: &str, rounding: Option<Rounding>) -> Option<u64> {
        Decimal::parse(text)?.times(Unit::named(unit)?.factor, rounding)
    }

    #[test]
    fn decimals_are_exact_or_rounded_as_declared() {
        assert_eq!(base_units("265.1", "min", None), Some(15_906_000));
        assert_eq!(base_units("0.3", "kB", None), Some(300));
        assert_eq!(base_units("1.5", "MiB", None), Some(1_572_864));
        assert_eq!(base_units("0.0005", "s", None), None);
        assert_eq!(base_units("0.0005", "s", Some(Rounding::HalfUp)), Some(1));
        assert_eq!(base_units("0.0005", "s", Some(Rounding::HalfEven)), Some(0));
        assert_eq!(base_units("999999999999999999", "TiB", None), None);
    }

    #[test]
    fn what_is_no_plain_decimal_is_none() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.0000000000001"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
