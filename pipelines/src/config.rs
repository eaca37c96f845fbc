//! The configuration file `weir.toml`: read as it is typed, then checked for what it means.

mod cluster;

mod credit;

mod http;

mod outgoing;

mod apart;

mod place;

mod role;

mod secret;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::lake::Upkeep;
use connectors::mapping::Mapping;
use connectors::source::error::SourceError;
use connectors::source::{Role, Start as Begin};
use serde::Deserialize;

use crate::runtime::Settings;
use crate::runtime::budget::{Limits, parse_bytes};
use crate::runtime::coordinator::Pace;
use crate::runtime::feed::{Accepted, Feed, FileFeed, KafkaFeed};
use crate::runtime::sinks::Sinks;
use cluster::TypedCluster;
use credit::TypedCredit;
use http::TypedHttp;
use outgoing::{Outgoing, TypedTopics};
pub use role::role_of;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("could not read \"{}\"; \"weir init DIR\" writes one to begin with", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it should be; the message shows line and key.
    #[error("in \"{}\": {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its place.
        problem: String,
    },
    /// A value that cannot be used.
    #[error("in \"{}\"{}: \"{key}\" {problem}", path.display(), at_line(*line))]
    Value {
        /// The file.
        path: PathBuf,
        /// The line of the key, or of the table that it belongs to.
        line: Option<usize>,
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" at line {line}"))
}

/// `weir.toml` as it is typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    schema_version: u32,
    lake: String,
    /// Makes numbers pseudonyms; `${env:NAME}` or `${file:PATH}` keep it out of the file.
    pseudonym_key: String,
    #[serde(default)]
    runtime: TypedRuntime,
    cluster: Option<TypedCluster>,
    credit: Option<TypedCredit>,
    http: Option<TypedHttp>,
    kafka: Option<KafkaConfig>,
    signals: Option<TypedTopics>,
    actions: Option<TypedTopics>,
    #[serde(default)]
    source: Vec<TypedSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TypedRuntime {
    workers: usize,
    publish_interval_ms: u64,
    epoch_interval_ms: u64,
    heartbeat_s: u64,
    hot_window_days: u32,
    /// What events and keys of all workers may take, such as `12GiB`.
    memory_budget: String,
    begin: String,
}

