//! The topics that weir writes to: `[signals]` and `[actions]`.

use connectors::kafka::config::KafkaConfig;
use serde::Deserialize;

use crate::runtime::sinks::{KafkaActions, KafkaSignals, Sinks};

/// One of the two sections as it is typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedTopics {
    /// The topic of what concerns credit.
    credit: String,
}

/// The topics of a configuration that makes sense.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outgoing {
    signals: Option<String>,
    actions: Option<String>,
}

impl Outgoing {
    /// Checks the topics; `sources` are those that are read.
    ///
    /// # Errors
    /// The key that cannot be used, and what is wrong with it.
    pub(super) fn check(
        (signals, actions): (Option<&TypedTopics>, Option<&TypedTopics>),
        has_cluster: bool,
        sources: &[&str],
    ) -> Result<Self, (&'static str, String)> {
        let topic = |typed: Option<&TypedTopics>| typed.map(|typed| typed.credit.clone());
        let (signals, actions) = (topic(signals), topic(actions));
        for (key, topic) in [("signals.credit", &signals), ("actions.credit", &actions)] {
            let Some(topic) = topic else { continue };
            check_topic(topic, has_cluster, sources).map_err(|problem| (key, problem))?;
        }
        if signals.is_some() && signals == actions {
            let problem = "is the topic of [signals] too; give each its own";
            return Err(("actions.credit", problem.to_owned()));
        }
        Ok(Self { signals, actions })
    }

    /// The sinks, which reach for nothing before they are opened.
    pub(super) fn sinks(&self, kafka: Option<&KafkaConfig>) -> Sinks {
        let mut sinks = Sinks::default();
        if let (Some(topic), Some(kafka)) = (&self.signals, kafka) {
            sinks.signals = Some(Box::new(KafkaSignals::new(kafka, topic)));
        }
        if let (Some(topic), Some(kafka)) = (&self.actions, kafka) {
            sinks.actions = Some(Box::new(KafkaActions::new(kafka, topic)));
        }
        sinks
    }

    /// A line per topic, for people.
    pub(super) fn summary(&self) -> String {
        let line = |what: &str, topic: &Option<String>| {
            topic.as_ref().map_or_else(String::new, |topic| format!("  {what} to {topic}\n"))
        };
        line("credit signals", &self.signals) + &line("credit actions", &self.actions)
    }
}

fn check_topic(topic: &str, has_cluster: bool, sources: &[&str]) -> Result<(), String> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if topic.is_empty() || topic.len() > 249 || !topic.bytes().all(legal) {
        return Err(format!(
            "\"{topic}\" is not the name of a topic: letters, digits, \".\", \"_\" and \"-\", at most 249"
        ));
    }
    if !has_cluster {
        return Err("names a topic, and there is no [kafka] that has it".to_owned());
    }
    if sources.contains(&topic) {
        return Err(format!("is \"{topic}\", which a [[source]] reads; write to another topic"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, has_cluster: bool) -> Result<Outgoing, String> {
        #[derive(Deserialize)]
        struct Sections {
            signals: Option<TypedTopics>,
            actions: Option<TypedTopics>,
        }
        let typed: Sections = toml::from_str(text).map_err(|error| error.to_string())?;
        let sections = (typed.signals.as_ref(), typed.actions.as_ref());
        let outgoing = Outgoing::check(sections, has_cluster, &["usage.cdr"]);
        outgoing.map_err(|(key, problem)| format!("{key} {problem}"))
    }

    #[test]
    fn both_neither_or_one() {
        let both = check("signals.credit = 's'\nactions.credit = 'a'", true).unwrap();
        assert_eq!(both.summary(), "  credit signals to s\n  credit actions to a\n");
        let kafka = KafkaConfig::plain("localhost:9092");
        let sinks = both.sinks(Some(&kafka));
        assert!(sinks.signals.is_some() && sinks.actions.is_some());
        assert_eq!(check("", false), Ok(Outgoing::default()));
        let one = check("actions.credit = 'a'", true).unwrap().sinks(Some(&kafka));
        assert!(one.signals.is_none() && one.actions.is_some());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (text, has_cluster, expected) in [
            (
                "signals.credit = 's'",
                false,
                "signals.credit names a topic, and there is no [kafka]",
            ),
            ("signals.credit = ''", true, "signals.credit \"\" is not the name of a topic"),
            ("actions.credit = 'a b'", true, "actions.credit \"a b\" is not the name of a topic"),
            (
                "actions.credit = 'usage.cdr'",
                true,
                "actions.credit is \"usage.cdr\", which a [[source]]",
            ),
            (
                "signals.credit = 's'\nactions.credit = 's'",
                true,
                "actions.credit is the topic of [signals]",
            ),
            ("signals.credits = 's'", true, "unknown field `credits`"),
            ("[signals]", true, "missing field `credit`"),
        ] {
            let error = check(text, has_cluster).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
