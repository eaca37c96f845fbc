//! Who used what, when and how much: usage as the generator means it.

use fastrand::Rng;

use super::breakage::Breakage;
use super::config::{Config, Trouble};
use super::prefixes::Prefixes;
use super::registrar::msisdn;
use crate::units::{EventTime, MICROS_PER_SECOND};
use crate::usage::Service;

/// From this place on nobody subscribed to the numbers.
const STRANGERS: u32 = 1 << 31;
/// 2099-01-01T00:00:00Z.
const FAR_AHEAD: EventTime = EventTime(4_070_908_800_000_000);

/// One usage record; every revision of it is a fact of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fact {
    /// Its number, from which its identity is made.
    pub(super) usage: u32,
    pub(super) revision: u16,
    pub(super) cancelled: bool,
    pub(super) service: Service,
    /// The place of the number that pays.
    pub(super) line: u32,
    pub(super) started_at: EventTime,
    /// The called number, 0 where there is none.
    pub(super) called: u64,
    /// Seconds of voice, bytes of data, messages.
    pub(super) amount: u64,
}

impl Fact {
    /// The number that pays.
    pub(super) fn msisdn(&self) -> u64 {
        match self.line.checked_sub(STRANGERS) {
            Some(stranger) => 4_915_900_000_000 + u64::from(stranger),
            None => msisdn(self.line),
        }
    }

    /// The usage in the service's base unit.
    pub(super) fn quantity(&self) -> u64 {
        match self.service {
            Service::Voice => self.amount * 1_000,
            Service::Data | Service::Sms | Service::Event => self.amount,
        }
    }
}

/// Draws the kind of something that happens at these rates out of a million; mostly nothing does.
pub(super) fn draw<const KINDS: usize>(rng: &mut Rng, rates: [u32; KINDS]) -> Option<usize> {
    let mut roll = rng.u32(..1_000_000);
    for (kind, rate) in rates.into_iter().enumerate() {
        match roll.checked_sub(rate) {
            Some(rest) => roll = rest,
            None => return Some(kind),
        }
    }
    None
}

/// Makes usage up.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) rng: Rng,
    prefixes: Prefixes,
    subscribers: u32,
    trouble: Trouble,
}

impl Usage {
    /// Usage of all subscribers, to all prefixes.
    pub(super) fn new(config: &Config, prefixes: Prefixes, rng: Rng) -> Self {
        Self { rng, prefixes, subscribers: config.subscribers, trouble: config.trouble }
    }

    /// The usage that was recorded at an instant, and how its record was spoilt, if it was.
    pub(super) fn recorded(&mut self, usage: u32, at: EventTime) -> (Fact, Option<Breakage>) {
        let Trouble { unknown_subscriber, unknown_destination, ahead, far_ahead, broken, .. } =
            self.trouble;
        let mut fact = self.sound(usage, at);
        let rates = [unknown_subscriber, unknown_destination, ahead, far_ahead, broken];
        match draw(&mut self.rng, rates) {
            Some(0) => fact.line = STRANGERS + self.rng.u32(..10_000),
            Some(1) if fact.called > 0 => fact.called = Prefixes::uncovered(&mut self.rng),
            Some(2) => {
                fact.started_at = fact.started_at.plus_seconds(self.rng.i64(3_600..43_200));
            }
            Some(3) => fact.started_at = FAR_AHEAD.plus_seconds(self.rng.i64(0..86_400)),
            Some(4) => return (fact, Some(Breakage::any(&mut self.rng))),
            _ => {}
        }
        (fact, None)
    }

    /// A number, the lower its place the busier: about as often as one divided by the place.
    pub(super) fn line(&mut self) -> u32 {
        let skew = self.subscribers.ilog2() * 3 / 4;
        let reach = self.subscribers >> self.rng.u32(0..=skew);
        self.rng.u32(..reach)
    }

    /// How much of a service one record counts.
    pub(super) fn amount(&mut self, service: Service) -> u64 {
        match service {
            Service::Voice => self.rng.u64(..1_200) >> self.rng.u32(..6),
            Service::Data => self.rng.u64(..1 << 28) >> self.rng.u32(..16),
            Service::Sms | Service::Event => {
                u64::from(self.rng.u32(..50) == 0) * self.rng.u64(1..4) + 1
            }
        }
    }

    fn sound(&mut self, usage: u32, at: EventTime) -> Fact {
        let service = match self.rng.u32(..100) {
            0..35 => Service::Voice,
            35..85 => Service::Data,
            _ => Service::Sms,
        };
        let amount = self.amount(service);
        let lasted = match service {
            Service::Voice => i64::try_from(amount).expect("a call lasts minutes"),
            Service::Data => self.rng.i64(1..3_600),
            Service::Sms | Service::Event => 0,
        };
        let delay = self.rng.i64(MICROS_PER_SECOND..20 * MICROS_PER_SECOND);
        let called = match service {
            Service::Data => 0,
            Service::Voice | Service::Sms | Service::Event => self.prefixes.called(&mut self.rng),
        };
        let started_at = EventTime(at.0 - delay).plus_seconds(-lasted);
        let line = self.line();
        Fact { usage, revision: 1, cancelled: false, service, line, started_at, called, amount }
    }
}
