//! The signal thread's turns, one by one, against what the topic should say.

use fastrand::Rng;

use super::*;
use crate::runtime::sinks::memory::MemoryTopic;

fn teller(topic: &MemoryTopic, wanted: &Signals) -> Teller {
    Teller {
        topic: Box::new(topic.clone()),
        wanted: Some(wanted.clone()),
        reached: true,
        mailbox: Arc::default(),
        status: Arc::default(),
    }
}

fn signals(pairs: &[(&str, &str)]) -> Signals {
    pairs.iter().map(|(key, json)| ((*key).to_owned(), (*json).to_owned())).collect()
}

fn give(teller: &Teller, key: &str, json: Option<&str>) {
    teller.mailbox.put([(key.to_owned(), json.map(str::to_owned))], |waiting, (key, json)| {
        waiting.insert(key, json);
    });
}

#[test]
fn a_start_makes_the_topic_say_what_the_view_says() {
    let topic = MemoryTopic::default();
    for (key, value) in [("kept", Some("1")), ("stray", Some("2")), ("stale", Some("3"))] {
        topic.write(key, value);
    }
    let wanted = signals(&[("kept", "1"), ("stale", "4"), ("missing", "5")]);
    assert_eq!(teller(&topic, &wanted).turn(), Next::Go);
    assert_eq!(topic.compacted(), wanted);
    assert_eq!(topic.records().len(), 6, "what was right already was not written again");
}

#[test]
fn while_brokers_are_away_the_last_change_of_a_key_is_kept() {
    let topic = MemoryTopic::default();
    let mut teller = teller(&topic, &Signals::new());
    assert_eq!(teller.turn(), Next::Go);
    topic.set_down(true);
    give(&teller, "a", Some("1"));
    give(&teller, "b", Some("1"));
    assert_eq!(teller.turn(), Next::Pause);
    let complaint = teller.status.snapshot().complaint.unwrap();
    assert!(complaint.contains("it is down"), "{complaint}");
    for round in ["2", "3", "4"] {
        give(&teller, "a", Some(round));
        assert_eq!(teller.turn(), Next::Pause);
        assert_eq!(teller.status.snapshot().waiting_count, 2);
    }
    give(&teller, "b", None);
    topic.set_down(false);
    assert_eq!(teller.turn(), Next::Go);
    assert_eq!(topic.compacted(), signals(&[("a", "4")]));
    let status = teller.status.snapshot();
    assert_eq!((status.sent_count, status.waiting_count, status.complaint), (2, 0, None));
    assert!(topic.opened() > 0, "a topic that failed is reached anew");
}

#[test]
fn an_end_with_brokers_away_is_an_end() {
    let topic = MemoryTopic::default();
    let mut teller = teller(&topic, &signals(&[("a", "1"), ("b", "1")]));
    topic.set_down(true);
    teller.mailbox.close();
    assert_eq!(teller.turn(), Next::End);
    assert_eq!(teller.status.snapshot().waiting_count, 0);
}

/// Changes, failures and restarts at random: once all is quiet, the topic says what the view says.
#[test]
fn the_topic_follows_the_view() {
    for seed in 0..200 {
        let mut rng = Rng::with_seed(seed);
        let (topic, mut view) = (MemoryTopic::default(), Signals::new());
        let mut teller = teller(&topic, &view);
        for _ in 0..60 {
            match rng.u8(..10) {
                0 => topic.set_down(true),
                1 | 2 => topic.set_down(false),
                3 => teller = self::teller(&topic, &view),
                4..6 => {
                    if teller.wanted.is_some() || !teller.mailbox.lock().changes.is_empty() {
                        teller.turn();
                    }
                }
                _ => {
                    let key = format!("k{}", rng.u8(..4));
                    let json = rng.bool().then(|| rng.u8(..3).to_string());
                    give(&teller, &key, json.as_deref());
                    apply(&mut view, [(key, json)]);
                }
            }
        }
        topic.set_down(false);
        teller.mailbox.close();
        while teller.turn() != Next::End {}
        assert_eq!(topic.compacted(), view, "seed {seed}");
    }
}
