//! The measured parts, each a process of its own that prints its outcome as JSON.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::weir::Way;
use crate::{hand_written, stages, weir};

/// Runs a part in this process.
pub(crate) fn run(part: &str, brokers: &str, folder: &Path) -> Result<()> {
    let way = Way { usage: true, raw: true, follow: false, brokers };
    match part {
        "hand" => tell(&hand_written::run(brokers, folder)?),
        "settle" => tell(&weir::run_on(folder, Way { usage: false, ..way })?),
        "weir" => tell(&weir::run_on(folder, way)?),
        "narrow" => tell(&weir::run_on(folder, Way { raw: false, ..way })?),
        "follow" => tell(&weir::run_on(folder, Way { follow: true, ..way })?),
        "stages" => tell(&stages::run(brokers, folder)?),
        _ => bail!("there is no part \"{part}\""),
    }
}

fn tell(outcome: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(outcome)?);
    Ok(())
}

/// Starts a part in a process of its own.
pub(crate) fn start(part: &str, brokers: &str, folder: &Path) -> Result<Child> {
    let program = std::env::current_exe().context("a program knows where it is")?;
    let mut command = Command::new(program);
    command.args(["--part", part, brokers]).arg(folder);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    child.with_context(|| format!("could not start \"{part}\""))
}

/// What a part says at its end; closing its input asks one that follows to stop.
pub(crate) fn outcome<T: DeserializeOwned>(mut child: Child) -> Result<T> {
    drop(child.stdin.take());
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("a part of the benchmark failed: {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("a part did not say what it did")
}

/// Runs a part in a process of its own, to its end.
pub(crate) fn measure<T: DeserializeOwned>(part: &str, brokers: &str, folder: &Path) -> Result<T> {
    eprintln!("running \"{part}\"");
    outcome(start(part, brokers, folder)?)
}