impl Default for TypedRuntime {
    fn default() -> Self {
        Self {
            workers: 1,
            publish_interval_ms: 5_000,
            epoch_interval_ms: 100,
            heartbeat_s: 60,
            hot_window_days: 35,
            memory_budget: "12GiB".to_owned(),
            begin: "earliest".to_owned(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedSource {
    topic: String,
    /// What its records are, where the topic's name does not say it.
    role: Option<String>,
    /// A file or folder to read instead of the topic.
    path: Option<String>,
    /// `json`, or `csv` with a header in weir's own names.
    format: Option<String>,
    /// A mapping for usage in a foreign form.
    mapping: Option<PathBuf>,
    /// The id of the source whose place this topic has taken: it was deleted and made again, and that is known.
    replaces: Option<String>,
    /// Whether to go on where records or files were deleted before they were read.
    #[serde(default)]
    accept_gap: bool,
}

/// A configuration that makes sense.
#[derive(Debug)]
pub struct Config {
    path: PathBuf,
    /// Where the lake is.
    pub lake: String,
    /// Makes numbers pseudonyms.
    pub pseudonym_key: Vec<u8>,
    /// How to run.
    pub settings: Settings,
    /// Where HTTP is configured to be served: nothing said, nowhere, or there.
    pub http: Option<Option<SocketAddr>>,
    kafka: Option<KafkaConfig>,
    hosts: Vec<String>,
    fingerprint: u64,
    sources: Vec<SourcePlan>,
    outgoing: Outgoing,
}

/// Where files are.
#[derive(Debug)]
struct FilePath {
    /// As the configuration says: this names them in the lake, from whatever folder weir is started.
    typed: String,
    /// As this process finds them.
    found: String,
}

#[derive(Debug)]
struct SourcePlan {
    topic: String,
    role: Role,
    path: Option<FilePath>,
    format: Format,
    accepted: Accepted,
}

impl Config {
    /// Reads a configuration and the mappings that it names. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// What is wrong, with file, line and key.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = read_text(path)?;
        let typed: Typed = toml::from_str(&text).map_err(|error| ConfigError::Malformed {
            path: path.to_owned(),
            problem: error.to_string().trim_end().to_owned(),
        })?;
        let reader = Reader { path, text: &text };
        if typed.schema_version != 1 {
            return Err(reader.bad("schema_version", "is not 1, the only one there is"));
        }
        if typed.source.is_empty() {
            return Err(reader.bad("source", "is missing: name at least one [[source]]"));
        }
        let source = |source| reader.source(source, typed.kafka.is_some());
        let sources: Vec<_> = typed.source.iter().map(source).collect::<Result<_, _>>()?;
        reader.tell_apart(&sources)?;
        let pseudonym_key = reader.pseudonym_key(&typed.pseudonym_key)?;
        Ok(Self {
            path: path.to_owned(),
            lake: reader.beside(&typed.lake),
            fingerprint: reader.fingerprint(&typed, &pseudonym_key)?,
            pseudonym_key,
            settings: reader.settings(&typed)?,
            sources,
            outgoing: reader.outgoing(&typed)?,
            http: reader.http(typed.http)?,
            hosts: reader.hosts(typed.cluster)?,
            kafka: typed.kafka,
        })
    }

    /// Looks for files and reaches brokers.
    ///
    /// # Errors
    /// When a source cannot be read from.
    pub fn feeds(&self) -> Result<Vec<Box<dyn Feed>>, SourceError> {
        self.sources.iter().map(|plan| self.feed(plan)).collect()
    }

    /// Where signals and actions go; nothing is reached before it is opened.
    #[must_use]
    pub fn sinks(&self) -> Sinks {
        self.outgoing.sinks(self.kafka.as_ref())
    }

    /// How the cluster is reached, if there is one.
    #[must_use]
    pub fn kafka(&self) -> Option<&KafkaConfig> {
        self.kafka.as_ref()
    }

    /// The file that was read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A line per source and sink, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let place = |plan: &SourcePlan| match (&plan.path, &self.kafka) {
            (Some(path), _) => path.found.clone(),
            (None, Some(kafka)) => kafka.brokers.clone(),
            (None, None) => String::new(),
        };
        let line = |plan: &SourcePlan| format!("  {} from {}\n", plan.topic, place(plan));
        self.sources.iter().map(line).collect::<String>() + &self.outgoing.summary()
    }

    fn feed(&self, plan: &SourcePlan) -> Result<Box<dyn Feed>, SourceError> {
        let format = plan.format.clone();
        Ok(match (&plan.path, &self.kafka) {
            (Some(path), _) => {
                let feed = FileFeed::open((&path.typed, &path.found), plan.role, format)?;
                Box::new(feed.accepting_a_gap(plan.accepted.gap))
            }
            (None, Some(kafka)) => {
                let feed = KafkaFeed::connect(kafka, &plan.topic, plan.role, format)?;
                Box::new(feed.accepting(plan.accepted.clone()))
            }
            (None, None) => unreachable!("a source has a path or a cluster"),
        })
    }
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

/// Gives typed values their meaning.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn bad(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::Value {
            path: self.path.to_owned(),
            line: place::line_of(self.text, key),
            key: key.to_owned(),
            problem: problem.into(),
        }
    }

    /// A path relative to the configuration's folder.
    fn beside(&self, path: &str) -> String {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        if path.contains("://") { path.to_owned() } else { folder.join(path).display().to_string() }
    }

    fn source(&self, typed: &TypedSource, has_cluster: bool) -> Result<SourcePlan, ConfigError> {
        let key = |name: &str| format!("source \"{}\".{name}", typed.topic);
        let role = self.role(typed)?;
        if typed.path.is_none() && !has_cluster {
            return Err(self
                .bad(&key("path"), "is missing, and there is no [kafka] to read the topic from"));
        }
        let place = |path: &String| FilePath { typed: path.clone(), found: self.beside(path) };
        let path = typed.path.as_ref().map(place);
        let accepted = Accepted { replaces: typed.replaces.clone(), gap: typed.accept_gap };
        let format = self.format(typed)?;
        Ok(SourcePlan { topic: typed.topic.clone(), role, path, format, accepted })
    }

    fn outgoing(&self, typed: &Typed) -> Result<Outgoing, ConfigError> {
        let read = typed.source.iter().filter(|source| source.path.is_none());
        let read: Vec<&str> = read.map(|source| source.topic.as_str()).collect();
        let sections = (typed.signals.as_ref(), typed.actions.as_ref());
        let outgoing = Outgoing::check(sections, typed.kafka.is_some(), &read);
        outgoing.map_err(|(key, problem)| self.bad(key, problem))
    }

    fn format(&self, typed: &TypedSource) -> Result<Format, ConfigError> {
        let key = format!("source \"{}\".format", typed.topic);
        match (&typed.mapping, typed.format.as_deref()) {
            (Some(mapping), None) => {
                let file = PathBuf::from(self.beside(&mapping.display().to_string()));
                let text = read_text(&file)?;
                let mapping = Mapping::parse(&text, &file.display().to_string());
                let malformed =
                    |problem: String| ConfigError::Malformed { path: file.clone(), problem };
                Ok(Format::Mapped(Arc::new(mapping.map_err(|error| malformed(error.to_string()))?)))
            }
            (Some(_), Some(_)) => Err(self.bad(&key, "and \"mapping\" exclude each other")),
            (None, None | Some("json")) => Ok(Format::Json),
            (None, Some("csv")) => Ok(Format::Columns(b',')),
            (None, Some(other)) => {
                Err(self.bad(&key, format!("\"{other}\" is neither json nor csv")))
            }
        }
    }

    fn settings(&self, typed: &Typed) -> Result<Settings, ConfigError> {
        let band = self.band(typed.credit.as_ref())?;
        let typed = &typed.runtime;
        if typed.workers == 0 {
            return Err(self.bad("runtime.workers", "is 0; give at least 1"));
        }
        if typed.publish_interval_ms == 0 || typed.epoch_interval_ms == 0 || typed.heartbeat_s == 0
        {
            return Err(self.bad("runtime", "has an interval of 0; give at least 1"));
        }
        let begin = match typed.begin.as_str() {
            "earliest" => Begin::Earliest,
            instant => {
                Begin::At(datasets::units::EventTime::parse_rfc3339(instant).map_err(|_| {
                    self.bad("runtime.begin", "is neither \"earliest\" nor an RFC 3339 instant")
                })?)
            }
        };
        Ok(Settings {
            workers: typed.workers,
            cluster: None,
            pace: Pace {
                publish_interval: Duration::from_millis(typed.publish_interval_ms),
                heartbeat: Duration::from_secs(typed.heartbeat_s),
                epoch_interval: Duration::from_millis(typed.epoch_interval_ms),
                until_idle: false,
            },
            limits: self.limits(typed)?,
            band,
            upkeep: Upkeep::default(),
            begin,
            keeps_raw: true,
        })
    }

    fn limits(&self, typed: &TypedRuntime) -> Result<Limits, ConfigError> {
        let memory_budget = parse_bytes(&typed.memory_budget).filter(|bytes| *bytes > 0);
        let memory_budget = memory_budget.ok_or_else(|| {
            let found = &typed.memory_budget;
            let problem =
                format!("is \"{found}\", which is no size such as \"12GiB\" or \"512MiB\"");
            self.bad("runtime.memory_budget", problem)
        })?;
        Ok(Limits { memory_budget, ..Limits::of_days(typed.hot_window_days) })
    }
}

#[cfg(test)]
mod tests;
