//! Checks that a sealed cut can still be read as it was sealed.

use std::collections::BTreeMap;

use datasets::tables;

use super::Lake;
use super::encoder::amount;
use super::error::LakeError;
use super::facts::TableSeal;

/// What a check of a sealed cut found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The cut.
    pub cut: u64,
    /// Every table of the cut as it is found now.
    pub tables: BTreeMap<String, TableSeal>,
    /// What differs from the seal, one sentence each; empty when the cut is whole.
    pub problems: Vec<String>,
}

impl Report {
    /// Whether the cut is as it was sealed.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Lake {
    /// Reads every table of a sealed cut, and compares rows, files and control totals with the seal.
    ///
    /// # Errors
    /// When there is no such cut, or the store fails. A table that cannot be read is a problem in the report.
    pub fn verify(&self, cut: u64) -> Result<Report, LakeError> {
        let seal = self.seal(cut)?;
        let mut report = Report { cut, tables: BTreeMap::new(), problems: Vec::new() };
        for (name, sealed) in &seal.tables {
            match self.found(name, sealed.version) {
                Ok(found) => {
                    let differs = found != *sealed;
                    report.problems.extend(differs.then(|| difference(name, sealed, &found)));
                    report.tables.insert(name.clone(), found);
                }
                Err(error) => report.problems.push(format!("table \"{name}\": {}", chain(&error))),
            }
        }
        Ok(report)
    }

    fn found(&self, name: &str, version: i64) -> Result<TableSeal, LakeError> {
        let unknown = || LakeError::invariant(name, "the data dictionary has no such table");
        let table = tables::named(name).ok_or_else(unknown)?;
        let count = |number: usize| u64::try_from(number).expect("an address has at most 64 bits");
        let files = count(self.live_files(table, version)?.len());
        let mut found = TableSeal { version, rows: 0, files, amount: 0 };
        for batch in self.read(table, version)? {
            let batch = batch?;
            found.rows += count(batch.num_rows());
            found.amount += amount(table, &batch);
        }
        Ok(found)
    }
}

fn difference(name: &str, sealed: &TableSeal, found: &TableSeal) -> String {
    let of = |seal: &TableSeal| {
        format!("{} rows in {} files, total {}e-9", seal.rows, seal.files, seal.amount)
    };
    format!(
        "table \"{name}\" at version {} has {}, sealed were {}",
        sealed.version,
        of(found),
        of(sealed)
    )
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
