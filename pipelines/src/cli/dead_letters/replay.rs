//! `weir dead-letters replay`: payloads as they came, in a file that weir reads again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use connectors::lake::{Lake, LakeError, Seal};
use connectors::source::Role;
use datasets::dictionary::Table;
use datasets::tables;
use queries::QueryError;

use super::line::line;
use super::origin::{Origin, choose, header};
use crate::cli::{Failure, LakeArgs};
use crate::config::role_of;

/// The lake at its newest cut.
struct Sealed {
    lake: Lake,
    seal: Seal,
}

/// Writes the dead letters of a topic, a file or a folder.
pub(super) fn replay(args: &LakeArgs, topic: Option<&str>, to: &Path) -> Result<(), Failure> {
    let no_lake = || QueryError::NoLake { lake: args.location() };
    if args.is_missing() {
        return Err(no_lake().into());
    }
    let lake = Lake::open(&args.location())?;
    let seal = lake.latest()?.ok_or_else(no_lake)?;
    let sealed = Sealed { lake, seal };
    let origins = sealed.origins()?;
    if origins.is_empty() {
        eprintln!("there are no dead letters");
        return Ok(());
    }
    let chosen = choose(&origins, topic)?;
    let header = header(&origins, &chosen)?;
    let mut file = std::fs::File::create_new(to)
        .with_context(|| format!("could not make \"{}\"", to.display()))?;
    if let Some(header) = &header {
        file.write_all(&[header.as_bytes(), b"\n"].concat())?;
    }
    let counts = sealed.write(&chosen, &mut file)?;
    tell(counts, topic.unwrap_or(chosen[0]), to);
    Ok(())
}

impl Sealed {
    fn origins(&self) -> Result<BTreeMap<String, Origin>, LakeError> {
        let mut origins = BTreeMap::<String, Origin>::new();
        for batch in self.rows(&tables::VAULT_DEAD_LETTERS)? {
            let batch = batch?;
            let (topics, headers) = (texts(&batch, "topic"), texts(&batch, "header"));
            for row in 0..batch.num_rows() {
                let origin = origins.entry(topics.value(row).to_owned()).or_default();
                let header = headers.is_valid(row).then(|| headers.value(row).to_owned());
                origin.count += 1;
                origin.headers.insert(header);
            }
        }
        Ok(origins)
    }

    /// Writes payloads, and counts those that were written and those that fit no line.
    fn write(&self, chosen: &[&str], file: &mut impl Write) -> Result<(u64, u64), Failure> {
        let documents = self.sources_of_documents()?;
        let (mut count, mut left) = (0_u64, 0_u64);
        for batch in self.rows(&tables::VAULT_DEAD_LETTERS)? {
            let batch = batch?;
            let (topics, sources) = (texts(&batch, "topic"), texts(&batch, "source_id"));
            let (keys, payloads) =
                (batch["message_key"].as_binary::<i32>(), batch["payload"].as_binary::<i32>());
            for row in (0..batch.num_rows()).filter(|row| chosen.contains(&topics.value(*row))) {
                let is_document = matches!(role_of(topics.value(row)), Some(Role::Reference(_)))
                    || documents.contains(sources.value(row));
                let key = keys.is_valid(row).then(|| keys.value(row));
                match line(payloads.value(row), key, is_document) {
                    Some(line) => {
                        file.write_all(&[&line[..], b"\n"].concat())?;
                        count += 1;
                    }
                    None => left += 1,
                }
            }
        }
        Ok((count, left))
    }

    /// The sources whose records are reference documents, whatever their topics are called.
    fn sources_of_documents(&self) -> Result<BTreeSet<String>, LakeError> {
        let mut sources = BTreeSet::new();
        for batch in self.rows(&tables::RAW_REFERENCE)? {
            let batch = batch?;
            for source in texts(&batch, "source_id").iter().flatten() {
                if !sources.contains(source) {
                    sources.insert(source.to_owned());
                }
            }
        }
        Ok(sources)
    }

    fn rows(
        &self,
        table: &'static Table,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>>, LakeError> {
        let name = table.qualified_name();
        let version = self.seal.tables.get(&name).map_or(0, |table| table.version);
        self.lake.read(table, version)
    }
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> &'a StringArray {
    batch[column].as_string()
}

/// Says what was written, what was not, and what next.
fn tell((count, left): (u64, u64), topic: &str, to: &Path) {
    eprintln!(
        "{count} payloads in \"{}\"; correct them, then give the file to weir as a [[source]] of the same role, format and mapping",
        to.display()
    );
    if left > 0 {
        eprintln!(
            "{left} more do not fit one line each and were left out; see them with: weir sql --vault -c \"SELECT payload FROM vault.dead_letters WHERE topic = '{topic}'\""
        );
    }
}
