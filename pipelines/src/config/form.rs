//! How the records of a source are written: said by `mapping` or `format`, or by a file's ending.

use std::path::Path;
use std::sync::Arc;

use connectors::decode::Format;
use connectors::mapping::Mapping;

use super::{ConfigError, Numbered, Reader};

/// Endings of files with JSON: a document per line, or an array of them.
const JSON: [&str; 3] = ["json", "jsonl", "ndjson"];
/// Endings of tables.
const TABLES: [&str; 1] = ["csv"];
/// Endings of what would have to be unpacked first.
const PACKED: [&str; 7] = ["gz", "bz2", "xz", "zst", "lz4", "zip", "7z"];

impl Reader<'_> {
    /// How the records of a source are written.
    pub(super) fn format(&self, source: Numbered<'_>) -> Result<Format, ConfigError> {
        let (_, typed) = source;
        let ending = typed.path.as_deref().map(ending_of).unwrap_or_default();
        if PACKED.contains(&ending.as_str()) {
            let problem = "names a packed file, which weir does not unpack; unpack it first";
            return Err(self.bad_source(source, "path", problem));
        }
        match (&typed.mapping, typed.format.as_deref()) {
            (Some(mapping), None) => self.mapped(source, mapping),
            (Some(_), Some(_)) => {
                Err(self.bad_source(source, "format", "and \"mapping\" exclude each other"))
            }
            (None, None) if TABLES.contains(&ending.as_str()) => Ok(Format::Columns(b',')),
            (None, None | Some("json")) => Ok(Format::Json),
            (None, Some("csv")) => Ok(Format::Columns(b',')),
            (None, Some(other)) => {
                let problem = format!("\"{other}\" is neither json nor csv");
                Err(self.bad_source(source, "format", problem))
            }
        }
    }

    fn mapped(&self, source: Numbered<'_>, mapping: &Path) -> Result<Format, ConfigError> {
        let name = self.beside(&mapping.display().to_string());
        let text = self.text_of(&name, |problem| self.bad_source(source, "mapping", problem))?;
        Ok(Format::Mapped(Arc::new(Mapping::parse(&text, &name)?)))
    }

    /// Endings of the files of a folder that are read.
    pub(super) fn endings(
        &self,
        source: Numbered<'_>,
        format: &Format,
    ) -> Result<Vec<String>, ConfigError> {
        let usual = || match is_json(format) {
            true => JSON.map(str::to_owned).to_vec(),
            false => TABLES.map(str::to_owned).to_vec(),
        };
        let Some(typed) = &source.1.endings else { return Ok(usual()) };
        let is_ending = |ending: &&String| !ending.is_empty() && !ending.contains(['.', '*', '/']);
        match typed.iter().find(|ending| !is_ending(ending)) {
            Some(wrong) => {
                let problem = format!("has \"{wrong}\"; write endings as in [\"csv\", \"txt\"]");
                Err(self.bad_source(source, "endings", problem))
            }
            None => Ok(typed.iter().map(|ending| ending.to_lowercase()).collect()),
        }
    }
}

/// Whether records are JSON, so that a file begins with a brace or a bracket.
pub(super) fn is_json(format: &Format) -> bool {
    match format {
        Format::Json => true,
        Format::Columns(_) => false,
        Format::Mapped(mapping) => mapping.is_json(),
    }
}

/// What stands behind the last dot of a file's name, in small letters; nothing where there is no dot.
pub(super) fn ending_of(path: &str) -> String {
    let ending = Path::new(path).extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}
