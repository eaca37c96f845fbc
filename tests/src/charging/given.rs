//! What arrives, by small named constructors. Each record gets its place from a [`Desk`].

pub mod undone;

use std::collections::BTreeMap;

use datasets::care::TopUp;
use datasets::ids::{Id128, SubscriberId, account_id, id64, id128};
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::reference::{
    Account, AccountKind, Destination, Entity, NumberKind, Rate, RefChange, RefTopic, Relation,
    Slot, Subscription, Validity,
};
use datasets::units::{AsDecimal, Currency, EventTime, MICROS_PER_SECOND, Money, Rounding};
use datasets::usage::{Direction, Facets, Service, UsageEvent};

/// One record that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Of `usage.cdr`.
    Usage(UsageEvent),
    /// Of `cust.topups`.
    TopUp(TopUp),
    /// Of a reference topic.
    Change(RefChange),
}

/// Where the tests' stream time begins.
pub const BEGIN: i64 = 1_790_000_000 * MICROS_PER_SECOND;

/// The instant so many seconds after the tests begin.
#[must_use]
pub fn at(seconds: i64) -> EventTime {
    EventTime(BEGIN).plus_seconds(seconds)
}

/// From the first instant (inclusive) to the second (exclusive), in seconds after the tests begin.
#[must_use]
pub fn between(from: i64, to: i64) -> Validity {
    Validity { from: at(from), to: at(to) }
}

/// The pseudonym of a made-up number.
#[must_use]
pub fn number(number: u64) -> SubscriberId {
    Id128::from(id128(&format!("number {number}")))
}

/// A call of a number to a German one.
///
/// # Panics
/// Never: the called number is one.
#[must_use]
pub fn call(usage_id: &str, number_of: u64, started_at: EventTime, seconds: u64) -> UsageEvent {
    UsageEvent {
        started_at,
        identity: id64(usage_id),
        provenance: Provenance::default(),
        subscriber: number(number_of),
        called: Digits::parse("493012").expect("these are digits"),
        quantity: seconds * 1_000,
        revision: 0,
        service: Service::Voice,
        cancelled: false,
        facets: Facets::default(),
    }
}

/// A top-up of an account, in euros.
///
/// # Panics
/// If the amount is none.
#[must_use]
pub fn topup(topup_id: &str, account: &str, topped_up_at: EventTime, amount: &str) -> TopUp {
    TopUp {
        topped_up_at,
        identity: id64(topup_id),
        provenance: Provenance::default(),
        account: account_id(account),
        amount: amount.parse().expect("an amount"),
        currency: Currency::EUR,
    }
}

/// An account.
///
/// # Panics
/// If the currency or the limit is none.
#[must_use]
pub fn account(account_id: &str, currency: &str, credit_limit: &str) -> Entity {
    Entity::Account(Account {
        account_id: account_id.to_owned(),
        customer_id: "customer".to_owned(),
        kind: AccountKind::Postpaid,
        currency: currency.parse().expect("a currency"),
        credit_limit: AsDecimal(credit_limit.parse().expect("an amount")),
    })
}

/// A number on an account and a tariff.
#[must_use]
pub fn subscription(number_of: u64, account_id: &str, tariff_id: &str) -> Entity {
    Entity::Subscription(Subscription {
        subscription_id: format!("{number_of} on {account_id}"),
        account_id: account_id.to_owned(),
        subscriber: number(number_of),
        tariff_id: tariff_id.to_owned(),
        offering_id: None,
    })
}

/// A price of so many base units, in euros.
///
/// # Panics
/// If the price is none.
#[must_use]
pub fn rate(tariff_id: &str, service: Service, zone: Option<&str>, price: &str) -> Rate {
    Rate {
        tariff_id: tariff_id.to_owned(),
        service,
        zone: zone.map(str::to_owned),
        direction: Some(Direction::Originating),
        relation: Relation::Any,
        band: None,
        weight: 0,
        measure: service.measure(),
        connect_fee: AsDecimal(Money::ZERO),
        slots: vec![Slot {
            from: 0,
            price: AsDecimal(price.parse().expect("an amount")),
            per: 60_000,
            increment: 1,
        }],
        minimum: None,
        maximum: None,
        tax_inclusive: false,
        currency: Currency::EUR,
        decimals: 4,
        rounding: Rounding::HalfUp,
    }
}

/// A prefix of a zone.
///
/// # Panics
/// If the prefix is no number.
#[must_use]
pub fn destination(prefix: &str, zone: &str) -> Entity {
    let prefix = Digits::parse(prefix).expect("these are digits");
    Entity::Destination(Destination { prefix, zone: zone.to_owned(), kind: NumberKind::Ordinary })
}

/// Gives every record its place: the next offset of its source.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    next: BTreeMap<(u8, u32), u64>,
}

impl Desk {
    fn place(&mut self, source: u8, partition: u32) -> Provenance {
        let next = self.next.entry((source, partition)).or_default();
        *next += 1;
        Provenance::new(source, partition, *next)
    }

    /// Usage, from one of the topic's partitions.
    pub fn usage(&mut self, usage: UsageEvent, partition: u32) -> Given {
        Given::Usage(UsageEvent { provenance: self.place(0, partition), ..usage })
    }

    /// A top-up.
    pub fn topup(&mut self, topup: TopUp) -> Given {
        Given::TopUp(TopUp { provenance: self.place(1, 0), ..topup })
    }

    /// A document, or its tombstone.
    pub fn document(
        &mut self,
        topic: RefTopic,
        key: &str,
        version: Option<(Validity, Entity)>,
    ) -> Given {
        let source = match topic {
            RefTopic::Accounts => 2,
            RefTopic::Subscriptions => 3,
            RefTopic::Tariffs => 4,
            RefTopic::Destinations => 5,
            RefTopic::Plans => 6,
            RefTopic::TimeBands => 7,
            RefTopic::Holidays => 8,
            RefTopic::Allowances => 9,
        };
        // A later version may stand in an earlier partition: topics grow.
        let versions = self.next.values().sum::<u64>();
        let partition = u32::from(versions % 2 == 0);
        let provenance = self.place(source, partition);
        Given::Change(RefChange { topic, key: id64(key), arrived_in: 0, provenance, version })
    }
}
