//! Sizes as people write them.

/// Reads a size such as `12GiB`, `512 MiB` or `1000000`; units are powers of 1,024 where they say so.
#[must_use]
pub fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale: u64 = match unit.trim() {
        "" | "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use super::parse_bytes;

    #[test]
    fn sizes_are_read_with_their_units() {
        let check = |text, expected| assert_eq!(parse_bytes(text), expected, "{text}");
        check("12GiB", Some(12 << 30));
        check("512 MiB", Some(512 << 20));
        check("7", Some(7));
        check("3kB", Some(3_000));
        check("2TiB", Some(2 << 40));
        check("", None);
        check("GiB", None);
        check("1.5GiB", None);
        check("20000000000GiB", None);
        check("-1", None);
    }
}
