//! A broker that is killed and comes back, while weir runs and before it does.

use weir_tests::feeding::{Feeding, recent_operator};
use weir_tests::published::{assert_same, published};
use weir_tests::weir::Site;
use weir_tests::weir::setting::Setting;

use super::{own_broker, taken};

#[test]
fn a_killed_broker_is_waited_for_and_nothing_is_lost_or_doubled() {
    let mut broker = own_broker();
    let (items, _) = recent_operator(21, 2_000);
    let half = items.len() / 2;
    let mut feeding = Feeding::to_topics(&broker, "outage", 2, items).unwrap();
    let site = Site::found(Setting::of(feeding.input()));
    feeding.feed(half).unwrap();
    feeding.flush().unwrap();
    let mut running = site.start();
    let fed = feeding.counts().0;
    site.sealed(&mut running, "the first half", |seal| taken(seal) == fed);

    broker.kill();
    let alone = Site::found(Setting::of(feeding.input())).start().wait();
    assert_eq!(alone.codes, [Some(4)], "{alone:#?}");
    let named = alone.said.contains(broker.address()) && alone.said.contains("no broker of");
    assert!(named, "{}", alone.said);
    assert!(!running.has_ended(), "{}", running.said());

    broker.restart().unwrap();
    feeding.feed_all().unwrap();
    let fed = feeding.counts().0;
    site.sealed(&mut running, "the second half", |seal| taken(seal) == fed);
    assert_eq!(running.terminate().codes, [Some(0)]);

    let once = Site::found(Setting::of(feeding.input()));
    once.run_until_idle();
    assert_same(&published(&site.lake()), &published(&once.lake()), "with an outage and without");
}
