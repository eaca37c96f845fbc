//! Sources that the lake could not tell apart are refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{ConfigError, Reader, SourcePlan, place};

/// What two sources must not share: the lake knows a source by it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Known<'a> {
    Topic(&'a str),
    Files(PathBuf),
}

impl Reader<'_> {
    /// Refuses a topic or a path that two sources read: they would be one source to the lake, with one position.
    pub(super) fn tell_apart(&self, sources: &[SourcePlan]) -> Result<(), ConfigError> {
        let mut known = BTreeMap::new();
        for (number, plan) in sources.iter().enumerate() {
            let Some(first) = known.insert(Known::of(plan), number) else { continue };
            let first = &sources[first].topic;
            let (field, what) = match &plan.path {
                Some(path) => ("path", format!("\"{}\"", path.typed)),
                None => ("topic", "the topic".to_owned()),
            };
            return Err(ConfigError::Value {
                path: self.path.to_owned(),
                line: place::line_of_source(self.text, number, field),
                key: format!("source \"{}\".{field}", plan.topic),
                problem: format!(
                    "names {what}, which the [[source]] \"{first}\" before it reads: name each once"
                ),
            });
        }
        Ok(())
    }
}

impl<'a> Known<'a> {
    fn of(plan: &'a SourcePlan) -> Self {
        match &plan.path {
            // Without what says nothing, such as "./".
            Some(path) => Self::Files(Path::new(&path.found).components().collect()),
            None => Self::Topic(&plan.topic),
        }
    }
}
