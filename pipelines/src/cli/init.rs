//! `weir init`: a configuration that runs, with input to run on.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::Failure;

/// Arguments of `weir init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder; files that are there already stay as they are.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

const FILES: [(&str, &str); 6] = [
    ("weir.toml", include_str!("init/weir.toml")),
    ("input/accounts.csv", include_str!("init/accounts.csv")),
    ("input/subscriptions.csv", include_str!("init/subscriptions.csv")),
    ("input/tariffs.csv", include_str!("init/tariffs.csv")),
    ("input/destinations.csv", include_str!("init/destinations.csv")),
    ("input/usage.jsonl", include_str!("init/usage.jsonl")),
];

impl Init {
    pub(crate) fn run(self) -> Result<(), Failure> {
        write(&self.folder)?;
        let folder = self.folder.display();
        eprintln!(
            "go on with\n  cd {folder}\n  weir run -c weir.toml --until-idle\n  weir sql -c 'SELECT * FROM bill.charges'"
        );
        Ok(())
    }
}

fn write(folder: &Path) -> anyhow::Result<()> {
    if folder.join("weir.toml").exists() {
        bail!("\"{}\" has a weir.toml already; choose another folder", folder.display());
    }
    std::fs::create_dir_all(folder.join("input"))
        .with_context(|| format!("could not make folder \"{}\"", folder.display()))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, text)
            .with_context(|| format!("could not write \"{}\"", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}
