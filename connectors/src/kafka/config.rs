//! How a Kafka cluster is reached.

mod client;
pub mod security;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use security::{Secret, SecurityProtocol};

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
        self.librdkafka.keys().map(String::as_str).find(|key| client::OWNED.contains(key))
    }
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
