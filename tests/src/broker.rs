//! A real Apache Kafka broker for tests: one JVM in KRaft mode on loopback, gone when it is dropped.

pub mod consume;
pub mod produce;
pub mod topics;

mod install;
mod process;
mod properties;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use tempfile::TempDir;

use process::Process;

/// How long the broker may take to start, and how long to do what it is asked.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A broker with its own folder and ports.
pub struct Broker {
    process: Option<Process>,
    folder: TempDir,
    address: String,
}

impl Broker {
    /// Installs Kafka if need be, formats a new cluster and starts it.
    ///
    /// # Errors
    /// Says what is to be installed, or what the broker said.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir().context("could not make a folder for the broker")?;
        let ports = [properties::free_port()?, properties::free_port()?];
        properties::write(folder.path(), ports)?;
        process::format(folder.path())?;
        let address = format!("127.0.0.1:{}", ports[0]);
        let mut broker = Self { process: None, folder, address };
        broker.restart()?;
        Ok(broker)
    }

    /// Where clients find it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Starts it again after `kill` or `stop`, with all that it had.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub fn restart(&mut self) -> Result<()> {
        self.process = Some(process::serve(self.folder.path())?);
        let client: BaseConsumer = self.client().create()?;
        match client.fetch_metadata(None, TIMEOUT) {
            Ok(_) => Ok(()),
            Err(error) => bail!(
                "the broker did not answer within {} s: {error}\n{}",
                TIMEOUT.as_secs(),
                process::log(self.folder.path())
            ),
        }
    }

    /// Kills it as a crash would.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    /// Asks it to shut down, and waits until it has.
    pub fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }

    fn client(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client.set("bootstrap.servers", &self.address).set("group.id", "fixture");
        client
    }
}
