//! Where reading begins: at an instant in a new lake, and behind the seal in one that has read before.

use pipelines::runtime::clock::Clock;
use weir_tests::feeding::{Feeding, recent_operator};
use weir_tests::waiting::until;
use weir_tests::weir::Site;
use weir_tests::weir::setting::Setting;

use super::{broker, produce};

/// Reference data is read from its beginning all the same: without it nothing could be rated.
#[test]
fn at_an_instant_for_events_only() {
    let broker = broker();
    let (items, _) = recent_operator(31, 100);
    let items: Vec<_> = items.into_iter().filter(|item| item.topic.starts_with("ref.")).collect();
    let mut feeding = Feeding::to_topics(&broker, "instant", 1, items).unwrap();
    feeding.feed_all().unwrap();
    let documents = feeding.counts().0;
    produce(&broker, "instant.usage.cdr", 0, 0..10);
    // Brokers count in milliseconds.
    let instant = Clock.now().plus_seconds(1);
    until("the instant", || (Clock.now() > instant).then_some(()));
    produce(&broker, "instant.usage.cdr", 0, 10..15);

    let mut site =
        Site::found(Setting { begin: instant.to_string(), ..Setting::of(feeding.input()) });
    site.run_until_idle();
    let seal = site.latest().unwrap();
    assert_eq!(seal.tables["raw.usage"].rows, 5);
    assert_eq!(seal.tables["raw.reference"].rows, documents);

    // What the lake has read counts from now on, not the configuration.
    site.change(|setting| setting.begin = "earliest".to_owned());
    produce(&broker, "instant.usage.cdr", 0, 15..17);
    site.run_until_idle();
    assert_eq!(site.latest().unwrap().tables["raw.usage"].rows, 7);
}
