//! Why a mapping cannot be used, with the place in its file.

use std::ops::Range;

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingError {
    /// The file it stands in.
    pub file: String,
    /// The line, from 1; 0 where it is the data that does not fit the mapping.
    pub line: usize,
    /// The key, such as `fields.quantity`; empty where the text is no TOML of a mapping at all.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

impl std::error::Error for MappingError {}

impl std::fmt::Display for MappingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        match self.key.as_str() {
            "" => write!(f, ": {}", self.problem),
            key => write!(f, ": \"{key}\" {}", self.problem),
        }
    }
}

/// The text that a mapping was read from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The file's name.
    pub file: &'a str,
    /// The whole text, which spans point into.
    pub text: &'a str,
}

impl Origin<'_> {
    /// An error at a span.
    pub(crate) fn error(&self, span: &Range<usize>, key: &str, problem: &str) -> MappingError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        MappingError {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            key: key.to_owned(),
            problem: problem.to_owned(),
        }
    }

    /// An error that the TOML reader found; its message names the key.
    pub(crate) fn of_toml(&self, error: &toml::de::Error) -> MappingError {
        self.error(&error.span().unwrap_or(0..0), "", error.message())
    }
}
