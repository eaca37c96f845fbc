//! How a Kafka cluster is reached, and the settings of the client that are ours to choose.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use serde::Deserialize;

/// A text that is never printed.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How the connection is secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SecurityProtocol {
    /// Not at all.
    #[default]
    Plaintext,
    /// By TLS.
    Ssl,
    /// By user and password, in clear.
    SaslPlaintext,
    /// By user and password, under TLS.
    SaslSsl,
}

impl SecurityProtocol {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }

    const fn has_tls(self) -> bool {
        matches!(self, Self::Ssl | Self::SaslSsl)
    }
}

/// How a cluster is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaConfig {
    /// Addresses to begin with: `host:port,host:port`.
    pub brokers: String,
    /// How the connection is secured.
    #[serde(default)]
    pub security_protocol: SecurityProtocol,
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    pub sasl_mechanism: Option<String>,
    /// The user.
    pub sasl_username: Option<String>,
    /// The user's password.
    pub sasl_password: Option<Secret>,
    /// Certificates that are trusted; those of the system where there is none.
    pub ssl_ca: Option<PathBuf>,
    /// Our own certificate.
    pub ssl_certificate: Option<PathBuf>,
    /// The key of our own certificate.
    pub ssl_key: Option<PathBuf>,
    /// The password of that key.
    pub ssl_key_password: Option<Secret>,
    /// The group that offsets are committed to, for lag tools.
    #[serde(default = "default_group")]
    pub group: String,
    /// How long a broker may take to answer at the start.
    #[serde(default = "default_reach_timeout_s")]
    pub reach_timeout_s: u64,
    /// Further settings of librdkafka, except those that weir depends on.
    #[serde(default)]
    pub librdkafka: BTreeMap<String, String>,
}

fn default_group() -> String {
    "weir".to_owned()
}

const fn default_reach_timeout_s() -> u64 {
    10
}

/// Settings that decide what is read or whether it is acknowledged, and those that have a field of their own.
const OWNED: [&str; 26] = [
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "debug",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "log_level",
    "log.queue",
    "metadata.broker.list",
    "request.required.acks",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.password",
    "sasl.username",
    "security.protocol",
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.key.location",
    "ssl.key.password",
    "transactional.id",
];

impl KafkaConfig {
    /// A cluster at these addresses, without security.
    #[must_use]
    pub fn plain(brokers: &str) -> Self {
        Self {
            brokers: brokers.to_owned(),
            security_protocol: SecurityProtocol::Plaintext,
            sasl_mechanism: None,
            sasl_username: None,
            sasl_password: None,
            ssl_ca: None,
            ssl_certificate: None,
            ssl_key: None,
            ssl_key_password: None,
            group: default_group(),
            reach_timeout_s: default_reach_timeout_s(),
            librdkafka: BTreeMap::new(),
        }
    }

    /// How long a broker may take to answer at the start.
    #[must_use]
    pub fn reach_timeout(&self) -> Duration {
        Duration::from_secs(self.reach_timeout_s)
    }

    /// The first setting of `librdkafka` that is weir's own to choose.
    #[must_use]
    pub fn forbidden_setting(&self) -> Option<&str> {
        self.librdkafka.keys().map(String::as_str).find(|key| OWNED.contains(key))
    }

    /// The settings of a consumer.
    pub(super) fn consumer(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client
            // The default of a second stops fetching for so long whenever the local queue fills.
            .set("fetch.queue.backoff.ms", "5")
            // Bounds what the client holds beside our batches.
            .set("queued.max.messages.kbytes", "32768")
            // Lag, new partitions and lost brokers are told with the statistics.
            .set("statistics.interval.ms", "1000")
            // New partitions are seen within so long; the default is five minutes.
            .set("topic.metadata.refresh.interval.ms", "10000")
            // A broker that hangs counts as lost after so long; the default is a minute.
            .set("socket.timeout.ms", "10000")
            .set("reconnect.backoff.max.ms", "2000")
            .set("socket.keepalive.enable", "true");
        self.apply(&mut client);
        client
            .set("group.id", &self.group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("allow.auto.create.topics", "false")
            // A gap must stop us; the default would silently go on at the end.
            .set("auto.offset.reset", "error")
            .set("enable.partition.eof", "true")
            .set("isolation.level", "read_committed")
            // The client tells a topic's id in its debug log and nowhere else.
            .set("debug", "metadata")
            .set_log_level(RDKafkaLogLevel::Debug);
        client
    }

    /// The settings of a producer.
    pub(super) fn producer(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client
            .set("reconnect.backoff.max.ms", "2000")
            .set("socket.keepalive.enable", "true")
            .set("linger.ms", "5");
        self.apply(&mut client);
        client
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("allow.auto.create.topics", "false");
        client
    }

    /// The settings that are given: those passed through, then address and security.
    fn apply(&self, client: &mut ClientConfig) {
        for (key, value) in &self.librdkafka {
            client.set(key, value);
        }
        client
            .set("bootstrap.servers", &self.brokers)
            .set("security.protocol", self.security_protocol.as_str());
        let mut set = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                client.set(key, value);
            }
        };
        set("sasl.mechanism", self.sasl_mechanism.as_deref());
        set("sasl.username", self.sasl_username.as_deref());
        set("sasl.password", self.sasl_password.as_ref().map(|secret| secret.0.as_str()));
        set("ssl.key.password", self.ssl_key_password.as_ref().map(|secret| secret.0.as_str()));
        set("ssl.certificate.location", path(&self.ssl_certificate).as_deref());
        set("ssl.key.location", path(&self.ssl_key).as_deref());
        if self.security_protocol.has_tls() {
            // OpenSSL is built in and does not know where the system keeps its certificates.
            set("ssl.ca.location", path(&self.ssl_ca).as_deref().or(Some("probe")));
        }
    }
}

fn path(path: &Option<PathBuf>) -> Option<String> {
    path.as_ref().map(|path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed_and_own_settings_not_passed_through() {
        let mut config: KafkaConfig = toml::from_str(
            r#"
            brokers = "kafka1:9093"
            security_protocol = "SASL_SSL"
            sasl_mechanism = "SCRAM-SHA-512"
            sasl_username = "weir"
            sasl_password = "hush"
            librdkafka = { "client.rack" = "a" }
            "#,
        )
        .unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        let client = config.consumer();
        assert_eq!(client.get("sasl.password"), Some("hush"));
        assert_eq!(client.get("ssl.ca.location"), Some("probe"));
        assert_eq!(client.get("client.rack"), Some("a"));
        assert_eq!(config.forbidden_setting(), None);
        config.librdkafka.insert("isolation.level".to_owned(), "read_uncommitted".to_owned());
        assert_eq!(config.forbidden_setting(), Some("isolation.level"));
        assert_eq!(config.consumer().get("isolation.level"), Some("read_committed"));
    }

    #[test]
    fn unknown_keys_are_refused() {
        let error = toml::from_str::<KafkaConfig>("brokers = \"a:1\"\nbrokrs = \"b\"").unwrap_err();
        assert!(error.to_string().contains("brokrs"));
    }
}
