//! However much there is to read, what is not yet published stays bounded: the sources wait.

use std::iter;

use weir_tests::feeding::Feeding;
use weir_tests::weir::Site;
use weir_tests::weir::setting::Setting;

use super::broker;

const RECORDS: usize = 60_000;
/// Bytes that each record carries and that nobody keeps.
const BALLAST: usize = 8_000;
/// What weir may need: less than half of what the topic holds.
const PEAK_BYTES: u64 = 220 << 20;

#[test]
fn a_topic_larger_than_the_memory_is_read_in_bounds() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "large", 2, Vec::new()).unwrap();
    let ballast = "x".repeat(BALLAST);
    for part in 0..10 {
        let numbers = RECORDS / 10 * part..RECORDS / 10 * (part + 1);
        let payload = |number: usize| {
            let record = super::usage(number);
            let record = record.strip_suffix('}').unwrap();
            format!("{record},\"ballast\":\"{ballast}\"}}")
        };
        let payloads: Vec<_> = numbers.map(payload).collect();
        let records = iter::zip(0.., &payloads)
            .map(|(place, payload)| (place % 2, None, Some(payload.as_str())));
        broker.produce("large.usage.cdr", records).unwrap();
    }
    let mut setting = Setting::of(feeding.input());
    setting.publish_interval_ms = 1_000;
    // What the client fetches ahead is bounded too, for each of the six topics.
    setting.librdkafka.push(("queued.max.messages.kbytes", "4096"));
    let site = Site::found(setting);
    let mut running = site.start();
    let all = u64::try_from(RECORDS).unwrap();
    site.sealed(&mut running, "everything", |seal| {
        seal.tables.get("raw.usage").is_some_and(|table| table.rows == all)
    });
    let peak = running.peak_memory_bytes(0);
    assert_eq!(running.terminate().codes, [Some(0)]);
    assert!(peak < PEAK_BYTES, "{} MiB", peak >> 20);
}
