//! Usage that is a function of its number: it need not be kept to be known.

use serde::{Deserialize, Serialize};

/// How many accounts there are.
pub(crate) const ACCOUNTS: u64 = 200_000;
/// How many plans: a thousandth of the accounts is on each.
pub(crate) const PLANS: u64 = 1_000;
/// How many zones; half of the usage calls none, so that a thousandth of it goes to each.
pub(crate) const ZONES: u64 = 500;
/// When usage begins.
pub(crate) const START: i64 = 1_793_577_600_000_000;
/// Microseconds between one usage record and the next: 50 million of them spread over 29 days.
pub(crate) const GAP: i64 = 50_000;

/// Spreads a number over all words.
pub(crate) fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ (mixed >> 32)
}

/// A number below a limit.
fn below(limit: u64, number: u64) -> u64 {
    mix(number) % limit
}

/// One usage record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) started_at: i64,
    pub(crate) provenance: u64,
    pub(crate) party: [u64; 2],
    pub(crate) called: u64,
    pub(crate) quantity: u64,
    pub(crate) service: u8,
}

/// The account of a usage record: every fiftieth belongs to one of twenty hot accounts.
pub(crate) fn account_of(number: u64) -> u64 {
    match below(50, number ^ 1 << 60) {
        0 => below(20, number ^ 2 << 60),
        _ => below(ACCOUNTS, number ^ 2 << 60),
    }
}

/// The id of an account.
pub(crate) fn account_id(account: u64) -> [u64; 2] {
    [mix(account ^ 5 << 60), mix(account ^ 6 << 60)]
}

/// The plan of an account.
pub(crate) fn plan_of(account: u64) -> u64 {
    account % PLANS
}

/// The zone of a called number; 0 where none was called.
pub(crate) fn zone_of(called: u64) -> u64 {
    if called == 0 { 0 } else { 1 + (called >> 52) % ZONES }
}

/// The party of an account that used it: there are up to three.
fn party(account: u64, number: u64) -> [u64; 2] {
    let seat = account * 4 + below(1 + account % 3, number ^ 7 << 60);
    [mix(seat ^ 8 << 60), mix(seat ^ 9 << 60)]
}

impl Usage {
    /// The usage record of a number: half data, and calls and messages with eleven digits.
    pub(crate) fn of(number: u64, account: u64) -> Self {
        let service = u8::try_from(below(4, number ^ 3 << 60)).expect("it fits").min(2);
        let digits = (0..11).fold(0, |called, digit| {
            called << 4 | below(10, number.wrapping_mul(16) ^ digit ^ 4 << 60)
        });
        let (called, quantity) = match service {
            0 => (digits << 20 | 11, 1_000 * below(3_600, number ^ 10 << 60)),
            1 => (digits << 20 | 11, 1),
            _ => (0, below(1 << 30, number ^ 11 << 60)),
        };
        Self {
            started_at: START + i64::try_from(number).expect("it fits") * GAP,
            provenance: ((number % 8) << 42) | (number / 8),
            party: party(account, number),
            called,
            quantity,
            service,
        }
    }
}

impl Usage {
    /// The digits stand at the low end, so that numbers of one length differ little.
    pub(crate) fn words(&self) -> [u64; 7] {
        let Self { started_at, provenance, party, called, quantity, service } = *self;
        let kind = u64::from(service) << 4 | called & 0xF;
        let [high, low] = party;
        [started_at.cast_unsigned(), provenance, high, low, called >> 20, quantity, kind]
    }

    pub(crate) fn of_words(
        [started_at, provenance, high, low, digits, quantity, kind]: [u64; 7],
    ) -> Self {
        Self {
            started_at: started_at.cast_signed(),
            provenance,
            party: [high, low],
            called: digits << 20 | kind & 0xF,
            quantity,
            service: u8::try_from(kind >> 4).expect("it fits"),
        }
    }
}
