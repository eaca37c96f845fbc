//! A lake of one generated operator, published in three cuts: what arrives first, most of the rest, all.

use std::time::Duration;

use connectors::lake::Lake;
use datasets::generator::{Config, Operator};
use datasets::units::EventTime;
use queries::{At, Session};
use tempfile::TempDir;
use weir_tests::harness;

/// Longer than publishing takes, so that a cut ends only with its run.
const HOUR: Duration = Duration::from_secs(3_600);

/// A lake and the numbers of the cuts that are asked.
pub(crate) struct Cuts {
    folder: TempDir,
    cuts: [u64; 3],
}

impl Cuts {
    /// Publishes the operator. Its days lie in the past of every machine, and each part ends with one cut.
    pub(crate) fn publish() -> Self {
        let began = EventTime::parse_rfc3339("2025-11-03T00:00:00Z").unwrap();
        let config = Config { records: 1_000, started_at: began, ..Config::small(7) };
        let items: Vec<_> = Operator::new(config).collect();
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::local(folder.path()).unwrap();
        let cuts = [items.len() * 3 / 4, items.len() - 100, items.len()].map(|count| {
            let mut settings = harness::settings(1);
            settings.pace.publish_interval = HOUR;
            settings.pace.heartbeat = HOUR;
            harness::publish_with(&lake, &items[..count], settings).unwrap();
            lake.latest().unwrap().unwrap().facts.cut
        });
        Self { folder, cuts }
    }

    /// A session at one of the cuts, by the name of its connection.
    pub(crate) fn session(&self, connection: &str) -> Session {
        let at = match connection {
            "first" => At::Cut(self.cuts[0]),
            "second" => At::Cut(self.cuts[1]),
            "latest" => At::Latest,
            other => panic!("there is no connection \"{other}\""),
        };
        Session::open(self.folder(), at).unwrap()
    }

    /// The lake's folder, which no answer may depend on.
    pub(crate) fn folder(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }
}
