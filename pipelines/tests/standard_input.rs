//! `weir rate --usage -` and `weir version`: what comes by a pipe is rated as what lies in a file.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn weir(folder: &Path, arguments: &[&str], given: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
    command.current_dir(folder).args(arguments).env("TMPDIR", folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("cargo has built the binary");
    process.stdin.take().expect("it is piped").write_all(given.as_bytes()).expect("it is read");
    process.wait_with_output().expect("it ends")
}

/// The sample of `weir init`: folder, and usage as JSON lines.
fn sample() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let made = weir(folder.path(), &["init", "."], "");
    assert!(made.status.success(), "{made:?}");
    let usage = std::fs::read_to_string(folder.path().join("input/usage.jsonl"));
    (folder, usage.expect("the sample has usage"))
}

const CSV: &str = "usage_id,service,msisdn,called_number,started_at,duration_s\n\
    c1,voice,4917010000001,4930123456789,2026-11-02T10:00:00Z,61\n";

#[test]
fn usage_by_a_pipe_is_rated_as_from_a_file() {
    let (folder, usage) = sample();
    std::fs::write(folder.path().join("usage.csv"), CSV).expect("the folder can be written");
    let rate = |file, given: &str| {
        weir(folder.path(), &["rate", "--usage", file, "--tariff", "input"], given)
    };
    for (file, given) in [("input/usage.jsonl", usage.as_str()), ("usage.csv", CSV)] {
        let (by_file, by_pipe) = (rate(file, ""), rate("-", given));
        assert!(by_file.status.success() && by_pipe.status.success(), "{file}: {by_pipe:?}");
        assert_eq!(by_file.stdout, by_pipe.stdout, "{file}");
        assert!(
            String::from_utf8_lossy(&by_pipe.stdout).contains(",rated,"),
            "{file}: {by_pipe:?}"
        );
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder is there").collect();
    assert_eq!(left.len(), 3, "the copy is gone: {left:?}");
}

#[test]
fn a_broken_line_of_a_pipe_is_named_as_such() {
    let (folder, usage) = sample();
    let given = format!("{usage}{{\"usage_id\":\n");
    let output = weir(folder.path(), &["rate", "--usage", "-", "--tariff", "input"], &given);
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    let expected = format!("line {} of \"-\": not_json", usage.lines().count() + 1);
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn both_ways_to_ask_for_the_version_agree() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (command, option) =
        (weir(folder.path(), &["version"], ""), weir(folder.path(), &["--version"], ""));
    assert!(command.status.success() && option.status.success(), "{command:?}");
    assert_eq!(command.stdout, option.stdout);
    assert!(String::from_utf8_lossy(&command.stdout).contains(env!("CARGO_PKG_VERSION")));
}
