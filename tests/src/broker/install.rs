//! Gets Kafka from Maven Central into a cache outside the repository, once per machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The version that tests run against.
const VERSION: &str = "4.1.1";

/// The folder with Kafka's jars, filled if need be.
///
/// # Errors
/// Says which program is to be installed, or what Maven said.
pub(super) fn jars() -> Result<PathBuf> {
    demand("java", "-version", "a Java runtime of version 17 or later (openjdk-17-jre-headless)")?;
    let folder = cache()?;
    let jars = folder.join("libs");
    if !jars.is_dir() {
        demand("mvn", "-version", "Maven (maven), which fetches Kafka from Maven Central once")?;
        fetch(&folder, &jars)?;
    }
    Ok(jars)
}

fn cache() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("WEIR_TEST_CACHE") {
        return Ok(PathBuf::from(folder).join("kafka-4.1"));
    }
    let home = std::env::var_os("HOME").context("neither WEIR_TEST_CACHE nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cache/weir/kafka-4.1"))
}

fn demand(program: &str, argument: &str, what: &str) -> Result<()> {
    let outcome =
        Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match outcome {
        Ok(status) if status.success() => Ok(()),
        _ => bail!("tests with a real broker need \"{program}\": install {what}"),
    }
}

/// Fetches into a folder of this process's own and renames it, so that others see all jars or none.
fn fetch(folder: &Path, jars: &Path) -> Result<()> {
    let partial = folder.join(format!("fetch-{}", std::process::id()));
    fs::create_dir_all(&partial).context("could not make a folder for Kafka")?;
    fs::write(partial.join("pom.xml"), pom())?;
    let outcome = Command::new("mvn")
        .args(["-q", "-B", "-f"])
        .arg(partial.join("pom.xml"))
        .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
        .arg(format!("-DoutputDirectory={}", partial.join("libs").display()))
        .output()?;
    if !outcome.status.success() {
        let said = String::from_utf8_lossy(&outcome.stdout);
        bail!("Maven could not fetch Kafka {VERSION}; is Maven Central within reach?\n{said}");
    }
    // Another process may have been faster, which is as good.
    if fs::rename(partial.join("libs"), jars).is_err() && !jars.is_dir() {
        bail!("could not move Kafka's jars to \"{}\"", jars.display());
    }
    fs::remove_dir_all(&partial).context("could not clean up after Maven")
}

fn pom() -> String {
    let dependency = |(group, artifact, version): (&str, &str, &str)| {
        format!(
            "<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
             <version>{version}</version></dependency>"
        )
    };
    let dependencies = [
        ("org.apache.kafka", "kafka_2.13", VERSION),
        ("org.apache.kafka", "kafka-tools", VERSION),
        // Without it the broker says nothing when it fails.
        ("org.slf4j", "slf4j-simple", "1.7.36"),
    ];
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\
         <groupId>weir</groupId><artifactId>test-broker</artifactId><version>1</version>\
         <dependencies>{}</dependencies></project>",
        dependencies.map(dependency).concat()
    )
}
