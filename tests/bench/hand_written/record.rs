//! One usage record: from JSON, borrowed, to numbers.

use hashbrown::DefaultHashBuilder;
use serde::Deserialize;
use std::hash::BuildHasher;

/// Services by their number.
pub(crate) const SERVICES: [&str; 3] = ["voice", "data", "sms"];
/// The service that calls nobody.
pub(crate) const DATA: usize = 1;

/// What is charged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) identity: u64,
    pub(crate) subscriber: u64,
    /// The called digits, packed as nibbles from the left; 0 where nobody was called.
    pub(crate) called: u64,
    pub(crate) started_at: i64,
    pub(crate) quantity: u64,
    pub(crate) offset: i64,
    pub(crate) partition: i32,
    pub(crate) service: usize,
}

#[derive(Deserialize)]
struct Document<'a> {
    usage_id: &'a str,
    service: &'a str,
    msisdn: &'a str,
    called_number: Option<&'a str>,
    started_at: &'a str,
    duration_s: Option<u64>,
    volume_bytes: Option<u64>,
    message_count: Option<u64>,
}

/// Decodes records, and remembers the day of the last one.
#[derive(Default)]
pub(crate) struct Decoder {
    hashes: DefaultHashBuilder,
    date: [u8; 10],
    date_micros: i64,
}

impl Decoder {
    /// The record, if it can be read.
    pub(crate) fn usage(&mut self, payload: &[u8], place: (i32, i64)) -> Option<Usage> {
        let document: Document<'_> = serde_json::from_slice(payload).ok()?;
        let service = SERVICES.iter().position(|service| *service == document.service)?;
        let quantity = match service {
            0 => document.duration_s?.checked_mul(1_000)?,
            DATA => document.volume_bytes?,
            _ => document.message_count?,
        };
        let called = match document.called_number {
            Some(number) if service != DATA => nibbles(number)?,
            _ => 0,
        };
        Some(Usage {
            identity: self.hashes.hash_one(document.usage_id),
            subscriber: nibbles(document.msisdn)?,
            called,
            started_at: self.instant(document.started_at.as_bytes())?,
            quantity,
            offset: place.1,
            partition: place.0,
            service,
        })
    }

    /// `2026-11-02T10:20:30.123456Z` in microseconds; the fraction may be missing.
    pub(crate) fn instant(&mut self, text: &[u8]) -> Option<i64> {
        let date: &[u8; 10] = text.get(..10)?.try_into().ok()?;
        if *date != self.date {
            self.date_micros = date_micros(std::str::from_utf8(date).ok()?)?;
            self.date = *date;
        }
        let clock = text.get(11..19)?;
        let seconds =
            number(&clock[..2])? * 3_600 + number(&clock[3..5])? * 60 + number(&clock[6..])?;
        let fraction = match text.get(19..)? {
            b"Z" => 0,
            [b'.', digits @ .., b'Z'] if digits.len() == 6 => number(digits)?,
            _ => return None,
        };
        Some(self.date_micros + seconds * 1_000_000 + fraction)
    }
}

fn date_micros(date: &str) -> Option<i64> {
    datasets::units::EventTime::parse_rfc3339(&format!("{date}T00:00:00Z")).ok().map(|at| at.0)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
    })
}

/// Up to 15 digits, with or without a plus, as nibbles from the left, with their count in the lowest.
pub(crate) fn nibbles(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    let digits = digits.strip_prefix(b"+").unwrap_or(digits);
    let count = u64::try_from(digits.len()).ok().filter(|count| (1..=15).contains(count))?;
    let packed = digits.iter().try_fold(0, |packed, digit| {
        digit.is_ascii_digit().then(|| (packed << 4) | u64::from(digit - b'0'))
    })?;
    Some((packed << (64 - 4 * count)) | count)
}
