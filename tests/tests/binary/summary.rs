//! What `weir generate` says at its end: how many records it wrote, and what the lake will say of them.

use std::collections::BTreeMap;

use weir_tests::weir::Site;
use weir_tests::weir::setting::{Input, Setting};

/// The lines "number words" of a text.
fn counted(text: &str) -> BTreeMap<String, u64> {
    let line = |line: &str| {
        let (count, what) = line.trim().split_once(' ')?;
        Some((what.trim().to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn generate_says_what_the_lake_will_say() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::found(Setting::of(Input::Files(folder.path().to_owned())));
    let out = folder.path().display().to_string();
    let arguments = ["generate", "--out", &out, "--records", "3000", "--seed", "5"];
    let output = site.command(&arguments).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    let (files, states) = said.split_once("in the end ops.usage_accounting should say:").unwrap();

    let files = counted(files);
    assert_eq!(files.len(), 7, "{said}");
    for (what, count) in &files {
        let path = what.strip_prefix("records in ").unwrap();
        let bytes = std::fs::read(path).unwrap();
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(u64::try_from(lines).unwrap(), *count, "{what}");
    }

    site.run_until_idle();
    let sql = "SELECT CASE WHEN state IN ('duplicate', 'superseded') THEN 'copy' ELSE trim(state || ' ' || reason) END AS what, \
               sum(record_count) FROM ops.usage_accounting GROUP BY what";
    let output = site.command(&["sql", "--format", "csv", "-c", sql]).output().unwrap();
    let answer = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let (what, count) = line.split_once(',')?;
        Some((what.to_owned(), count.parse().ok()?))
    };
    let lake: BTreeMap<String, u64> = answer.lines().filter_map(row).collect();
    let told = counted(states).into_iter().map(|(what, count)| {
        match what.starts_with("duplicate or superseded") {
            true => ("copy".to_owned(), count),
            false => (what, count),
        }
    });
    assert_eq!(told.collect::<BTreeMap<_, _>>(), lake, "{said}");
}
