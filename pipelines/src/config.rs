//! The configuration file `weir.toml`: read as it is typed, then checked for what it means.

mod apart;

mod beginning;

mod cluster;

mod credit;

mod error;

mod form;

mod found;

mod glance;

mod http;

mod limits;

mod outgoing;

mod place;

mod role;

mod secret;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::lake::Upkeep;
use connectors::source::Role;
use connectors::source::error::SourceError;
use serde::Deserialize;

use crate::runtime::Settings;
use crate::runtime::coordinator::Pace;
use crate::runtime::feed::{Accepted, Feed, FileFeed, KafkaFeed};
use crate::runtime::sinks::Sinks;
use cluster::TypedCluster;
use credit::TypedCredit;
pub use error::ConfigError;
use http::TypedHttp;
use outgoing::{Outgoing, TypedTopics};
pub use role::role_of;

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
    /// `json`, or `csv` with a header in weir's own names; a file's ending says it where this does not.
    format: Option<String>,
    /// A mapping for usage in a foreign form.
    mapping: Option<PathBuf>,
    /// Endings of the files of a folder that are read; by format where they are not given.
    endings: Option<Vec<String>>,
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
    /// What is written there.
    text: String,
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
    /// Endings of the files of a folder that are read.
    endings: Vec<String>,
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
        let sources: Vec<_> = (0..).zip(&typed.source).map(source).collect::<Result<_, _>>()?;
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
            text: text.clone(),
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
                Box::new(feed.reading_only(&plan.endings).accepting_a_gap(plan.accepted.gap))
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

/// A source as it is typed, with its place among the others.
type Numbered<'a> = (usize, &'a TypedSource);

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

    /// A value of a source that cannot be used.
    fn bad_source(
        &self,
        (number, typed): Numbered<'_>,
        field: &str,
        problem: impl Into<String>,
    ) -> ConfigError {
        ConfigError::Value {
            path: self.path.to_owned(),
            line: place::line_of_source(self.text, number, field),
            key: format!("source \"{}\".{field}", typed.topic),
            problem: problem.into(),
        }
    }

    /// The text of a file that a key names.
    fn text_of(
        &self,
        file: &str,
        bad: impl Fn(String) -> ConfigError,
    ) -> Result<String, ConfigError> {
        std::fs::read_to_string(file).map_err(|error| {
            bad(format!("names \"{file}\", which cannot be read ({error}); correct the path"))
        })
    }

    /// A path relative to the configuration's folder.
    fn beside(&self, path: &str) -> String {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        if path.contains("://") { path.to_owned() } else { folder.join(path).display().to_string() }
    }

    fn source(&self, source: Numbered<'_>, has_cluster: bool) -> Result<SourcePlan, ConfigError> {
        let (_, typed) = source;
        let role = self.role(source)?;
        if typed.path.is_none() && !has_cluster {
            let problem = "is missing, and there is no [kafka] to read the topic from";
            return Err(self.bad_source(source, "path", problem));
        }
        let place = |path: &String| FilePath { typed: path.clone(), found: self.beside(path) };
        let path = typed.path.as_ref().map(place);
        let accepted = Accepted { replaces: typed.replaces.clone(), gap: typed.accept_gap };
        let format = self.format(source)?;
        let endings = self.endings(source, &format)?;
        Ok(SourcePlan { topic: typed.topic.clone(), role, path, format, endings, accepted })
    }

    fn outgoing(&self, typed: &Typed) -> Result<Outgoing, ConfigError> {
        let read = typed.source.iter().filter(|source| source.path.is_none());
        let read: Vec<&str> = read.map(|source| source.topic.as_str()).collect();
        let sections = (typed.signals.as_ref(), typed.actions.as_ref());
        let outgoing = Outgoing::check(sections, typed.kafka.is_some(), &read);
        outgoing.map_err(|(key, problem)| self.bad(key, problem))
    }

    fn settings(&self, typed: &Typed) -> Result<Settings, ConfigError> {
        let band = self.band(typed.credit.as_ref())?;
        let typed = &typed.runtime;
        self.check_runtime(typed)?;
        let begin = self.begin(&typed.begin)?;
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
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests;
