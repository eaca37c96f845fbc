//! Real events of ONAP's collector and of its heartbeat service.
//!
//! They are no part of the project; where they are not at hand, the test says so and passes.

use std::path::Path;

use super::*;

const FOLDER: &str = "shared/data/ves-onap";

#[test]
fn real_events_are_read() {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let Some(folder) = folders.map(|folder| folder.join(FOLDER)).find(|path| path.exists()) else {
        eprintln!("skipped: there is no \"{FOLDER}\" beside the project");
        return;
    };
    let mut read = Vec::new();
    for part in ["samples", "heartbeat", "samples/eventsAfterTransformation"] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let name = path.strip_prefix(&folder).unwrap().display().to_string();
                check(&name, &events(&std::fs::read(&path).unwrap()));
                read.push(name);
            }
        }
    }
    assert_eq!(read.len(), 33, "{read:?}");
}

/// Compares what came of a file with what its name, or its content, says.
fn check(name: &str, found: &[Result<NetworkEvent, Reject>]) {
    let reasons: Vec<_> = found.iter().filter_map(|item| item.as_ref().err()).collect();
    let reasons: Vec<_> = reasons.iter().map(|reject| reject.reason).collect();
    let expected: &[&str] = match name {
        // These register an element, which is not read.
        _ if name.contains("ip_v") => &["unknown_domain"],
        // Data of no type; no version, or one before 7; configurations of the collector.
        _ if name.contains("empty_stndDefined") || name.contains("without_schema") => {
            &["missing_field"]
        }
        "heartbeat/test4.json" | "samples/ves4_valid.json" => &["missing_field"],
        "samples/measurement5x.json" | "samples/api_version_config.json" => &["missing_field"],
        "samples/test_anynode_class.json" => &["missing_field"],
        "samples/eventTransform.json" => &["not_object"],
        _ => &[],
    };
    assert_eq!(reasons, expected, "{name}: {found:?}");
    let events = if name.contains("batch") { 2 } else { 1 };
    assert_eq!(found.len(), events, "{name}");
    for event in found.iter().flatten() {
        let is_expected = match &event.body {
            Body::Heartbeat(interval) => name.contains("heartbeat") && *interval == Some(20),
            Body::Measurement(readings) => name.contains("measurement7x") && readings.len() == 60,
            Body::Alarm(notice) => !notice.cause.is_empty() && !notice.object.is_empty(),
            _ => false,
        };
        assert!(is_expected, "{name}: {:?}", event.body);
    }
}
