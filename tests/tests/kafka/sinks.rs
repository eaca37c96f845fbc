//! Signals and actions: what the brokers have when a sink says so.

use connectors::kafka::config::KafkaConfig;
use connectors::kafka::sink::SinkError;
use connectors::kafka::sink::action::{Action, ActionSink};
use connectors::kafka::sink::signal::{SignalSink, Signals};
use connectors::source::Start;
use connectors::source::error::SourceError;

use crate::reader::Reader;
use crate::{broker, config, connect, record};

#[test]
fn signals_are_what_is_wanted_after_any_restart() {
    let broker = broker();
    broker.create_topic("signals", 2, &[("cleanup.policy", "compact")]).unwrap();
    let signals = |pairs: &[(&str, &str)]| -> Signals {
        pairs.iter().map(|(key, json)| ((*key).to_owned(), (*json).to_owned())).collect()
    };
    let sink = SignalSink::open(&config(&broker), "signals").unwrap();
    assert_eq!(sink.current().unwrap(), Signals::new());
    let change = |key: &str, json: Option<&str>| (key.to_owned(), json.map(str::to_owned));
    let changes = [change("a", Some("1")), change("b", Some("2")), change("a", None)];
    assert_eq!(sink.publish(&changes).unwrap(), 3);
    assert_eq!(sink.current().unwrap(), signals(&[("b", "2")]));

    let restarted = SignalSink::open(&config(&broker), "signals").unwrap();
    let wanted = signals(&[("b", "3"), ("c", "4")]);
    assert_eq!(restarted.reconcile(&wanted).unwrap(), 2);
    assert_eq!(restarted.reconcile(&wanted).unwrap(), 0);
    assert_eq!(restarted.current().unwrap(), wanted);
}

#[test]
fn actions_are_sent_when_they_are_acknowledged() {
    let mut broker = broker();
    broker.create_topic("actions", 1, &[]).unwrap();
    let config = KafkaConfig { reach_timeout_s: 3, ..config(&broker) };
    let sink = ActionSink::open(&config, "actions").unwrap();
    let action = |id: &str| Action { action_id: id.to_owned(), json: record(1) };
    assert_eq!(sink.send(&[action("bar-1"), action("bar-2")]).unwrap(), 2);
    broker.kill();
    let error = sink.send(&[action("bar-3")]).unwrap_err();
    assert!(
        matches!(error, SinkError::NotAcknowledged { sent: 1, acknowledged: 0, .. }),
        "{error}"
    );
    broker.restart().unwrap();
    assert_eq!(sink.send(&[action("bar-3")]).unwrap(), 1);

    let mut reader = Reader::start(connect(&broker, "actions"), Start::Earliest, 2).unwrap();
    reader.until("the actions", |reader| reader.count() == 3);
    let error = SignalSink::open(&config, "nowhere").err().unwrap();
    assert!(matches!(error, SinkError::Reach(SourceError::UnknownTopic { .. })), "{error}");
}
