//! The thread that merges files aside.

use std::thread::{self, JoinHandle};

use super::Upkeep;
use super::merge::{Job, Merge};
use crate::lake::error::LakeError;
use crate::lake::state::TableState;
use crate::lake::{FileWriter, Lake};

type Merged = Result<Vec<(String, Merge)>, LakeError>;

/// Merges files while cuts go on; at most one round of merges runs at a time, with one merge per table.
#[derive(Debug)]
pub(crate) struct Merger {
    lake: Lake,
    generation: u64,
    rounds: u64,
    running: Option<JoinHandle<Merged>>,
}

impl Merger {
    /// A merger that has nothing to do yet.
    pub(crate) fn new(lake: &Lake, generation: u64) -> Self {
        Self { lake: lake.clone(), generation, rounds: 0, running: None }
    }

    /// Begins a round, unless one is running or there is nothing to merge.
    pub(crate) fn start<'a>(
        &mut self,
        tables: impl Iterator<Item = &'a TableState>,
        upkeep: &Upkeep,
        cut: u64,
    ) {
        if self.running.is_some() {
            return;
        }
        let jobs: Vec<Job> = tables.filter_map(|state| Job::choose(state, upkeep)).collect();
        if jobs.is_empty() {
            return;
        }
        self.rounds += 1;
        let lake = self.lake.clone();
        let mut writer = FileWriter::named(&lake, self.generation, format!("m{}", self.rounds));
        self.running = Some(thread::spawn(move || {
            let run = |job: Job| Ok((job.table(), job.run(&lake, &mut writer, cut)?));
            jobs.into_iter().map(run).collect()
        }));
    }

    /// The merges of a finished round; none while it is still running.
    pub(crate) fn finished(&mut self, wait: bool) -> Merged {
        match self.running.take_if(|running| wait || running.is_finished()) {
            Some(finished) => {
                finished.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
            None => Ok(Vec::new()),
        }
    }
}

impl Drop for Merger {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            // What it wrote is named by no plan; the next generation deletes it.
            drop(running.join());
        }
    }
}
