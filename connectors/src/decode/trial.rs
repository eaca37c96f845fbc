//! Decoders on trial: arbitrary bytes go in, and nothing may be lost, repeated or shown.
//!
//! The seeded noise of the tests and the fuzz targets in `connectors/fuzz` feed the same entries.

pub mod network;

use std::sync::Arc;

use datasets::ids::Pseudonyms;
use datasets::reference::RefTopic;

use super::{Counting, Decoder, Format, Identity, Record};
use crate::mapping::Mapping;
use crate::source::Role;

/// A decoder on trial.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// What it reads, for failures.
    pub name: &'static str,
    role: Role,
    form: Form,
    /// A payload that it takes.
    pub good: &'static str,
}

/// How payloads are written, as a constant can say it.
#[derive(Clone, Copy, Debug)]
enum Form {
    Json,
    /// Under this header.
    Table(&'static str),
    /// By this mapping, under this header.
    Mapped(&'static str, Option<&'static str>),
}

const CALLS: &str = include_str!("trial/calls.toml");
const SESSIONS: &str = include_str!("trial/sessions.toml");

/// Usage as JSON.
pub const USAGE_JSON: Trial = Trial {
    name: "usage as JSON",
    role: Role::Usage,
    form: Form::Json,
    good: r#"{"usage_id":"u\u00e9","service":"sms","msisdn":"49","started_at":"2026-11-24T09:30:00Z","message_count":1}"#,
};
/// Usage as a table.
pub const USAGE_CSV: Trial = Trial {
    name: "usage as a table",
    role: Role::Usage,
    form: Form::Table("usage_id,service,msisdn,called_number,started_at,duration_s,revision"),
    good: r#""u,1",voice,+4917012345678,4930123456,2026-11-24T09:30:00.5+01:00,61,2"#,
};
/// Usage as a table, by a mapping of two records per line.
pub const USAGE_MAPPED_CSV: Trial = Trial {
    name: "mapped usage as a table",
    role: Role::Usage,
    form: Form::Mapped(CALLS, Some("kind;other;at;seconds")),
    good: "call;00493012345;1795512600;61.5",
};
/// Usage as JSON, by a mapping.
pub const USAGE_MAPPED_JSON: Trial = Trial {
    name: "mapped usage as JSON",
    role: Role::Usage,
    form: Form::Mapped(SESSIONS, None),
    good: r#"{"status":"ok","node":{"name":"n1"},"seq":7,"kind":2,"a":{"number":"01701"},"day":"24.11.2026","clock":"10:30","amount":1.5}"#,
};
/// Top-ups as JSON.
pub const TOPUPS_JSON: Trial = Trial {
    name: "top-ups as JSON",
    role: Role::TopUps,
    form: Form::Json,
    good: r#"{"topup_id":"t","account_id":"a","amount":"1.5","currency":"EUR","topped_up_at":1}"#,
};
/// Top-ups as a table.
pub const TOPUPS_CSV: Trial = Trial {
    name: "top-ups as a table",
    role: Role::TopUps,
    form: Form::Table("topup_id,account_id,amount,currency,topped_up_at"),
    good: "t,a,12.50,EUR,2026-11-24T09:30:00Z",
};
/// Accounts as JSON.
pub const ACCOUNTS_JSON: Trial = Trial {
    name: "accounts as JSON",
    role: Role::Reference(RefTopic::Accounts),
    form: Form::Json,
    good: r#"{"key":"a","account_id":"a","customer_id":"c","kind":"prepaid","currency":"EUR","credit_limit":10.5}"#,
};
/// Subscriptions as JSON.
pub const SUBSCRIPTIONS_JSON: Trial = Trial {
    name: "subscriptions as JSON",
    role: Role::Reference(RefTopic::Subscriptions),
    form: Form::Json,
    good: r#"{"key":"s","document":{"subscription_id":"s","account_id":"a","tariff_id":"b","msisdn":"+4917012345678","valid_from":"2026-01-01T00:00:00Z"}}"#,
};
/// Tariffs as JSON.
pub const TARIFFS_JSON: Trial = Trial {
    name: "tariffs as JSON",
    role: Role::Reference(RefTopic::Tariffs),
    form: Form::Json,
    good: r#"{"key":"r","tariff_id":"b","service":"data","price":1,"per":2,"unit":"GiB","currency":"USD","decimals":2,"rounding":"up"}"#,
};
/// Tariffs as a table.
pub const TARIFFS_CSV: Trial = Trial {
    name: "tariffs as a table",
    role: Role::Reference(RefTopic::Tariffs),
    form: Form::Table("key,tariff_id,service,zone,price,per,unit,currency,decimals,rounding"),
    good: "r,basic,voice,near,0.09,1,min,EUR,4,half_even",
};
/// Destinations as a table.
pub const DESTINATIONS_CSV: Trial = Trial {
    name: "destinations as a table",
    role: Role::Reference(RefTopic::Destinations),
    form: Form::Table("key,prefix,zone,valid_to"),
    good: "d,4930,near,2027-01-01T00:00:00Z",
};

/// All of them.
pub const ALL: [Trial; 11] = [
    USAGE_JSON,
    USAGE_CSV,
    USAGE_MAPPED_CSV,
    USAGE_MAPPED_JSON,
    TOPUPS_JSON,
    TOPUPS_CSV,
    ACCOUNTS_JSON,
    SUBSCRIPTIONS_JSON,
    TARIFFS_JSON,
    TARIFFS_CSV,
    DESTINATIONS_CSV,
];

impl Trial {
    /// Decodes payloads, and returns how many records came of them.
    ///
    /// # Panics
    /// If a payload leaves neither record nor dead letter, or a digit is shown.
    pub fn run<'p>(&self, payloads: impl Iterator<Item = &'p [u8]>) -> usize {
        let mut decoder = self.decoder();
        let mut lines = 0;
        for (offset, payload) in (0..).zip(payloads) {
            decoder.push(Record { partition: 0, offset, key: None, payload: Some(payload) });
            lines += 1;
        }
        let batch = decoder.finish(Vec::new());
        let (taken, dead) = (batch.record_count(), batch.dead.len());
        let most = lines * usize::try_from(decoder.offsets_per_record()).expect("it is small");
        assert!((lines..=most).contains(&(taken + dead)), "{}: {lines} lines", self.name);
        assert!(batch.raw.num_rows() == taken, "{}: {taken} records", self.name);
        for letter in &batch.dead {
            let shown = letter.masked_payload.contains(char::is_numeric);
            assert!(!shown, "{}: {}", self.name, letter.masked_payload);
            assert!(!letter.detail.is_empty(), "{}: {}", self.name, letter.reason);
        }
        taken
    }

