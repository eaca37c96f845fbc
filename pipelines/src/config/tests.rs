//! Configurations that cannot be used: what is wrong, where, and what next.

mod cases;

use std::fs;
use std::path::PathBuf;

use super::Config;
use cases::CASES;

const GOOD: &str = r#"schema_version = 1
lake = "lake"
pseudonym_key = "key"

[runtime]
workers = 1
publish_interval_ms = 5000
begin = "earliest"

[[source]]
topic = "ref.accounts"
path = "accounts.csv"
format = "csv"

[[source]]
topic = "usage.cdr"
path = "usage.jsonl"
mapping = "calls.toml"
"#;

const MAPPING: &str = r#"format = "csv"
csv.header = false
[fields]
usage_id = { position = 7 }
service = { constant = "voice" }
msisdn = { position = 1 }
started_at = { position = 8, time = "epoch_s" }
quantity = { position = 5, unit = "s" }
"#;

/// A folder of our own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, config: &str, mapping: &str) -> Self {
        let path = std::env::temp_dir().join(format!("weir-config-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("weir.toml"), config).unwrap();
        fs::write(path.join("calls.toml"), mapping).unwrap();
        Self(path)
    }

    fn read(&self) -> Result<Config, String> {
        Config::read(&self.0.join("weir.toml")).map_err(|error| error.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

/// What is said of the good configuration with one thing changed.
fn said(name: &str, change: (&str, &str)) -> String {
    assert!(GOOD.contains(change.0), "{name}: {} is not in the good one", change.0);
    let folder = Folder::with(name, &GOOD.replacen(change.0, change.1, 1), MAPPING);
    folder.read().expect_err(name)
}

#[test]
fn a_sound_one_is_read() {
    let config = Folder::with("good", GOOD, MAPPING).read().unwrap();
    assert_eq!(config.summary().lines().count(), 2);
}

#[test]
fn what_is_wrong_is_named_with_file_and_key() {
    for (name, change, words) in CASES {
        let said = said(name, *change);
        for word in *words {
            assert!(said.contains(word), "{name}: \"{word}\" is not in: {said}");
        }
    }
}

#[test]
fn no_source_and_no_file_are_told() {
    let without = &GOOD[..GOOD.find("[[source]]").unwrap()];
    let said = Folder::with("sources", without, MAPPING).read().unwrap_err();
    assert!(said.contains("at least one [[source]]"), "{said}");
    let said = Config::read(&PathBuf::from("/nowhere/weir.toml")).unwrap_err().to_string();
    assert!(said.contains("/nowhere/weir.toml") && said.contains("weir init"), "{said}");
}

/// Two sources of one name would share one position in the lake, and each would skip what the other has read.
#[test]
fn no_topic_and_no_path_is_read_by_two_sources() {
    let again = |fields: &str| {
        let text = format!("{GOOD}\n[kafka]\nbrokers = \"localhost:9092\"\n\n{fields}");
        Folder::with("twice", &text, MAPPING).read().expect_err(fields)
    };
    let path = "[[source]]\ntopic = \"cust.topups\"\npath = \"./usage.jsonl\"\n";
    let topic = "[[source]]\ntopic = \"ref.tariffs\"\n";
    let cases = [
        (path.to_owned(), "source \"cust.topups\".path", "the [[source]] \"usage.cdr\"", 25),
        ([topic, topic].concat(), "source \"ref.tariffs\".topic", "names the topic", 26),
    ];
    for (fields, key, what, line) in cases {
        let said = again(&fields);
        assert!(said.contains(key) && said.contains(what), "{said}");
        assert!(said.contains(&format!("at line {line}:")), "{said}");
    }
}

/// Processes of a cluster that read alike and name numbers alike have one fingerprint, and no others have it.
#[test]
fn a_fingerprint_is_of_the_key_and_the_mappings_as_well() {
    let config = GOOD.replace("\"key\"", "\"${file:key}\"");
    let fingerprint = |name: &str, mapping: &str, key: &str| {
        let folder = Folder::with(name, &config, mapping);
        fs::write(folder.0.join("key"), key).unwrap();
        folder.read().unwrap().fingerprint
    };
    let usual = fingerprint("fingerprint", MAPPING, "one");
    assert_eq!(fingerprint("fingerprint-again", MAPPING, "one"), usual);
    assert_ne!(fingerprint("fingerprint-key", MAPPING, "two"), usual);
    let minutes = MAPPING.replace("\"s\"", "\"min\"");
    assert_ne!(fingerprint("fingerprint-mapping", &minutes, "one"), usual);
}

#[test]
fn a_wrong_mapping_is_told_with_its_own_file_and_line() {
    let wrong = MAPPING.replace("\"s\"", "\"sec\"");
    let said = Folder::with("unit", GOOD, &wrong).read().unwrap_err();
    assert!(said.contains("calls.toml:8") && said.contains("fields.quantity"), "{said}");
}

/// However the way to a configuration is spelled, its files are the same sources: otherwise a restart would read them again.
#[test]
fn files_go_by_what_the_configuration_calls_them() {
    let folder = tempfile::tempdir().unwrap();
    let deeper = folder.path().join("input");
    fs::create_dir(&deeper).unwrap();
    fs::write(deeper.join("usage.jsonl"), "").unwrap();
    let text = "schema_version = 1\nlake = \"lake\"\npseudonym_key = \"s\"\n\
                [[source]]\ntopic = \"usage.cdr\"\npath = \"input/usage.jsonl\"\n";
    fs::write(folder.path().join("weir.toml"), text).unwrap();
    for way in [folder.path().to_owned(), deeper.join("..")] {
        let feeds = Config::read(&way.join("weir.toml")).unwrap().feeds().unwrap();
        let ids: Vec<_> = feeds.iter().map(|feed| feed.source_id().to_owned()).collect();
        assert_eq!(ids, ["file/input/usage.jsonl/0"], "by way of {}", way.display());
    }
}
