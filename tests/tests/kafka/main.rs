//! The Kafka source and sinks against a real broker: exact positions, faults, and clear endings.

mod decisions;
mod endings;
mod faults;
mod reader;
mod reading;
mod sinks;

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::kafka::source::KafkaSource;
use connectors::source::Role;
use weir_tests::broker::Broker;

/// The broker that all tests of this file share, one at a time as some of them kill it.
fn broker() -> MutexGuard<'static, Broker> {
    static BROKER: OnceLock<Mutex<Broker>> = OnceLock::new();
    let start = || Mutex::new(Broker::start().unwrap_or_else(|error| panic!("{error:#}")));
    BROKER.get_or_init(start).lock().unwrap_or_else(PoisonError::into_inner)
}

fn config(broker: &Broker) -> KafkaConfig {
    let mut config = KafkaConfig::plain(broker.address());
    // Tests wait for what a client learns now and then.
    for (key, value) in [
        ("topic.metadata.refresh.interval.ms", "300"),
        ("topic.metadata.propagation.max.ms", "1000"),
        ("statistics.interval.ms", "100"),
        ("reconnect.backoff.max.ms", "200"),
    ] {
        config.librdkafka.insert(key.to_owned(), value.to_owned());
    }
    config
}

fn connect(broker: &Broker, topic: &str) -> KafkaSource {
    KafkaSource::connect(&config(broker), topic, Role::Usage, Format::Json)
        .expect("the broker runs and has the topic")
}

fn record(number: usize) -> String {
    format!(
        "{{\"usage_id\":\"u-{number}\",\"service\":\"sms\",\"msisdn\":\"49170{number:07}\",\
         \"started_at\":\"2026-11-24T09:30:00Z\",\"message_count\":1}}"
    )
}

fn produce(broker: &Broker, topic: &str, partition: i32, count: usize) {
    let payloads: Vec<_> = (0..count).map(record).collect();
    let records = payloads.iter().map(|payload| (partition, None, Some(payload.as_str())));
    broker.produce(topic, records).expect("the broker takes records");
}

fn all(offsets: std::ops::Range<u64>) -> Vec<u64> {
    offsets.collect()
}