    fn decoder(&self) -> Decoder {
        let identity = Identity { number: 0, source_id: "trial".into(), topic: "trial".into() };
        let (format, header) = match self.form {
            Form::Json => (Format::Json, None),
            Form::Table(header) => (Format::Columns(b','), Some(header)),
            Form::Mapped(mapping, header) => {
                let mapping = Mapping::parse(mapping, "trial.toml").expect("the mapping is sound");
                (Format::Mapped(Arc::new(mapping)), header)
            }
        };
        let pseudonyms = Pseudonyms::new(b"trial");
        let decoder = Decoder::new(identity, (self.role, &format), Counting::Lines, pseudonyms);
        let mut decoder = decoder.expect("the format is one for the role");
        decoder.begin(header).expect("the header has all columns");
        decoder
    }
}

/// Reads arbitrary text as a mapping; one that is sound is said to be, and is used.
#[must_use]
pub fn mapping(text: &str) -> bool {
    match Mapping::parse(text, "trial.toml") {
        Ok(mapping) => mapping.records_per_line() > 0,
        Err(error) => {
            assert!(error.to_string().starts_with("trial.toml"), "{error}");
            false
        }
    }
}

/// Mappings that can be read, for noise to begin with.
pub const MAPPINGS: [&str; 2] = [CALLS, SESSIONS];
