//! Reads instants: RFC 3339 as nearly all records write it, without the cost of a general parser.

use datasets::units::{EventTime, MICROS_PER_SECOND};

/// Instants that a record may carry: from the year 1 to the year 9999.
const RECORDABLE: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// Reads an RFC 3339 instant with its offset, or whole microseconds since 1970.
///
/// It agrees with `EventTime::parse_rfc3339`, which it asks about whatever is not of the usual form.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<EventTime> {
    let micros = match usual(text.as_bytes()) {
        Some(micros) => micros,
        None => EventTime::parse_rfc3339(text).ok().or_else(|| whole_micros(text))?.0,
    };
    recordable(micros)
}

/// The instant of so many microseconds, if a record may carry it.
#[must_use]
pub(crate) fn recordable(micros: i64) -> Option<EventTime> {
    RECORDABLE.contains(&micros).then_some(EventTime(micros))
}

fn whole_micros(text: &str) -> Option<EventTime> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole { text.parse().ok().map(EventTime) } else { None }
}

/// `YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM)` with every part in its plain range.
fn usual(text: &[u8]) -> Option<i64> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let (clock, rest) = (rest.get(..9)?, rest.get(9..)?);
    let marks = [date[4], date[7], clock[0], clock[3], clock[6]];
    if marks != [b'-', b'-', b'T', b':', b':'] {
        return None;
    }
    let year = number(&date[..2])? * 100 + number(&date[2..4])?;
    let days = days_since_1970(year, number(&date[5..7])?, number(&date[8..])?)?;
    let (hour, minute) = (number(&clock[1..3])?, number(&clock[4..6])?);
    let second = number(&clock[7..])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, zone) = split_fraction(rest)?;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset_seconds(zone)?;
    Some(seconds * MICROS_PER_SECOND + fraction)
}

/// Two digits.
fn number(digits: &[u8]) -> Option<i64> {
    match digits {
        [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

/// The microseconds of a fraction (what is finer is cut off), and what follows it.
fn split_fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = rest.strip_prefix(b".") else { return Some((0, rest)) };
    let length = digits.iter().take_while(|digit| digit.is_ascii_digit()).count();
    if length == 0 || length > 9 {
        return None;
    }
    let (micros, _weight) = digits[..length].iter().fold((0, 100_000), |(sum, weight), digit| {
        (sum + i64::from(digit - b'0') * weight, weight / 10)
    });
    Some((micros, &digits[length..]))
}

fn offset_seconds(zone: &[u8]) -> Option<i64> {
    match zone {
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            let seconds = hours * 3_600 + minutes * 60;
            let plain = hours < 24 && minutes < 60;
            plain.then_some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if day < 1 || day > length {
        return None;
    }
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + leap_days + day_of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_general_parser() {
        let texts = [
            "2026-11-24T09:30:00Z",
            "2026-11-24T09:30:00.5+01:00",
            "2024-02-29T23:59:59.999999999-11:30",
            "1969-12-31T23:59:59.000001Z",
            "2000-02-29T00:00:00+00:00",
            "0001-03-01T00:00:00Z",
        ];
        for text in texts {
            assert_eq!(usual(text.as_bytes()), EventTime::parse_rfc3339(text).ok().map(|at| at.0));
        }
    }

    #[test]
    fn agrees_on_every_day_of_eight_centuries() {
        let start = EventTime::parse_rfc3339("1600-01-01T12:00:00Z").unwrap();
        for day in 0..300_000 {
            let at = start.plus_seconds(day * 86_400);
            assert_eq!(usual(at.to_string().as_bytes()), Some(at.0), "{at}");
        }
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in ["", "-", "2026-11-24", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["2026-11-24T09:30:00", "9223372036854775807", "2026-11-24T24:00:00Z", "1e9"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("1795512600000000"), parse("2026-11-24T09:30:00Z"));
    }
}
