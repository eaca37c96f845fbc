//! Real PM files of ONAP's mapper, with the counts that its own tests expect.
//!
//! They are no part of the project; where they are not at hand, the test says so and passes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::*;

const FOLDER: &str = "shared/data/pm-xml-3gpp/onap-pm-mapper";

fn folder() -> Option<PathBuf> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let found = folders.map(|folder| folder.join(FOLDER)).find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: there is no \"{FOLDER}\" beside the project");
    }
    found
}

/// Every XML file below a folder, with its reports and its rejects.
fn all(folder: &Path) -> BTreeMap<String, (Vec<CounterReport>, Vec<PmReject>)> {
    let (mut folders, mut found) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "xml") {
                let (mut reports, mut rejects) = (Vec::new(), Vec::new());
                for item in PmFile::new(BufReader::new(File::open(&path).unwrap())) {
                    match item {
                        Ok(report) => reports.push(report),
                        Err(reject) => rejects.push(reject),
                    }
                }
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, (reports, rejects));
            }
        }
    }
    found
}

#[test]
fn real_files_are_read() {
    let Some(folder) = folder() else { return };
    let files = all(&folder);
    assert_eq!(files.len(), 58);
    for (name, (reports, rejects)) in &files {
        let said: Vec<_> =
            rejects.iter().map(|reject| (reject.line, &*reject.reject.detail)).collect();
        let expected: &[(u64, &str)] = match name {
            name if name.contains("no_file_header") => &[(2, "field \"fileHeader\" is missing")],
            name if name.contains("no_managed") || name.contains("no_measured") => {
                &[(9, "field \"managedElement\" is missing")]
            }
            name if name.ends_with("many_measvalue/test.xml") => {
                &[(22, "\"r\" has p=88, and no \"measType\" has")]
            }
            _ => &[],
        };
        assert_eq!(said, expected, "{name}");
        assert_eq!(
            reports.is_empty(),
            ["no_managed", "no_meas", "no_file"].iter().any(|part| name.contains(part)),
            "{name}"
        );
    }
    let count = |name: &str| files[name].0.len();
    assert_eq!(count("split_test/lte/type_c_3_events/test.xml"), 3);
    assert_eq!(count("split_test/nr/type_c_3_events/test.xml"), 3);
    assert_eq!(count("split_test/nr/type_a_1_event/test.xml"), 1);
    let (big, _) = &files["filesprocessingconfigpmmapper/assets/ABigFile.xml"];
    let suspect = big.iter().filter(|report| report.suspect).count();
    let unread: usize = big.iter().map(|report| report.unread.len()).sum();
    assert_eq!((big.len(), suspect, unread), (14, 4, 2));
    assert_eq!(files.values().map(|(reports, _)| reports.len()).sum::<usize>(), 115);
}
