//! The reference data of a folder: read, checked as a whole, and ready for rating.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use arrow::array::AsArray;
use connectors::decode::Format;
use connectors::source::{Batch, Role};
use datasets::ids::id64;
use datasets::reference::RefTopic;

use super::lines::{batches, format_of};
use crate::charging::Catalogue;
use crate::cli::Failure;
use crate::names::Names;
use crate::rating::validation::{Document, Problem, Severity, validate};

/// Accounts, subscriptions and tariffs.
pub(crate) struct TariffSet {
    pub(super) names: Names,
    pub(super) catalogue: Catalogue,
    /// The documents that count, by topic and the content id of their key.
    documents: BTreeMap<(RefTopic, u64), Document>,
    /// Where no document could be read.
    broken: Vec<Problem>,
}

impl TariffSet {
    /// Reads a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let names = Names::default();
        let mut set = Self {
            catalogue: Catalogue::new(names.clone()),
            names,
            documents: BTreeMap::new(),
            broken: Vec::new(),
        };
        for topic in RefTopic::ALL {
            let stem = topic.as_str().trim_start_matches("ref.");
            let Some((path, format)) = find(folder, stem)? else { continue };
            for batch in batches(&path, Role::Reference(topic), format)? {
                set.take(&path, batch);
            }
        }
        Ok(set)
    }

    /// The plan row of a key.
    pub(super) fn row(&self, key: u64) -> Option<&Document> {
        self.documents.get(&(RefTopic::Tariffs, key))
    }

    /// Tells all problems on stderr; errors are the end.
    pub(super) fn refuse_errors(&self) -> Result<(), Failure> {
        let problems = self.problems();
        for problem in &problems {
            eprintln!("{problem}");
        }
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        if errors == 0 {
            return Ok(());
        }
        let error = anyhow!("the tariffs cannot be used; {errors} lines above say why");
        Err(Failure::config(error))
    }

    /// `weir validate --tariff`: says what is wrong, or that nothing is.
    pub(crate) fn validate(folder: &Path) -> Result<(), Failure> {
        let set = Self::read(folder)?;
        set.refuse_errors()?;
        let count = |topic| set.documents.keys().filter(|(other, _)| *other == topic).count();
        let counts = RefTopic::ALL.map(|topic| {
            format!("  {} {}\n", count(topic), topic.as_str().trim_start_matches("ref."))
        });
        let folder = folder.display();
        write!(std::io::stdout(), "\"{folder}\" can be used:\n{}", counts.concat())?;
        Ok(())
    }

    fn problems(&self) -> Vec<Problem> {
        let documents: Vec<Document> = self.documents.values().cloned().collect();
        let mut problems = self.broken.clone();
        problems.extend(validate(&documents, self.catalogue.plans()));
        problems
    }

    /// Takes the documents of a file; of one key the last counts.
    fn take(&mut self, path: &Path, batch: Batch) {
        let file = path.display().to_string();
        for letter in batch.dead {
            self.broken.push(Problem {
                severity: Severity::Error,
                file: file.clone(),
                line: letter.provenance.offset() + 1,
                rule: letter.reason,
                detail: letter.detail,
            });
        }
        let Some(keys) = batch.raw.column_by_name("document_key") else { return };
        let keys = keys.as_string::<i32>().iter().flatten();
        for (key, change) in keys.zip(batch.changes) {
            let (topic, line) = (change.topic, change.provenance.offset() + 1);
            let place = (topic, id64(key));
            let _text = self.names.intern(key);
            match &change.version {
                Some((validity, entity)) => {
                    let (validity, entity) = (*validity, entity.clone());
                    let (file, key) = (file.clone(), key.to_owned());
                    let document = Document { file, line, topic, key, validity, entity };
                    self.documents.insert(place, document);
                }
                None => {
                    self.documents.remove(&place);
                }
            }
            self.catalogue.refresh(change);
        }
    }
}

/// The file of a kind of reference data, if there is one.
fn find(folder: &Path, stem: &str) -> anyhow::Result<Option<(PathBuf, Format)>> {
    let candidates =
        ["csv", "jsonl", "json"].map(|extension| folder.join(format!("{stem}.{extension}")));
    let found: Vec<_> = candidates.into_iter().filter(|path| path.is_file()).collect();
    match found.as_slice() {
        [] if stem == "tariffs" => {
            bail!("there is no tariffs.csv or tariffs.jsonl in \"{}\"", folder.display())
        }
        [] => Ok(None),
        [path] => Ok(Some((path.clone(), format_of(path)))),
        [one, other, ..] => {
            bail!("both \"{}\" and \"{}\" are there; keep one", one.display(), other.display())
        }
    }
}
