//! The settings of librdkafka, each with the reason why it is not the default.

use std::path::PathBuf;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use super::KafkaConfig;
use super::security::Secret;

/// Settings that decide what is read or whether it is acknowledged, and those that have a field of their own.
pub(super) const OWNED: [&str; 26] = [
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
    /// The settings of a consumer.
    pub(in crate::kafka) fn consumer(&self) -> ClientConfig {
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
    pub(in crate::kafka) fn producer(&self) -> ClientConfig {
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
        set("sasl.password", self.sasl_password.as_ref().map(Secret::reveal));
        set("ssl.key.password", self.ssl_key_password.as_ref().map(Secret::reveal));
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
