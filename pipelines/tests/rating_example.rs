//! The worked example of `docs/rating-input.md` is run as it stands there.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::path::Path;
use std::process::Command;

/// The fenced blocks of the example, in their order.
fn blocks() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rating-input.md");
    let text = std::fs::read_to_string(path).unwrap();
    let example = text.split("\n## ").find(|part| part.starts_with("A worked example")).unwrap();
    let fenced = example.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap().1.to_owned()).collect()
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_weir"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !stderr.contains("warning"), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_worked_example_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let set = folder.path().join("summer");
    std::fs::create_dir(&set).unwrap();
    let files = [
        "summer/plans.csv",
        "summer/time_bands.csv",
        "summer/holidays.csv",
        "summer/destinations.csv",
        "summer/tariffs.csv",
        "summer/accounts.csv",
        "summer/subscriptions.csv",
        "usage.csv",
    ];
    let blocks = blocks();
    assert_eq!(blocks.len(), files.len() + 2);
    for (file, block) in files.into_iter().zip(&blocks) {
        std::fs::write(folder.path().join(file), block).unwrap();
    }
    let validated = said(folder.path(), &["validate", "--tariff", "summer"]);
    assert_eq!(validated, blocks[files.len()]);
    let rated = said(folder.path(), &["rate", "--usage", "usage.csv", "--tariff", "summer"]);
    assert_eq!(rated, blocks[files.len() + 1]);
}
