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
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use connectors::lake::{Lake, Seal, Upkeep};
    use connectors::source::Start as Begin;
    use datasets::ids::Pseudonyms;

    use super::*;
    use crate::decisions::credit_bars::Band;
    use crate::runtime::budget::Limits;
    use crate::runtime::coordinator::Pace;
    use crate::runtime::{Job, RuntimeError, Settings, run};

    /// Reads a folder of usage into a lake, as far as it goes.
    fn read(folder: &std::path::Path, accepts_gap: bool) -> Result<Seal, RuntimeError> {
        let pace = Pace {
            publish_interval: Duration::from_millis(10),
            heartbeat: Duration::from_secs(60),
            epoch_interval: Duration::from_millis(1),
            until_idle: true,
        };
        let settings = Settings {
            workers: 1,
            cluster: None,
            pace,
            limits: Limits::of_days(35),
            upkeep: Upkeep::default(),
            begin: Begin::Earliest,
            keeps_raw: true,
            band: Band::default(),
        };
        let input = folder.join("input").display().to_string();
        let feed = FileFeed::open(("input", &input), Role::Usage, Format::Json)?;
        let lake = Lake::local(&folder.join("lake"))?;
        let job = Job {
            lake: lake.clone(),
            feeds: vec![Box::new(feed.accepting_a_gap(accepts_gap))],
            pseudonyms: Pseudonyms::new(b"k"),
            sinks: Default::default(),
            stop: Arc::default(),
            gauges: Arc::default(),
        };
        run(settings, job)?;
        Ok(lake.latest()?.expect("a cut is sealed"))
    }

    fn write(folder: &std::path::Path, file: &str, usage_ids: &[&str]) {
        let record = |usage_id: &&str| {
            format!(
                "{{\"usage_id\":\"{usage_id}\",\"service\":\"sms\",\"msisdn\":\"491700000001\",\
                 \"started_at\":\"2026-11-24T09:30:00Z\",\"message_count\":1}}\n"
            )
        };
        let text: String = usage_ids.iter().map(record).collect();
        std::fs::write(folder.join("input").join(file), text).unwrap();
    }

    /// A file that sorts between others is read, no other one is read again, and one that is gone is missed.
    #[test]
    fn files_are_known_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::fs::create_dir(folder.join("input")).unwrap();
        write(folder, "a", &["1", "2"]);
        write(folder, "c", &["3"]);
        let rows = |seal: Seal| seal.tables["raw.usage"].rows;
        assert_eq!(rows(read(folder, false).unwrap()), 3);
        write(folder, "b", &["4", "5", "6"]);
        assert_eq!(rows(read(folder, false).unwrap()), 6);
        std::fs::remove_file(folder.join("input/a")).unwrap();
        write(folder, "d", &["7"]);
        let said = read(folder, false).unwrap_err().to_string();
        assert!(said.contains("\"a\"") && said.contains("accept_gap"), "{said}");
        let seal = read(folder, true).unwrap();
        assert_eq!(seal.facts.files["file/input/0"], ["a", "c", "b", "d"]);
        assert_eq!(rows(seal), 7);
    }
}
