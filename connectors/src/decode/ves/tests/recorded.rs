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
    for part in ["samples", "heartbeat", "samples/eventsAfterTransformation"] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            let found = events(&std::fs::read(&path).unwrap());
            let said: Vec<_> = found
                .iter()
                .map(|item| match item {
                    Ok(event) => format!("{:?}", event.body).chars().take(60).collect(),
                    Err(reject) => format!("{}: {}", reject.reason, reject.detail),
                })
                .collect();
            eprintln!("{name}: {said:?}");
        }
    }
}
