//! The file source: reads a file, or the files of a folder in the order of their names, once.
//!
//! Files are JSON lines, one JSON array, or lines of a table. Provenance is the number of the file and the line. A lake
//! keeps the names of the files by number, so that a folder may be added to; what is new is numbered behind what is known.
//! Its files are caught up together, when the last one is read: until then nothing says how far their arrival has come.

mod elements;
mod endings;
mod lines;
mod reading;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::decode::{Counting, Decoder, Format, Identity};
use crate::source::error::SourceError;
use crate::source::running::RunningSource;
use crate::source::{Launch, Role, Start};
use reading::Reading;

/// The most files that provenance can number.
const FILES_MAX: usize = 1 << 14;

/// A file or folder that is ready to be read.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// What the lake calls it.
    name: String,
    role: Role,
    format: Format,
    /// Number and path of each file.
    files: Vec<(u32, PathBuf)>,
    /// Whether they are those of a folder.
    is_folder: bool,
    /// Files of the folder that are read only if the lake knows them.
    left: Vec<PathBuf>,
}

impl FileSource {
    /// Looks for the files; of a folder all but hidden ones, without its subfolders.
    ///
    /// # Errors
    /// When there is nothing that can be read.
    pub fn open(path: impl Into<PathBuf>, role: Role, format: Format) -> Result<Self, SourceError> {
        let path = path.into();
        let files = files_of(&path).map_err(|source| SourceError::File {
            doing: "look for files in",
            path: path.clone(),
            source,
        })?;
        let name = path.display().to_string();
        check_count(&name, files.len())?;
        let (files, is_folder) = ((0..).zip(files).collect(), path.is_dir());
        Ok(Self { name, role, format, files, is_folder, left: Vec::new() })
    }

    /// The same files under a name that does not depend on where a process was started: without one they go by their path.
    #[must_use]
    pub fn called(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Who the source is to the lake.
    #[must_use]
    pub fn source_id(&self) -> String {
        format!("file/{}/0", self.name)
    }

    /// The names of the files in the order of their numbers: those that are known keep theirs, and new ones follow.
    #[must_use]
    pub fn names(&self, known: &[String]) -> Vec<String> {
        let found = self.files.iter().map(|(_, path)| name_of(path));
        let new = found.filter(|name| !known.contains(name));
        known.iter().cloned().chain(new).collect()
    }

    /// The same source with files of these names by number; what has another name is not read.
    ///
    /// # Errors
    /// When one is not there, unless that is accepted, or there are too many.
    pub fn numbered(self, names: &[String], accepts_gap: bool) -> Result<Self, SourceError> {
        check_count(&self.name, names.len())?;
        let mut files = Vec::new();
        for (number, name) in (0..).zip(names) {
            let found = self.paths().chain(self.left()).find(|path| name_of(path) == *name);
            match found.map(Path::to_owned) {
                Some(path) => files.push((number, path)),
                None if accepts_gap => {}
                None => {
                    return Err(SourceError::FileGone { file: name.clone(), topic: self.name });
                }
            }
        }
        Ok(Self { files, ..self })
    }

    /// Reads on a thread of its own until the end of the last file, whose last batch is an empty one
    /// with all positions caught up. The thread waits while the channel is full.
    ///
    /// # Errors
    /// When the format does not fit the role, or the start is an instant, which files do not know.
    pub fn start(self, launch: Launch) -> Result<RunningSource, SourceError> {
        let topic: Arc<str> = self.name.as_str().into();
        let starts = match launch.start {
            Start::Earliest => Default::default(),
            Start::Positions(starts) => starts,
            Start::At(_) => {
                let problem = "is an instant, which files do not know".to_owned();
                return Err(SourceError::Setting {
                    key: "start".to_owned(),
                    topic: topic.to_string(),
                    problem,
                });
            }
        };
        let identity =
            Identity { number: launch.number, source_id: self.source_id().into(), topic };
        let name = format!("source-{}", launch.number);
        let form = (self.role, &self.format);
        let decoder = Decoder::new(identity, form, Counting::Lines, launch.pseudonyms)?;
        let reading = Reading::new(decoder, starts, launch.batches);
        Ok(RunningSource::spawn(&name, move |strings| reading.run(&self.files, &strings)))
    }
}

fn check_count(topic: &str, count: usize) -> Result<(), SourceError> {
    if count > FILES_MAX {
        let what = format!("{count} files");
        return Err(SourceError::OutOfRange { topic: topic.to_owned(), what });
    }
    Ok(())
}

/// The name of a file in its folder.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn files_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.metadata()?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir()? {
        let entry = entry?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
