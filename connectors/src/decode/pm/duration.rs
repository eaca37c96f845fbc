//! Durations of granularity periods, as XML writes them.

use datasets::units::MICROS_PER_SECOND;

/// Microseconds of a duration of whole days, hours, minutes and seconds, such as `PT900S` or `P1DT1H`.
pub(super) fn micros(text: &str) -> Option<i64> {
    let (days, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((days, clock)) => (days, clock),
        None => (text.strip_prefix('P')?, ""),
    };
    let days = parts(days, &[('D', 86_400)])?;
    let seconds = days.checked_add(parts(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?)?;
    (seconds > 0).then(|| seconds.checked_mul(MICROS_PER_SECOND))?
}

/// The sum of numbers with their units, each at most once and in this order.
fn parts(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let (mut rest, mut sum) = (text, 0_i64);
    for (unit, seconds) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            sum = sum.checked_add(number.parse::<i64>().ok()?.checked_mul(*seconds)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("PT900S", Some(900)),
            ("PT15M", Some(900)),
            ("PT1H30M", Some(5_400)),
            ("P1DT1S", Some(86_401)),
            ("P1D", Some(86_400)),
            ("PT0S", None),
            ("P", None),
            ("P1DT", None),
            ("PT", None),
            ("PT-1S", None),
            ("PT1.5S", None),
            ("PT1S1H", None),
            ("P1M", None),
            ("900", None),
            ("PT9223372036854775807S", None),
            ("", None),
        ] {
            assert_eq!(micros(text), seconds.map(|seconds| seconds * 1_000_000), "{text}");
        }
    }
}
