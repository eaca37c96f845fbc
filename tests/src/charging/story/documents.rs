//! Reference data that comes late, overlaps, changes and goes.

use datasets::reference::allowance::{Every, Period, Rollover};
use datasets::reference::{
    Allowance, Entity, Holiday, HolidayDate, Picks, Plan, Rate, RefTopic, Relation, TimeBand,
    Validity,
};
use datasets::units::{Currency, MICROS_PER_SECOND};
use datasets::usage::Service;

use super::Teller;
use crate::charging::given::{BEGIN, Given, account, between, destination, rate, subscription};

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
        let (topic, entity) = match self.rng.u8(0..17) {
            0 | 1 => {
                let (currency, limit) = self.terms();
                (RefTopic::Accounts, account(self.account_id(), currency, limit))
            }
            2..5 => {
                let tariff = self.tariff_id();
                let mut held = subscription(self.rng.u64(0..4), self.account_id(), tariff);
                if let Entity::Subscription(held) = &mut held {
                    held.offering_id = (self.rng.u8(0..3) == 0).then(|| "bundle".to_owned());
                }
                (RefTopic::Subscriptions, held)
            }
            5..8 => (RefTopic::Tariffs, Entity::Rate(self.rate())),
            8 | 9 => {
                let prefix = self.rng.choice(["49", "4930", "1", "44"]).expect("there are some");
                let zone = self.rng.choice(["near", "far"]).expect("there are some");
                (RefTopic::Destinations, destination(prefix, zone))
            }
            10 => (RefTopic::Plans, self.plan()),
            11 => (RefTopic::TimeBands, self.time_band()),
            12 => (RefTopic::Holidays, self.holiday()),
            _ => (RefTopic::Allowances, Entity::Allowance(Box::new(self.allowance()))),
        };
        let key = format!("{}", self.rng.u8(0..8));
        let version = (self.rng.u8(0..8) > 0).then(|| (self.validity(), entity));
        self.desk.document(topic, &key, version)
    }

    /// All that a record needs; random documents have other keys, begin later or say more, and so may go before.
    pub(super) fn shop(&mut self, given: &mut Vec<Given>) {
        let mut entities = vec![
            (RefTopic::Destinations, destination("4", "near")),
            (RefTopic::Destinations, destination("1", "far")),
        ];
        for (number, on) in [(0, "ada"), (1, "ada"), (2, "bob"), (3, "cyd")] {
            entities.push((RefTopic::Accounts, account(on, "EUR", "5")));
            let mut held = subscription(number, on, "basic");
            if let Entity::Subscription(held) = &mut held {
                held.offering_id = (number % 2 == 1).then(|| "bundle".to_owned());
            }
            entities.push((RefTopic::Subscriptions, held));
        }
        for service in Service::ALL {
            entities.push((RefTopic::Tariffs, Entity::Rate(rate("basic", service, None, "0.15"))));
        }
        for _ in 0..6 {
            entities.push((RefTopic::Allowances, Entity::Allowance(Box::new(self.allowance()))));
        }
        for (number, (topic, entity)) in entities.into_iter().enumerate() {
            let version = Some((Validity::ALWAYS, entity));
            given.push(self.desk.document(topic, &format!("shop {number}"), version));
        }
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
        self.condition(&mut rate);
        rate
    }

    /// Makes a rate hold for less, or for more.
    fn condition(&mut self, rate: &mut Rate) {
        match self.rng.u8(0..10) {
            0..3 => rate.band = Some("night".to_owned()),
            3 => rate.zone = None,
            4 => rate.relation = Relation::OnNet,
            _ => {}
        }
        rate.weight = u32::from(self.rng.u8(0..3));
    }

    fn plan(&mut self) -> Entity {
        let fallback = self.rng.bool().then(|| self.tariff_id().to_owned());
        let time_zone = if self.rng.bool() { "Europe/Berlin" } else { "UTC" };
        let time_zone = time_zone.parse().expect("a time zone");
        Entity::Plan(Plan { tariff_id: self.tariff_id().to_owned(), time_zone, fallback })
    }

    fn time_band(&mut self) -> Entity {
        let from = self.rng.u32(0..12) * 7_200;
        Entity::TimeBand(TimeBand {
            band: "night".to_owned(),
            weekdays: Picks(self.rng.u32(0..128)),
            months: Picks::default(),
            days: Picks::default(),
            date: None,
            calendar: (self.rng.u8(0..4) == 0).then(|| "feasts".to_owned()),
            from,
            to: (from + self.rng.u32(1..12) * 7_200) % 86_400,
        })
    }

    fn holiday(&mut self) -> Entity {
        let day = (BEGIN / MICROS_PER_SECOND + self.now) / 86_400 + self.rng.i64(-1..2);
        let date = HolidayDate::Once(i32::try_from(day).expect("a day of ours"));
        Entity::Holiday(Holiday { calendar: "feasts".to_owned(), date })
    }

    fn allowance(&mut self) -> Allowance {
        let offered = self.rng.u8(0..3) == 0;
        let every = self.every();
        let some = |often: bool, names: &[&str]| match often {
            true => names.iter().map(|name| (*name).to_owned()).collect(),
            false => Vec::new(),
        };
        let rolls = every.is_some() && self.rng.u8(0..3) == 0;
        Allowance {
            allowance_id: format!("allowance {}", self.rng.u8(0..3)),
            account_id: (!offered).then(|| self.account_id().to_owned()),
            pool_id: None,
            offering_id: offered.then(|| "bundle".to_owned()),
            service: self.rng.choice([Service::Voice, Service::Sms, Service::Data]).expect("some"),
            zones: some(self.rng.u8(0..4) == 0, &["near"]),
            bands: some(self.rng.u8(0..6) == 0, &["night"]),
            quantity: self.rng.u64(0..1_000_000),
            increment: if self.rng.bool() { 1 } else { 60_000 },
            priority: self.rng.u32(0..2),
            prorated: every.is_some() && self.rng.bool(),
            rollover: rolls
                .then(|| Rollover { most: self.rng.u64(1..500_000), periods: self.rng.u32(1..3) }),
            every,
            cap: (self.rng.u8(0..5) == 0).then(|| self.rng.u64(1..400_000)),
            blocker: self.rng.u8(0..6) == 0,
        }
    }

    fn every(&mut self) -> Option<Every> {
        let period = match self.rng.u8(0..3) {
            0 => return None,
            1 => Period::Day,
            _ => Period::Month,
        };
        let day = self.rng.u8(1..29);
        Some(Every { period, day, time_zone: "Europe/Berlin".to_owned() })
    }
}
