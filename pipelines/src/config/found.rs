//! What the sources' files are like, looked at before any is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connectors::file::FileSource;

use super::{Config, ConfigError, FilePath, SourcePlan, glance, place};

/// So many files are named one by one.
const NAMED: usize = 3;

/// A source of files, and its place among all sources.
#[derive(Clone, Copy)]
struct Looked<'a> {
    config: &'a Config,
    number: usize,
    plan: &'a SourcePlan,
    path: &'a FilePath,
}

impl Config {
    /// Whether any source is a file or a folder.
    #[must_use]
    pub fn reads_files(&self) -> bool {
        self.sources.iter().any(|plan| plan.path.is_some())
    }

    /// Looks at the files of all sources, and tells what is to be read otherwise than it may be meant: files that are left,
    /// and files that are not what their format says.
    ///
    /// # Errors
    /// When files are missing, or two sources would read the same one.
    pub fn look(&self) -> Result<Vec<ConfigError>, ConfigError> {
        let mut readers = BTreeMap::new();
        let mut told = Vec::new();
        for (number, plan) in self.sources.iter().enumerate() {
            let Some(path) = &plan.path else { continue };
            let looked = Looked { config: self, number, plan, path };
            let files = looked.open()?;
            looked.alone(&files, &mut readers)?;
            told.extend(looked.left(&files)?);
            let odd = files.paths().filter_map(|file| looked.odd(file));
            told.extend(odd.take(NAMED));
        }
        Ok(told)
    }
}

impl<'a> Looked<'a> {
    fn open(self) -> Result<FileSource, ConfigError> {
        let Self { plan, path, .. } = self;
        let open = FileSource::open(&path.found, plan.role, plan.format.clone());
        let files = open.map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let cause = cause.unwrap_or_else(|| error.to_string());
            self.bad("path", format!("names \"{}\", which cannot be read ({cause}); correct the path, or put the file there", path.found))
        })?;
        Ok(files.reading_only(&plan.endings))
    }

    /// Refuses files that another source reads, whichever way leads to them.
    fn alone(
        self,
        files: &FileSource,
        readers: &mut BTreeMap<PathBuf, &'a str>,
    ) -> Result<(), ConfigError> {
        for file in files.paths() {
            let really = file.canonicalize().unwrap_or_else(|_| file.to_owned());
            if let Some(first) = readers.insert(really, &self.plan.topic) {
                let file = file.display();
                let problem = format!(
                    "leads to \"{file}\", which the [[source]] \"{first}\" before it reads: give each file to one source"
                );
                return Err(self.bad("path", problem));
            }
        }
        Ok(())
    }

    /// Tells of files that are left because of their ending; a folder of which nothing is read is a mistake.
    fn left(self, files: &FileSource) -> Result<Option<ConfigError>, ConfigError> {
        let left: Vec<&Path> = files.left().collect();
        if left.is_empty() {
            return Ok(None);
        }
        let (names, endings) = (named(&left), self.plan.endings.join(", "));
        if files.paths().next().is_none() {
            let problem = format!(
                "is a folder of which no file ends in {endings}, as its format wants; it has {names}: name what is to be read by endings = [...], or write format = \"csv\" or \"json\""
            );
            return Err(self.bad("path", problem));
        }
        let problem = format!(
            "is a folder of which only files that end in {endings} are read, not {names}; endings = [...] would name others"
        );
        Ok(Some(self.bad("path", problem)))
    }

    /// Tells of a file that is not what its format says.
    fn odd(self, file: &Path) -> Option<ConfigError> {
        let Self { plan, .. } = self;
        let problem = glance::odd(file, plan.role, &plan.format)?;
        Some(self.bad("format", format!("does not fit \"{}\", which {problem}", file.display())))
    }

    fn bad(self, field: &str, problem: String) -> ConfigError {
        ConfigError::Value {
            path: self.config.path.clone(),
            line: place::line_of_source(&self.config.text, self.number, field),
            key: format!("source \"{}\".{field}", self.plan.topic),
            problem,
        }
    }
}

fn named(files: &[&Path]) -> String {
    let name = |file: &&Path| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let names: Vec<String> = files.iter().take(NAMED).map(name).collect();
    match files.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
