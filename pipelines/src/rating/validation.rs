//! Whether a set of tariff documents makes sense as a whole: what is named is there, nothing contradicts, nothing is missing.

mod hours;

mod references;

use std::fmt;

use datasets::ids::id64;
use datasets::reference::{Entity, RefTopic, Validity};

use super::plans::Plans;

/// A document and where it stands.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub file: String,
    /// The line, or the element of a list, from 1.
    pub line: u64,
    /// The topic whose kind it is of.
    pub topic: RefTopic,
    /// Its key.
    pub key: String,
    /// When it holds.
    pub validity: Validity,
    /// What it says.
    pub entity: Entity,
}

/// Whether a set with a problem can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, by a rule that is written down, or with records that will be suspended.
    Warning,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Whether the set can be used.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// The line of the document.
    pub line: u64,
    /// The rule that it breaks, as a code.
    pub rule: &'static str,
    /// What is wrong.
    pub detail: String,
}

impl Problem {
    fn of(document: &Document, (severity, rule): (Severity, &'static str), detail: String) -> Self {
        Self { severity, file: document.file.clone(), line: document.line, rule, detail }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, file, line, rule, detail } = self;
        let severity = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}: line {line} of \"{file}\": {rule}: {detail}")
    }
}

/// Everything that is wrong with a set, errors first, each file from top to bottom.
///
/// `plans` holds the same documents.
#[must_use]
pub fn validate(documents: &[Document], plans: &Plans) -> Vec<Problem> {
    let mut problems = references::problems(documents);
    problems.extend(hours::problems(documents, plans));
    problems.sort();
    problems.dedup();
    problems
}

impl Document {
    /// How the document is called in a sentence about another.
    fn named(&self) -> String {
        format!("\"{}\" (line {} of \"{}\")", self.key, self.line, self.file)
    }

    /// The content id of its key.
    fn id(&self) -> u64 {
        id64(&self.key)
    }
}

#[cfg(test)]
mod tests;
