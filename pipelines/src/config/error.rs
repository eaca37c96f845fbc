//! Why a configuration cannot be used: file, line, key, and what next.

use std::path::PathBuf;

use connectors::mapping::error::MappingError;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("could not read \"{}\"; \"weir init DIR\" writes one to begin with", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it should be; the message shows line and key.
    #[error("in \"{}\": {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its place.
        problem: String,
    },
    /// A mapping that cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A value that cannot be used.
    #[error("in \"{}\"{}: {} {problem}", path.display(), at_line(*line), quoted(key))]
    Value {
        /// The file.
        path: PathBuf,
        /// The line of the key, or of the table that it belongs to.
        line: Option<usize>,
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// A key in quotes, unless it has some of its own.
fn quoted(key: &str) -> String {
    if key.contains('"') { key.to_owned() } else { format!("\"{key}\"") }
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" at line {line}"))
}
