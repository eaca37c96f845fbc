//! Usage records of a file, each with its own id as text.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use anyhow::Context;
use arrow::array::AsArray;
use connectors::decode::Format;
use connectors::file::FileSource;
use connectors::mapping::Mapping;
use connectors::source::{Batch, DeadLetter, Launch, Role, Share, Start};
use datasets::ids::Pseudonyms;
use datasets::usage::UsageEvent;

use crate::cli::Failure;
use crate::cli::stdin::Given;

/// A record with its own id as text.
pub(super) struct Line {
    pub(super) usage_id: String,
    pub(super) usage: UsageEvent,
}

/// Reads usage; what could not be read is told apart.
pub(super) fn read(
    usage: &Given,
    mapping: Option<&Path>,
) -> Result<(Vec<Line>, Vec<DeadLetter>), Failure> {
    let format = match mapping {
        Some(mapping) => {
            let text = std::fs::read_to_string(mapping)
                .with_context(|| format!("could not read \"{}\"", mapping.display()))?;
            let mapping = Mapping::parse(&text, &mapping.display().to_string());
            Format::Mapped(Arc::new(mapping.map_err(Failure::config)?))
        }
        None => format_of(usage.path()),
    };
    let (mut lines, mut dead) = (Vec::new(), Vec::new());
    for batch in batches(usage.path(), Role::Usage, format)? {
        if let Some(ids) = batch.raw.column_by_name("usage_id") {
            let ids = ids.as_string::<i32>().iter().flatten().map(str::to_owned);
            let joined = ids.zip(batch.usage);
            lines.extend(joined.map(|(usage_id, usage)| Line { usage_id, usage }));
        }
        dead.extend(usage.named(batch.dead));
    }
    Ok((lines, dead))
}

/// The form of a file, by the ending of its name.
pub(super) fn format_of(path: &Path) -> Format {
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if is_csv { Format::Columns(b',') } else { Format::Json }
}

/// All that a file holds.
pub(super) fn batches(path: &Path, role: Role, format: Format) -> Result<Vec<Batch>, Failure> {
    let (sender, batches) = sync_channel(4);
    let launch = Launch {
        number: 0,
        share: Share::WHOLE,
        pseudonyms: Pseudonyms::new(b"rate needs none that last"),
        start: Start::Earliest,
        batches: sender,
    };
    let running = FileSource::open(path, role, format)?.start(launch)?;
    let batches: Vec<Batch> = batches.into_iter().collect();
    running.join()?;
    Ok(batches)
}
