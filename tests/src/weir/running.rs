//! The processes of a weir that runs, one or several, and how they end.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::waiting::until;

/// A process and the file that it speaks to.
#[derive(Debug)]
struct Process {
    child: Child,
    said: PathBuf,
}

/// A weir that runs; it is killed when it is dropped.
#[derive(Debug)]
pub struct Running(Vec<Process>);

/// How the processes of a weir have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The exit code of each process, in their order; none where a signal ended it.
    pub codes: Vec<Option<i32>>,
    /// What they have said on stderr, one after the other.
    pub said: String,
}

impl Running {
    /// Starts a process for each command; each speaks to a file of its own.
    pub(super) fn start(commands: impl IntoIterator<Item = (Command, PathBuf)>) -> Self {
        let start = |(mut command, said): (Command, PathBuf)| {
            let file = File::create(&said).expect("a site's folder can be written to");
            let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn();
            Process { child: child.expect("weir can be started"), said }
        };
        Self(commands.into_iter().map(start).collect())
    }

    /// How many processes there are.
    #[must_use]
    pub fn process_count(&self) -> usize {
        self.0.len()
    }

    /// Kills one process as a crash would, and waits until the others have ended of themselves.
    ///
    /// # Panics
    /// If another process goes on alone.
    pub fn kill(mut self, place: usize) -> Ended {
        // One that has ended already is as dead as it can be.
        let _gone = self.0[place].child.kill();
        self.ended()
    }

    /// Asks all processes to end, and waits until they have.
    ///
    /// # Panics
    /// If they do not.
    pub fn terminate(mut self) -> Ended {
        self.signal("-TERM");
        self.ended()
    }

    /// Interrupts all processes again and again, as somebody at a keyboard does, until they have ended.
    ///
    /// # Panics
    /// If they do not end.
    pub fn interrupt(mut self) -> Ended {
        until("the handler of signals", || self.said().contains("weir publishes to").then_some(()));
        until("the end after interrupts", || {
            if self.has_ended() {
                return Some(());
            }
            self.signal("-INT");
            None
        });
        self.ended()
    }

    fn signal(&self, signal: &str) {
        for process in &self.0 {
            let pid = process.child.id().to_string();
            let status = Command::new("kill").args([signal, &pid]).status();
            assert!(status.is_ok_and(|status| status.success()), "{}", self.said());
        }
    }

    /// Waits until all processes have ended of themselves.
    ///
    /// # Panics
    /// If they do not.
    pub fn wait(mut self) -> Ended {
        self.ended()
    }

    /// Whether any process has ended.
    pub fn has_ended(&mut self) -> bool {
        self.0.iter_mut().any(|process| status(&mut process.child).is_some())
    }

    /// The most memory that a process has had resident so far, in bytes.
    ///
    /// # Panics
    /// If the system does not tell.
    #[must_use]
    pub fn peak_memory_bytes(&self, place: usize) -> u64 {
        let path = format!("/proc/{}/status", self.0[place].child.id());
        let status = std::fs::read_to_string(path).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kibibytes: u64 =
            kibibytes.and_then(|count| count.parse().ok()).expect("Linux tells the peak");
        kibibytes * 1_024
    }

    /// What the processes have said so far.
    #[must_use]
    pub fn said(&self) -> String {
        let said = |process: &Process| std::fs::read_to_string(&process.said).unwrap_or_default();
        self.0.iter().map(said).collect()
    }

    fn ended(&mut self) -> Ended {
        let mut codes = Vec::new();
        for place in 0..self.0.len() {
            let what = format!("the end of process {place}");
            let status = until(&what, || status(&mut self.0[place].child));
            codes.push(status.code());
        }
        Ended { codes, said: self.said() }
    }
}

fn status(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().expect("a child can be waited for")
}

impl Drop for Running {
    fn drop(&mut self) {
        for process in &mut self.0 {
            let _gone = process.child.kill();
            let _status = process.child.wait();
        }
    }
}
