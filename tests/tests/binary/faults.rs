//! Faults that a real broker does not show when one likes, injected into the mock cluster of the client's library.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use weir_tests::harness::TOPICS;
use weir_tests::weir::Site;
use weir_tests::weir::setting::{Input, Setting};

const RECORDS: usize = 3_000;

/// Every second answer to a fetch is an error for a while; nothing is lost, doubled or taken for an end.
#[test]
fn a_broker_that_refuses_now_and_then_is_asked_again() {
    let cluster = MockCluster::new(1).unwrap();
    for topic in TOPICS {
        cluster.create_topic(&format!("mock.{topic}"), 1, 1).unwrap();
    }
    let brokers = cluster.bootstrap_servers();
    let mut client = ClientConfig::new();
    let producer: BaseProducer =
        client.set("bootstrap.servers", &brokers).set("batch.num.messages", "50").create().unwrap();
    for number in 0..RECORDS {
        let payload = super::usage(number);
        let record: BaseRecord<'_, str, str> = BaseRecord::to("mock.usage.cdr").partition(0);
        producer.send(record.payload(&payload)).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(Duration::from_secs(60)).unwrap();
    let refusals = [
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR,
    ];
    cluster.request_errors(RDKafkaApiKey::Fetch, &refusals.repeat(10));

    let prefix = "mock".to_owned();
    let site = Site::found(Setting::of(Input::Topics { brokers, prefix }));
    let mut running = site.start_until_idle();
    let all = u64::try_from(RECORDS).unwrap();
    let seal = site.sealed(&mut running, "all records", |seal| {
        seal.tables.get("raw.usage").is_some_and(|table| table.rows >= all)
    });
    assert_eq!(seal.tables["raw.usage"].rows, all);
    assert_eq!(running.wait().codes, [Some(0)]);
    assert_eq!(site.latest().unwrap().tables["bill.suspended_usage"].rows, all);
}
