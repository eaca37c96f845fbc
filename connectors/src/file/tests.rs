//! Files of every form, real ones among them, and resuming in the middle.

mod arrays;
mod numbers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use datasets::ids::Pseudonyms;
use datasets::usage::Service;

use super::FileSource;
use crate::decode::Format;
use crate::mapping::Mapping;
use crate::source::error::SourceError;
use crate::source::{BATCH_RECORDS, Batch, Launch, Role, Share, Start};

fn read(path: &Path, role: Role, format: Format, start: Start) -> Result<Vec<Batch>, SourceError> {
    let (batches, received) = sync_channel(2);
    let launch = Launch {
        number: 1,
        share: Share::WHOLE,
        pseudonyms: Pseudonyms::new(b"s"),
        start,
        batches,
    };
    let running = FileSource::open(path, role, format)?.start(launch)?;
    let batches = received.iter().collect();
    running.join().map(|()| batches)
}

fn record(number: usize) -> String {
    format!(
        "{{\"usage_id\":\"u-{number}\",\"service\":\"sms\",\"msisdn\":\"49170{number:07}\",\
         \"started_at\":\"2026-11-24T09:30:00Z\",\"message_count\":1}}\n"
    )
}

/// A folder of our own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("weir-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            std::fs::write(path.join(file), text).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_is_read_in_order_and_resumed_where_it_was_left() {
    let first: String = (0..10_000).map(record).collect();
    let second: String = (10_000..10_003).map(record).collect();
    let files = [("b.jsonl", second.as_str()), ("a.jsonl", &first), (".hidden", "x")];
    let folder = Folder::with("folder", &files);
    let batches = read(&folder.0, Role::Usage, Format::Json, Start::Earliest).unwrap();
    let places = batches.iter().flat_map(|batch| &batch.usage).map(|event| event.provenance);
    let places: Vec<_> = places.collect();
    assert_eq!(places.len(), 10_003);
    assert!(places.is_sorted());
    assert_eq!((places[10_002].partition(), places[10_002].offset()), (1, 2));
    assert!(batches.iter().all(|batch| batch.record_count() <= BATCH_RECORDS));
    let last = batches.last().unwrap();
    assert!(last.is_empty() && last.positions.iter().all(|position| position.caught_up));
    let ends: Vec<_> =
        last.positions.iter().map(|place| (place.partition, place.next_offset)).collect();
    assert_eq!(ends, [(0, 10_000), (1, 3)]);

    let middle = batches[0].positions[0].next_offset;
    let start = Start::Positions(BTreeMap::from([(0, middle)]));
    let rest = read(&folder.0, Role::Usage, Format::Json, start).unwrap();
    let again: Vec<_> =
        rest.iter().flat_map(|batch| &batch.usage).map(|event| event.provenance).collect();
    assert_eq!(again, places[usize::try_from(middle).unwrap()..]);

    let beyond = Start::Positions(BTreeMap::from([(1, 4)]));
    let error = read(&folder.0, Role::Usage, Format::Json, beyond).unwrap_err();
    assert!(matches!(error, SourceError::TopicReplaced { .. }), "{error}");
}

#[test]
fn broken_lines_of_a_table_die_alone() {
    let table = "usage_id,service,msisdn,started_at,message_count\r\n\
        u1,sms,491700000001,2026-11-24T09:30:00Z,1\r\nu2,\"sms\r\n,,\r\n\
        u3,sms,491700000001,2026-11-24T09:30:00Z,1\r\n";
    let folder = Folder::with("broken", &[("t.csv", table)]);
    let path = folder.0.join("t.csv");
    let batches = read(&path, Role::Usage, Format::Columns(b','), Start::Earliest).unwrap();
    let lines: Vec<_> = batches[0].usage.iter().map(|event| event.provenance.offset()).collect();
    let dead: Vec<_> = batches[0].dead.iter().map(|dead| dead.provenance.offset()).collect();
    assert_eq!((lines, dead), (vec![1, 4], vec![2, 3]));
    assert_eq!(&*batches[0].dead[0].topic, path.display().to_string());
}

/// A file among the real ones; none where they are not at hand.
fn real(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(file);
    if !path.exists() {
        eprintln!("skipped: \"{}\" is not there", path.display());
        return None;
    }
    Some(path)
}

fn mapped(text: &str) -> Format {
    Format::Mapped(Arc::new(Mapping::parse(text, "mapping.toml").unwrap()))
}

#[test]
fn call_records_of_a_switch_are_read_by_position() {
    let Some(path) = real("cdr-cdrstats-mpl/import_cdr_100.txt") else { return };
    let format = mapped(
        r#"
        format = "csv"
        csv.header = false
        [fields]
        usage_id = { position = 7 }
        service = { constant = "voice" }
        msisdn = { position = 1, prefixes = { "" = "34" } }
        called_number = { position = 3 }
        started_at = { position = 8, time = "epoch_s" }
        quantity = { position = 5, unit = "s" }
        "#,
    );
    let batches = read(&path, Role::Usage, format, Start::Earliest).unwrap();
    let (usage, dead) = (&batches[0].usage, &batches[0].dead);
    // Some of the generated calls were billed for less than no time.
    assert!(dead.iter().all(|letter| letter.reason == "bad_value"));
    assert_eq!(usage.len() + dead.len(), 100);
    assert_eq!((usage[0].quantity, usage[0].provenance.offset()), (78_000, 0));
    assert_eq!(usage[0].started_at.to_string(), "2012-05-04T03:24:02Z");
    assert_eq!(usage[0].called.to_string(), "65020");
}

#[test]
fn one_row_of_monthly_minutes_is_four_usage_records() {
    let Some(path) = real("usage-charges-bigml-churn/mlc_churn_rows1-3333.csv") else { return };
    let periods = ["day", "eve", "night", "intl"];
    let record = |name: &&str| {
        format!(
            "[[records]]\nfields.usage_id = {{ template = \"churn-{{line:05}}-{name}\" }}\n\
             fields.quantity = {{ column = \"total_{name}_minutes\", unit = \"min\" }}\n"
        )
    };
    let common = r#"
        format = "csv"
        [fields]
        service = { constant = "voice" }
        msisdn = { template = "1999{line:07}" }
        started_at = { constant = "2026-11-01T00:00:00Z" }
        "#;
    let format = mapped(&format!("{common}\n{}", periods.iter().map(record).collect::<String>()));
    let batches = read(&path, Role::Usage, format.clone(), Start::Earliest).unwrap();
    let usage: Vec<_> = batches.iter().flat_map(|batch| &batch.usage).collect();
    assert!(batches.iter().all(|batch| batch.dead.is_empty()));
    assert_eq!(usage.len(), 4 * 3_333);
    let first: Vec<_> = usage[..4].iter().map(|event| event.quantity).collect();
    assert_eq!(first, [15_906_000, 11_844_000, 14_682_000, 600_000]);
    let places: Vec<_> = usage[..5].iter().map(|event| event.provenance.offset()).collect();
    assert_eq!(places, [4, 5, 6, 7, 8]);
    assert!(usage.iter().all(|event| event.service == Service::Voice));

    let next = batches[0].positions[0].next_offset;
    let start = Start::Positions(BTreeMap::from([(0, next)]));
    let rest = read(&path, Role::Usage, format, start).unwrap();
    let rest: Vec<_> = rest.iter().flat_map(|batch| &batch.usage).copied().collect();
    assert_eq!(rest.first().map(|event| event.provenance.offset()), Some(next));
    assert_eq!(rest.len() + batches[0].usage.len(), usage.len());
}
