//! Reference data that comes late, overlaps, changes and goes.

use datasets::reference::{Entity, Rate, RefTopic, Validity};
use datasets::units::Currency;
use datasets::usage::Service;

use super::Teller;
use crate::charging::given::{Given, account, between, destination, rate, subscription};

impl Teller {
    /// Holds always, or from or up to some instant around now.
    fn validity(&mut self) -> Validity {
        let some = self.now + self.rng.i64(-2 * self.plot.stride..2 * self.plot.stride);
        match self.rng.u8(0..5) {
            0 => between(some, 1 << 40),
            1 => between(-(1 << 40), some),
            2 => between(some - self.plot.stride, some + self.plot.stride),
            _ => Validity::ALWAYS,
        }
    }

    /// A document of one of a few keys: new, changed, or taken back.
    pub(super) fn document(&mut self) -> Given {
        let (topic, entity) = match self.rng.u8(0..10) {
            0 | 1 => {
                let (currency, limit) = self.terms();
                (RefTopic::Accounts, account(self.account_id(), currency, limit))
            }
            2..5 => {
                let tariff = self.tariff_id();
                let held = subscription(self.rng.u64(0..4), self.account_id(), tariff);
                (RefTopic::Subscriptions, held)
            }
            5..8 => (RefTopic::Tariffs, Entity::Rate(self.rate())),
            _ => {
                let prefix = self.rng.choice(["49", "4930", "1", "44"]).expect("there are some");
                let zone = self.rng.choice(["near", "far"]).expect("there are some");
                (RefTopic::Destinations, destination(prefix, zone))
            }
        };
        let key = format!("{}", self.rng.u8(0..8));
        let version = (self.rng.u8(0..8) > 0).then(|| (self.validity(), entity));
        self.desk.document(topic, &key, version)
    }

    fn terms(&mut self) -> (&'static str, &'static str) {
        let currency = if self.rng.u8(0..6) == 0 { "USD" } else { "EUR" };
        (currency, self.rng.choice(["0", "2", "5", "50"]).expect("there are some"))
    }

    fn tariff_id(&mut self) -> &'static str {
        if self.rng.u8(0..4) == 0 { "plus" } else { "basic" }
    }

    fn rate(&mut self) -> Rate {
        let service = self.rng.choice(Service::ALL).expect("there are some");
        let zone = match service {
            Service::Data => None,
            _ => self.rng.choice([Some("near"), Some("far")]).expect("there are some"),
        };
        let price = self.rng.choice(["0", "0.07", "0.15", "1.5"]).expect("there are some");
        let mut rate = rate(self.tariff_id(), service, zone, price);
        if self.rng.u8(0..8) == 0 {
            rate.currency = Currency::try_from("USD".to_owned()).expect("a currency");
        }
        rate
    }
}
