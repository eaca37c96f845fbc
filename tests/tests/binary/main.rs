//! The binary as its users run it: killed at any moment, with a real broker that fails, and stopped in order.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod beginnings;
mod endings;
mod faults;
mod kills;
mod lost;
mod memory;
mod outages;
mod summary;
mod topics;

use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use connectors::lake::Seal;
use pipelines::runtime::clock::Clock;
use weir_tests::broker::Broker;

/// The broker of all tests of this file.
fn shared() -> &'static RwLock<Broker> {
    static BROKER: OnceLock<RwLock<Broker>> = OnceLock::new();
    BROKER.get_or_init(|| RwLock::new(Broker::start().unwrap_or_else(|error| panic!("{error:#}"))))
}

/// The broker, which stays up.
fn broker() -> RwLockReadGuard<'static, Broker> {
    shared().read().unwrap_or_else(PoisonError::into_inner)
}

/// The broker for a test that kills it.
fn own_broker() -> RwLockWriteGuard<'static, Broker> {
    shared().write().unwrap_or_else(PoisonError::into_inner)
}

/// How many records a cut has read, of topics without transactions or of files.
fn taken(seal: &Seal) -> u64 {
    seal.facts.positions.iter().map(|at| at.next_offset).sum()
}

/// A usage record of a number that nobody knows, an hour old.
fn usage(number: usize) -> String {
    let started_at = Clock.now().plus_seconds(-3_600);
    format!(
        "{{\"usage_id\":\"u-{number}\",\"service\":\"sms\",\"msisdn\":\"49170{number:07}\",\
         \"started_at\":\"{started_at}\",\"message_count\":1}}"
    )
}

/// Produces such records to a partition of a topic.
fn produce(broker: &Broker, topic: &str, partition: i32, numbers: std::ops::Range<usize>) {
    let payloads: Vec<_> = numbers.map(usage).collect();
    let records = payloads.iter().map(|payload| (partition, None, Some(payload.as_str())));
    broker.produce(topic, records).unwrap();
}
