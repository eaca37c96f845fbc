//! The folder that `weir init` makes, and the binary in it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A shop of the test's own, gone with it.
pub(super) struct Shop(TempDir);

impl Shop {
    pub(super) fn new() -> Self {
        let shop = Self(tempfile::tempdir().expect("a folder can be made"));
        shop.said(&["init", "."], 0);
        let quiet = shop.read("weir.toml").replace("\"127.0.0.1:7070\"", "\"off\"");
        shop.write("weir.toml", &quiet);
        shop
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect(name);
    }

    /// The names in a folder.
    pub(super) fn listed(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).expect(folder);
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect(folder).file_name();
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect()
    }

    /// Runs a command to its end and returns what it says on stderr.
    pub(super) fn said(&self, arguments: &[&str], code: i32) -> String {
        self.said_with(arguments, code, &[])
    }

    /// The same, with variables.
    pub(super) fn said_with(
        &self,
        arguments: &[&str],
        code: i32,
        variables: &[(&str, &str)],
    ) -> String {
        let mut command = self.command(arguments);
        let output = command.envs(variables.iter().copied()).output().expect("the binary runs");
        let said = String::from_utf8(output.stderr).expect("what is said is text");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    /// Begins a command, and ends it when it has said these words: what it said until then.
    pub(super) fn begun(&self, arguments: &[&str], words: &str) -> String {
        let mut command = self.command(arguments);
        let mut process = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut said = String::new();
        let mut lines = BufReader::new(process.stderr.take().expect("it is piped"));
        while !said.contains(words) {
            let length = lines.read_line(&mut said).expect("what is said is text");
            assert!(length > 0, "it ended without \"{words}\": {said}");
        }
        process.kill().and_then(|()| process.wait()).expect("it is ours to end");
        said
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
        command.current_dir(self.0.path()).args(arguments);
        for variable in ["WEIR_LAKE", "WEIR_CONFIG", "WEIR_HTTP", "WEIR_LOG", "WEIR_PROCESS"] {
            command.env_remove(variable);
        }
        command
    }
}
