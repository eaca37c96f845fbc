//! The configuration file `weir.toml`: read as it is typed, then checked for what it means.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connectors::cluster::Membership;
use connectors::decode::Format;
use connectors::kafka::config::KafkaConfig;
use connectors::mapping::Mapping;
use connectors::source::error::SourceError;
use connectors::source::{Role, Start as Begin};
use datasets::ids::id64;
use datasets::reference::RefTopic;
use serde::Deserialize;

use crate::runtime::coordinator::Pace;
use crate::runtime::feed::{Feed, FileFeed, KafkaFeed};
use crate::runtime::{Settings, dataflow};

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
    #[error("in \"{}\": \"{key}\" {problem}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
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
    kafka: Option<KafkaConfig>,
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
            begin: "earliest".to_owned(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedCluster {
    /// The address of each process, at which the others reach it.
    hosts: Vec<String>,
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
    kafka: Option<KafkaConfig>,
    hosts: Vec<String>,
    fingerprint: u64,
    sources: Vec<SourcePlan>,
}

#[derive(Debug)]
struct SourcePlan {
    topic: String,
    role: Role,
    path: Option<String>,
    format: Format,
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
        let reader = Reader { path };
        if typed.schema_version != 1 {
            return Err(reader.bad("schema_version", "is not 1, the only one there is"));
        }
        if typed.source.is_empty() {
            return Err(reader.bad("source", "is missing: name at least one [[source]]"));
        }
        let sources =
            typed.source.iter().map(|source| reader.source(source, typed.kafka.is_some()));
        Ok(Self {
            path: path.to_owned(),
            lake: reader.beside(&typed.lake),
            pseudonym_key: reader.secret("pseudonym_key", &typed.pseudonym_key)?.into_bytes(),
            settings: reader.settings(&typed.runtime)?,
            sources: sources.collect::<Result<_, _>>()?,
            hosts: reader.hosts(typed.cluster)?,
            fingerprint: id64(&text),
            kafka: typed.kafka,
        })
    }

    /// This process's place in the cluster, if there is one.
    ///
    /// # Errors
    /// When it is not told which of the processes it is, or there is no such process.
    pub fn membership(&self, process: Option<usize>) -> Result<Option<Membership>, ConfigError> {
        let bad = |problem: String| Reader { path: &self.path }.bad("cluster.hosts", problem);
        match (process, self.hosts.len()) {
            (None | Some(0), 0) => Ok(None),
            (Some(process), count) if process < count => {
                let (hosts, fingerprint) = (self.hosts.clone(), self.fingerprint);
                Ok(Some(Membership { hosts, process, fingerprint }))
            }
            (Some(process), count) => {
                Err(bad(format!("names {count} processes, so that there is no process {process}")))
            }
            (None, count) => Err(bad(format!(
                "names {count} processes: say with \"--process N\" which of them, from 0, this one is"
            ))),
        }
    }

    /// Looks for files and reaches brokers.
    ///
    /// # Errors
    /// When a source cannot be read from.
    pub fn feeds(&self) -> Result<Vec<Box<dyn Feed>>, SourceError> {
        self.sources.iter().map(|plan| self.feed(plan)).collect()
    }

    /// The file that was read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A line per source, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let place = |plan: &SourcePlan| match (&plan.path, &self.kafka) {
            (Some(path), _) => path.clone(),
            (None, Some(kafka)) => kafka.brokers.clone(),
            (None, None) => String::new(),
        };
        let line = |plan: &SourcePlan| format!("  {} from {}\n", plan.topic, place(plan));
        self.sources.iter().map(line).collect()
    }

    fn feed(&self, plan: &SourcePlan) -> Result<Box<dyn Feed>, SourceError> {
        let format = plan.format.clone();
        Ok(match (&plan.path, &self.kafka) {
            (Some(path), _) => Box::new(FileFeed::open(path, plan.role, format)?),
            (None, Some(kafka)) => {
                Box::new(KafkaFeed::connect(kafka, &plan.topic, plan.role, format)?)
            }
            (None, None) => unreachable!("a source has a path or a cluster"),
        })
    }
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

/// What the topics of the blueprint are, by their names.
#[must_use]
pub fn role_of(topic: &str) -> Option<Role> {
    match topic {
        "usage.cdr" => Some(Role::Usage),
        "cust.topups" => Some(Role::TopUps),
        _ => RefTopic::named(topic).map(Role::Reference),
    }
}

/// Gives typed values their meaning.
struct Reader<'a> {
    path: &'a Path,
}

impl Reader<'_> {
    fn bad(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::Value {
            path: self.path.to_owned(),
            key: key.to_owned(),
            problem: problem.into(),
        }
    }

    /// A path relative to the configuration's folder.
    fn beside(&self, path: &str) -> String {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        if path.contains("://") { path.to_owned() } else { folder.join(path).display().to_string() }
    }

    fn hosts(&self, typed: Option<TypedCluster>) -> Result<Vec<String>, ConfigError> {
        let Some(TypedCluster { hosts }) = typed else { return Ok(Vec::new()) };
        let is_address = |host: &String| {
            let parts = host.rsplit_once(':');
            parts.is_some_and(|(name, port)| !name.is_empty() && port.parse::<u16>().is_ok())
        };
        if let Some(host) = hosts.iter().find(|host| !is_address(host)) {
            let problem = format!("has \"{host}\", which is not of the form HOST:PORT");
            return Err(self.bad("cluster.hosts", problem));
        }
        match hosts.len() {
            0 => Err(self.bad("cluster.hosts", "is empty; leave [cluster] out for one process")),
            _ => Ok(hosts),
        }
    }

    fn source(&self, typed: &TypedSource, has_cluster: bool) -> Result<SourcePlan, ConfigError> {
        let key = |name: &str| format!("source \"{}\".{name}", typed.topic);
        let named = typed.role.as_deref().unwrap_or(&typed.topic);
        let role = role_of(named).ok_or_else(|| {
            self.bad(&key("role"), format!("\"{named}\" is not one of usage.cdr, cust.topups, ref.accounts, ref.subscriptions, ref.tariffs, ref.destinations"))
        })?;
        if typed.path.is_none() && !has_cluster {
            return Err(self
                .bad(&key("path"), "is missing, and there is no [kafka] to read the topic from"));
        }
        let path = typed.path.as_deref().map(|path| self.beside(path));
        Ok(SourcePlan { topic: typed.topic.clone(), role, path, format: self.format(typed)? })
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

    fn settings(&self, typed: &TypedRuntime) -> Result<Settings, ConfigError> {
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
            dataflow: dataflow::Setting::of_days(typed.hot_window_days),
            begin,
        })
    }

    /// A value, or what `${env:NAME}` or `${file:PATH}` refers to.
    fn secret(&self, key: &str, value: &str) -> Result<String, ConfigError> {
        let reference = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        match reference.and_then(|reference| reference.split_once(':')) {
            None => Ok(value.to_owned()),
            Some(("env", name)) => std::env::var(name).map_err(|_| {
                self.bad(key, format!("refers to the variable {name}, which is not set"))
            }),
            Some(("file", path)) => {
                let text = read_text(Path::new(&self.beside(path)))?;
                Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
            }
            Some((kind, _)) => {
                Err(self.bad(key, format!("refers to \"{kind}\"; there are env and file")))
            }
        }
    }
}

#[cfg(test)]
mod tests;
