//! What a weir under test is set to, and the `weir.toml` that says so.

use std::fmt::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::harness::TOPICS;

/// Where the records come from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A folder with a file per topic.
    Files(PathBuf),
    /// The topics of a broker, whose names begin with a word of the test's own.
    Topics {
        /// The broker's address.
        brokers: String,
        /// The word.
        prefix: String,
    },
}

/// What a weir is set to.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where the records come from.
    pub input: Input,
    /// How many processes make the cluster.
    pub processes: usize,
    /// How many workers each of them has.
    pub workers: usize,
    /// How long a cut lasts.
    pub publish_interval_ms: u64,
    /// Where reading begins: "earliest" or an instant.
    pub begin: String,
    /// Further lines of the source of usage.
    pub usage: String,
    /// Further settings of librdkafka.
    pub librdkafka: Vec<(&'static str, &'static str)>,
}

impl Setting {
    /// One process with one worker, and cuts so short that there are many.
    #[must_use]
    pub fn of(input: Input) -> Self {
        Self {
            input,
            processes: 1,
            workers: 1,
            publish_interval_ms: 50,
            begin: "earliest".to_owned(),
            usage: String::new(),
            // Tests wait for what a client learns now and then.
            librdkafka: vec![
                ("topic.metadata.refresh.interval.ms", "300"),
                ("topic.metadata.propagation.max.ms", "1000"),
                ("statistics.interval.ms", "200"),
                ("reconnect.backoff.max.ms", "200"),
            ],
        }
    }

    /// The configuration, with a lake.
    pub(super) fn toml(&self, lake: &Path) -> String {
        let mut toml = format!(
            "schema_version = 1\nlake = \"{}\"\npseudonym_key = \"a key for tests\"\n\n\
             [runtime]\nworkers = {}\npublish_interval_ms = {}\nepoch_interval_ms = 10\nbegin = \"{}\"\n",
            lake.display(),
            self.workers,
            self.publish_interval_ms,
            self.begin,
        );
        if self.processes > 1 {
            let hosts = (0..self.processes).map(|_| format!("\"127.0.0.1:{}\"", free_port()));
            let hosts = hosts.collect::<Vec<_>>().join(", ");
            write!(toml, "\n[cluster]\nhosts = [{hosts}]\n").expect("text can be written to");
        }
        if let Input::Topics { brokers, .. } = &self.input {
            write!(toml, "\n[kafka]\nbrokers = \"{brokers}\"\n\n[kafka.librdkafka]\n")
                .expect("text can be written to");
            for (key, value) in &self.librdkafka {
                writeln!(toml, "\"{key}\" = \"{value}\"").expect("text can be written to");
            }
        }
        TOPICS.iter().for_each(|topic| toml += &self.source(topic));
        toml
    }

    fn source(&self, topic: &str) -> String {
        let further = if topic == "usage.cdr" { self.usage.as_str() } else { "" };
        match &self.input {
            Input::Files(folder) => {
                let path = folder.join(format!("{topic}.jsonl"));
                let path = path.display();
                format!("\n[[source]]\ntopic = \"{topic}\"\npath = \"{path}\"\n{further}")
            }
            Input::Topics { prefix, .. } => {
                let name = format!("{prefix}.{topic}");
                format!("\n[[source]]\ntopic = \"{name}\"\nrole = \"{topic}\"\n{further}")
            }
        }
    }
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address").port()
}
