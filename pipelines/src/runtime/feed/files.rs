//! Files as what is read from. The lake knows each by its number and name, so that none is taken for another.

use connectors::decode::Format;
use connectors::file::FileSource;
use connectors::source::error::SourceError;
use connectors::source::running::RunningSource;
use connectors::source::{Launch, Role};

use super::Feed;

/// A file, or the files of a folder.
pub struct FileFeed {
    source: FileSource,
    role: Role,
    source_id: String,
    accepts_gap: bool,
}

impl FileFeed {
    /// Looks for the files.
    ///
    /// # Errors
    /// When there is nothing that can be read.
    pub fn open(
        (name, path): (&str, &str),
        role: Role,
        format: Format,
    ) -> Result<Self, SourceError> {
        let source = FileSource::open(path, role, format)?.called(name);
        let source_id = source.source_id();
        Ok(Self { source, role, source_id, accepts_gap: false })
    }

    /// Leaves the files of a folder that have other endings.
    #[must_use]
    pub fn reading_only(self, endings: &[String]) -> Self {
        Self { source: self.source.reading_only(endings), ..self }
    }

    /// Goes on without files that are gone, if that is known.
    #[must_use]
    pub fn accepting_a_gap(self, accepts_gap: bool) -> Self {
        Self { accepts_gap, ..self }
    }
}

impl Feed for FileFeed {
    fn source_id(&self) -> &str {
        &self.source_id
    }

    fn role(&self) -> Role {
        self.role
    }

    fn files(&self, known: &[String]) -> Result<Vec<String>, SourceError> {
        let files = self.source.names(known);
        self.source.clone().numbered(&files, self.accepts_gap)?;
        Ok(files)
    }

    fn start(&self, launch: Launch, files: &[String]) -> Result<RunningSource, SourceError> {
        self.source.clone().numbered(files, self.accepts_gap)?.start(launch)
    }
}

#[cfg(test)]
mod tests;
