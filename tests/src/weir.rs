//! The binary `weir` as its users run it: a configuration, one process or several, signals, and how it ended.

pub mod running;
pub mod setting;

mod binary;

use std::path::{Path, PathBuf};
use std::process::Command;

use connectors::lake::{Lake, Seal};
use tempfile::TempDir;

use crate::waiting::until;
use running::Running;
use setting::Setting;

/// A folder with a configuration and a lake, in which weir can be run again and again.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    setting: Setting,
}

impl Site {
    /// Writes the configuration.
    ///
    /// # Panics
    /// If the disk is full.
    #[must_use]
    pub fn found(setting: Setting) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let site = Self { folder, setting };
        site.configure();
        site
    }

    /// Writes the configuration anew after a change of the setting; the lake stays.
    pub fn change(&mut self, change: impl FnOnce(&mut Setting)) {
        change(&mut self.setting);
        self.configure();
    }

    /// Starts weir, to run until it is ended.
    #[must_use]
    pub fn start(&self) -> Running {
        self.run(&[])
    }

    /// Starts one process of a cluster, which waits for the others.
    #[must_use]
    pub fn start_one(&self, process: usize) -> Running {
        Running::start([self.process(process, &[])])
    }

    /// Starts weir, to run until nothing is left to read.
    #[must_use]
    pub fn start_until_idle(&self) -> Running {
        self.run(&["--until-idle"])
    }

    /// Runs weir until nothing is left to read.
    ///
    /// # Panics
    /// If it does not end well.
    pub fn run_until_idle(&self) {
        let ended = self.start_until_idle().wait();
        assert!(ended.codes.iter().all(|code| *code == Some(0)), "{ended:#?}");
    }

    /// Another command of the binary.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary::path());
        command.args(arguments).current_dir(self.folder.path()).env("WEIR_LAKE", self.lake_path());
        command
    }

    /// The lake.
    ///
    /// # Panics
    /// If its folder cannot be made.
    #[must_use]
    pub fn lake(&self) -> Lake {
        Lake::local(&self.lake_path()).expect("the lake's folder can be made")
    }

    /// The lake's folder.
    #[must_use]
    pub fn lake_path(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    /// The newest sealed cut.
    ///
    /// # Panics
    /// If the lake cannot be read.
    #[must_use]
    pub fn latest(&self) -> Option<Seal> {
        self.lake().latest().expect("a lake can always be read")
    }

    /// Waits for a sealed cut of which something holds, while weir runs.
    ///
    /// # Panics
    /// If weir ends, or if no such cut comes.
    pub fn sealed(&self, running: &mut Running, what: &str, holds: impl Fn(&Seal) -> bool) -> Seal {
        until(what, || {
            let seal = self.latest().filter(&holds);
            assert!(seal.is_some() || !running.has_ended(), "{what}: {}", running.said());
            seal
        })
    }

    fn configure(&self) {
        std::fs::write(self.folder.path().join("weir.toml"), self.setting.toml(&self.lake_path()))
            .expect("there is room for a file");
    }

    fn run(&self, arguments: &[&str]) -> Running {
        Running::start((0..self.setting.processes).map(|process| self.process(process, arguments)))
    }

    /// The command that starts a process, and where its words go.
    fn process(&self, process: usize, arguments: &[&str]) -> (Command, PathBuf) {
        let number = process.to_string();
        let mut command = self.command(&["run", "-c", "weir.toml"]);
        command.args(arguments).env("WEIR_LOG", "info");
        if self.setting.processes > 1 {
            command.args(["--process", &number]);
        }
        (command, self.said(process))
    }

    /// Where a process's words go.
    fn said(&self, process: usize) -> PathBuf {
        let path: &Path = self.folder.path();
        path.join(format!("said-{process}.log"))
    }
}
