//! Ways in which a record is spoilt so that nobody can decode it.

use fastrand::Rng;

use super::usage::Fact;
use super::usage_json::{payload, quantity_name};

/// What is wrong with a record's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breakage {
    /// Only the first half was written.
    Truncated,
    /// No text at all.
    Binary,
    NoNumber,
    NoIdentity,
    BadNumber,
    BadService,
    BadInstant,
    Negative,
}

const ALL: [Breakage; 8] = [
    Breakage::Truncated,
    Breakage::Binary,
    Breakage::NoNumber,
    Breakage::NoIdentity,
    Breakage::BadNumber,
    Breakage::BadService,
    Breakage::BadInstant,
    Breakage::Negative,
];

impl Breakage {
    /// Any of them.
    pub(super) fn any(rng: &mut Rng) -> Self {
        ALL[rng.usize(..ALL.len())]
    }

    /// The spoilt record: one line, whatever its bytes.
    pub(super) fn payload(self, fact: &Fact, seed: u64) -> Vec<u8> {
        let mut sound = payload(fact, seed);
        let quantity = format!("{}\":", quantity_name(fact.service));
        match self {
            Self::Truncated => {
                sound.truncate(sound.len() / 2);
                sound
            }
            // No byte becomes a line feed, so that a file of lines keeps its lines.
            Self::Binary => sound.into_iter().map(|byte| byte | 0x80).collect(),
            Self::NoNumber => replaced(&sound, "\"msisdn\"", "\"party\""),
            Self::NoIdentity => replaced(&sound, "\"usage_id\"", "\"id\""),
            Self::BadNumber => replaced(&sound, "\"msisdn\":\"+", "\"msisdn\":\"unknown "),
            Self::BadService => replaced(&sound, "\"service\":\"", "\"service\":\"tele"),
            Self::BadInstant => replaced(&sound, "\"started_at\":\"", "\"started_at\":\"after "),
            Self::Negative => replaced(&sound, &quantity, &format!("{quantity}-1")),
        }
    }
}

fn replaced(record: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(record).replacen(from, to, 1).into_bytes()
}
