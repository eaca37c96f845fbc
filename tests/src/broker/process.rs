//! The broker's process, which never outlives the test that started it.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{install, properties};

/// Runs a program until a word comes: `stop` ends it in order; the end of input, as when the test process
/// dies however it dies, kills it.
const KEEPER: &str = "\"$@\" & program=$!; read -r word; \
    if [ \"$word\" = stop ]; then kill -TERM $program; else kill -KILL $program; fi; wait $program";

/// A running broker.
pub(super) struct Process(Child);

impl Process {
    /// Kills it and waits until it is gone.
    pub(super) fn kill(mut self) {
        self.end("kill");
    }

    /// Lets it shut down and waits until it has.
    pub(super) fn stop(mut self) {
        self.end("stop");
    }

    fn end(&mut self, word: &str) {
        if let Some(mut input) = self.0.stdin.take() {
            // A keeper that is gone has nothing left to end.
            let _gone = writeln!(input, "{word}");
        }
        let _status = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end("kill");
    }
}

/// Formats the folder of a new cluster.
pub(super) fn format(folder: &Path) -> Result<()> {
    let outcome = java(folder)?
        .args(["kafka.tools.StorageTool", "format", "-t", &properties::cluster_id(), "-c"])
        .arg(folder.join(properties::FILE))
        .output()?;
    if outcome.status.success() {
        return Ok(());
    }
    let said = [outcome.stdout, outcome.stderr].concat();
    bail!("could not format the broker's folder:\n{}", String::from_utf8_lossy(&said))
}

/// Starts the broker; whether it answers is for the caller to find out.
pub(super) fn serve(folder: &Path) -> Result<Process> {
    let mut java = java(folder)?;
    java.arg("kafka.Kafka").arg(folder.join(properties::FILE));
    let said = File::options().create(true).append(true).open(folder.join("broker.log"))?;
    let keeper = Command::new("sh")
        .args(["-c", KEEPER, "sh"])
        .arg(java.get_program())
        .args(java.get_args())
        .stdin(Stdio::piped())
        .stdout(said.try_clone()?)
        .stderr(said)
        .spawn();
    keeper.map(Process).context("could not start the broker's process")
}

/// What the broker has said.
pub(super) fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("broker.log")).unwrap_or_default()
}

/// Java with Kafka's classes, made for a quick start.
fn java(folder: &Path) -> Result<Command> {
    let mut java = Command::new("java");
    java.args(["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
        .args(["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp"])
        .arg(install::jars()?.join("*"))
        .current_dir(folder);
    Ok(java)
}
