//! JSON written byte by byte, for records that are made half a million times a second.

use crate::units::{EventTime, MICROS_PER_SECOND};

const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A record being written.
#[derive(Debug)]
pub(super) struct Json(Vec<u8>);

impl Json {
    /// An empty record with room for a usual one.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Appends text as it is; the caller's fields hold nothing that JSON escapes.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Appends a whole number.
    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.padded(number, 1)
    }

    /// Appends a whole number with leading zeros up to a width of at most 20.
    pub(super) fn padded(&mut self, number: u64, width: usize) -> &mut Self {
        let mut digits = [b'0'; 20];
        let mut first = digits.len();
        let mut rest = number;
        while rest > 0 {
            first -= 1;
            digits[first] = b'0' + low_byte(rest % 10);
            rest /= 10;
        }
        let first = first.min(digits.len() - width);
        self.0.extend_from_slice(&digits[first..]);
        self
    }

    /// Appends an instant as RFC 3339 in UTC, with microseconds where there are any.
    pub(super) fn instant(&mut self, instant: EventTime) -> &mut Self {
        let day = instant.0.div_euclid(MICROS_PER_DAY);
        let micros = positive(instant.0.rem_euclid(MICROS_PER_DAY));
        let (year, month, day) = civil(day);
        let second = micros / 1_000_000;
        self.padded(year, 4).text("-").padded(month, 2).text("-").padded(day, 2).text("T");
        self.padded(second / 3_600, 2).text(":").padded(second / 60 % 60, 2).text(":");
        self.padded(second % 60, 2);
        if !micros.is_multiple_of(1_000_000) {
            self.text(".").padded(micros % 1_000_000, 6);
        }
        self.text("Z")
    }

    /// The bytes of the record.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).expect("instants of the generator are after 1970")
}

/// Year, month and day of a day since 1970-01-01, in the Gregorian calendar.
fn civil(day: i64) -> (u64, u64, u64) {
    // Years begin in March here, so that the leap day is the last one; 400 years have 146,097 days.
    let day = positive(day + 719_468);
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Json)) -> String {
        let mut json = Json::with_capacity(32);
        write(&mut json);
        String::from_utf8(json.finish()).unwrap()
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(written(|json| _ = json.number(number)), number.to_string());
        }
        assert_eq!(written(|json| _ = json.padded(42, 5)), "00042");
        assert_eq!(written(|json| _ = json.padded(123_456, 5)), "123456");
    }

    #[test]
    fn instants_are_what_the_units_print() {
        let mut rng = fastrand::Rng::with_seed(3);
        for day in 0..50_000 {
            let whole = EventTime(day * MICROS_PER_DAY + rng.i64(0..86_400) * MICROS_PER_SECOND);
            assert_eq!(written(|json| _ = json.instant(whole)), whole.to_string());
            let exact = EventTime(whole.0 + rng.i64(1..MICROS_PER_SECOND));
            let text = written(|json| _ = json.instant(exact));
            assert_eq!(EventTime::parse_rfc3339(&text), Ok(exact));
        }
    }
}
