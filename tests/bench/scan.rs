//! How fast DuckDB scans the Parquet files that recovery reads, every column of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Reads every value of every file three times and prints the nanoseconds of the fastest time, and the rows.
const SCRIPT: &str = r#"
import sys, time, duckdb
files = sys.argv[1] + "/*.parquet"
ask = duckdb.connect()
columns = [row[0] for row in ask.execute(f"DESCRIBE SELECT * FROM read_parquet('{files}')").fetchall()]
question = "SELECT count(*), " + ", ".join(f'max("{name}")' for name in columns) + f" FROM read_parquet('{files}')"
times = []
for _ in range(3):
    began = time.perf_counter_ns()
    rows = ask.execute(question).fetchone()[0]
    times.append(time.perf_counter_ns() - began)
print(min(times), rows)
"#;

/// Nanoseconds and rows of a scan of a folder.
pub(crate) fn duckdb(folder: &Path) -> Result<(u64, u64)> {
    let output = Command::new(python()?).args(["-c", SCRIPT]).arg(folder).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mut words = said.split_whitespace().filter_map(|word| word.parse().ok());
    match (words.next(), words.next()) {
        (Some(ns), Some(rows)) => Ok((ns, rows)),
        _ => bail!("DuckDB failed: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// A Python that has DuckDB, made once per machine.
fn python() -> Result<PathBuf> {
    let cache = match std::env::var_os("WEIR_TEST_CACHE") {
        Some(folder) => PathBuf::from(folder),
        None => {
            PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache/weir")
        }
    };
    let folder = cache.join("duckdb-1.5.5-pytz");
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if !ready.exists() {
        done(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        done(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "duckdb==1.5.5",
            "pytz",
        ]))?;
        std::fs::write(ready, "")?;
    }
    Ok(python)
}

fn done(command: &mut Command) -> Result<()> {
    let status = command.stdout(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => bail!("{command:?} failed: DuckDB needs python3 with venv and pip"),
    }
}
