//! Numbers as people read them, in whole arithmetic.

/// `part / whole` with two decimals.
pub(crate) fn ratio(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 100 / u128::from(whole.max(1));
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Nanoseconds per record, in microseconds with two decimals.
pub(crate) fn micros_per(records: u64, ns: u64) -> String {
    ratio(ns, records.saturating_mul(1_000))
}

/// Records per second, in whole numbers with separators.
pub(crate) fn per_second(records: u64, ns: u64) -> String {
    let rate = u128::from(records) * 1_000_000_000 / u128::from(ns.max(1));
    grouped(u64::try_from(rate).unwrap_or(u64::MAX))
}

/// A number with separators.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes in MiB.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", grouped(bytes >> 20))
}

/// Nanoseconds in seconds with two decimals.
pub(crate) fn seconds(ns: u64) -> String {
    format!("{} s", ratio(ns, 1_000_000_000))
}
