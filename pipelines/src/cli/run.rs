//! `weir run` and `weir validate`.

mod closing;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use connectors::lake::Lake;
use datasets::ids::Pseudonyms;

use super::rate::tariff_set::TariffSet;
use super::stop::stop_on_signal;
use super::{Failure, code};
use crate::config::Config;
use crate::http;
use crate::runtime::vitals::Vitals;
use crate::runtime::{self, Job};

/// Arguments of `weir run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The configuration.
    #[arg(short, long, default_value = "weir.toml", env = "WEIR_CONFIG")]
    config: PathBuf,
    /// End with a last cut when every source is at its end, and count where its records went. Without it weir follows
    /// topics until it is stopped; files are read once, and what is added to them later at the next start.
    #[arg(long)]
    until_idle: bool,
    /// Which process of the configuration's cluster this is, from 0.
    #[arg(long, value_name = "N", env = "WEIR_PROCESS")]
    process: Option<usize>,
    /// Serve health and metrics on this loopback address, or "off".
    #[arg(long, value_name = "ADDR", env = "WEIR_HTTP")]
    http: Option<String>,
}

/// Arguments of `weir validate`.
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// The configuration.
    #[arg(short, long, default_value = "weir.toml", env = "WEIR_CONFIG")]
    config: PathBuf,
    /// Do not look for files or reach brokers.
    #[arg(long)]
    offline: bool,
    /// Check the tariffs of this folder instead, as a whole.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["config", "offline"])]
    tariff: Option<PathBuf>,
}

impl Run {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let config = Config::read(&self.config).map_err(Failure::config)?;
        look(&config)?;
        let mut settings = config.settings.clone();
        settings.pace.until_idle = self.until_idle;
        settings.cluster = config.membership(self.process).map_err(Failure::config)?;
        if settings.cluster.is_some() {
            hush_channels();
        }
        let job = Job {
            lake: Lake::open(&config.lake)?,
            feeds: feeds(&config)?,
            pseudonyms: Pseudonyms::new(&config.pseudonym_key),
            sinks: config.sinks(),
            stop: stop_on_signal()?,
            gauges: Arc::default(),
        };
        eprintln!("weir publishes to \"{}\":\n{}", config.lake, config.summary().trim_end());
        if config.reads_files() && !self.until_idle {
            eprintln!(
                "files are read once, as they are now, and not followed: what is added later is read at the next start; \
                 \"--until-idle\" ends when they are read"
            );
        }
        let vitals = Arc::default();
        self.serve(&config, &vitals)?;
        runtime::run_watched(settings, job, vitals)?;
        eprintln!("ended with a last cut; ask with: weir sql --lake {}", config.lake);
        if self.until_idle && self.process.is_none_or(|process| process == 0) {
            // The run is over, and its cut is sealed: what cannot be told changes neither.
            if let Err(failure) = closing::tell(&config.lake) {
                eprintln!("warning: could not count the records: {:#}", failure.error);
            }
        }
        Ok(())
    }
}

impl Run {
    /// Serves HTTP; an address that nobody asked for and that is in use is no reason not to run.
    fn serve(&self, config: &Config, vitals: &Arc<Vitals>) -> Result<(), Failure> {
        let refuse = |problem: String| Failure::config(anyhow!("--http: {problem}"));
        let asked = match &self.http {
            Some(text) => Some(http::address(text).map_err(refuse)?),
            None => config.http,
        };
        match asked {
            Some(None) => Ok(()),
            Some(Some(address)) => {
                http::serve(address, Arc::clone(vitals)).map_err(Failure::config)
            }
            None => {
                let address = http::LISTEN.parse().expect("the default is an address");
                if let Err(error) = http::serve(address, Arc::clone(vitals)) {
                    eprintln!("warning: {:#}", anyhow::Error::from(error));
                }
                Ok(())
            }
        }
    }
}

impl Validate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(folder) = &self.tariff {
            return TariffSet::validate(folder);
        }
        let config = Config::read(&self.config).map_err(Failure::config)?;
        if !self.offline {
            look(&config)?;
            feeds(&config)?;
            sinks(&config)?;
        }
        writeln!(
            std::io::stdout(),
            "\"{}\" is sound:\n{}",
            config.path().display(),
            config.summary().trim_end()
        )?;
        Ok(())
    }
}

/// Looks at the files of all sources, and tells what of them may not be read as it is meant.
fn look(config: &Config) -> Result<(), Failure> {
    for odd in config.look().map_err(Failure::config)? {
        eprintln!("warning: {odd}");
    }
    Ok(())
}

fn feeds(config: &Config) -> Result<Vec<Box<dyn runtime::feed::Feed>>, Failure> {
    config.feeds().map_err(|error| {
        let code = if error.is_unreachable() { code::UNREACHABLE } else { code::CONFIG };
        Failure { error: error.into(), code }
    })
}

/// The threads of a channel between processes panic when the other end is gone; the workers end and say it better.
fn hush_channels() {
    let complain = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        let is_consequence = ["timely communication error", "MergeQueue poisoned"];
        if is_consequence.iter().any(|beginning| text.starts_with(beginning)) {
            tracing::warn!("{text}");
        } else {
            complain(panic);
        }
    }));
}

/// Reaches the topics that are written to.
fn sinks(config: &Config) -> Result<(), Failure> {
    config.sinks().open().map_err(|error| {
        let code = if error.is_unreachable() { code::UNREACHABLE } else { code::CONFIG };
        Failure { error: error.into(), code }
    })
}
