//! Bad command lines and bad configurations: each ends with its exit code, and says what is wrong, where, and what next.

use std::path::PathBuf;
use std::process::{Command, Output};

/// A command line, the exit code that it ends with, and what it says on stderr.
type Case = (&'static [&'static str], i32, &'static [&'static str]);

const COMMAND_LINES: &[Case] = &[
    (&["sqll"], 2, &["similar subcommand", "'sql'"]),
    (&["sql", "--format", "xml", "-c", "SELECT 1"], 2, &["\"xml\"", "parquet"]),
    (&["sql", "--as-of", "yesterday", "-c", "SELECT 1"], 2, &["yesterday", "--as-of"]),
    (&["sql", "--lake", "absent", "-c", "SELECT 1"], 1, &["\"absent\"", "weir run"]),
    (&["cuts", "list", "--lake", "absent"], 1, &["\"absent\"", "weir run"]),
    (&["cuts", "verify", "--lake", "absent"], 1, &["\"absent\"", "weir run"]),
    (&["dead-letters", "list", "--lake", "absent"], 1, &["\"absent\"", "weir run"]),
    (&["dead-letters", "replay", "--lake", "absent", "--to", "f"], 1, &["\"absent\"", "weir run"]),
    (&["views", "describe", "bill.chargs"], 1, &["bill.chargs", "did you mean \"bill.charges\"?"]),
    (&["generate"], 2, &["--out", "--brokers"]),
    (&["generate", "--out", "x", "--rate", "5"], 2, &["--rate", "cannot be used"]),
    (&["run", "-c", "absent.toml"], 3, &["absent.toml", "weir init"]),
    (&["rate", "--usage", "absent.csv", "--tariff", "."], 1, &["tariffs.csv"]),
];

/// A configuration, and what is said about it.
const CONFIGURATIONS: &[(&str, &[&str])] = &[
    ("lake = ", &["line 1"]),
    ("lake = 'l'\npseudonym_key = 'k'", &["schema_version"]),
    ("schema_version = 2\nlake = 'l'\npseudonym_key = 'k'", &["line 1", "schema_version"]),
    ("schema_version = 1\nlake = 'l'\npseudonym_key = 'k'", &["[[source]]"]),
    ("{}\n[runtime]\nworkers = 0", &["line 8", "runtime.workers", "at least 1"]),
    ("{}\n[runtime]\nwokers = 1", &["line 8", "wokers", "workers"]),
    ("{}\n[http]\nlisten = '0.0.0.0:7070'", &["line 8", "http.listen", "loopback"]),
    ("{}\n[http]\nlisten = '7070'", &["line 8", "http.listen", "127.0.0.1:7070"]),
    ("{}\nformat = 'xml'", &["line 7", "format", "csv"]),
    ("{}\nrole = 'usage'", &["line 7", "role", "usage.cdr"]),
    ("{}\n[[source]]\ntopic = 'cust.topup'", &["line 8", "topic", "did you mean \"cust.topups\"?"]),
];

/// Six lines that are sound.
const SOUND: &str = "schema_version = 1\nlake = 'l'\npseudonym_key = 'k'\n[[source]]\ntopic = 'usage.cdr'\npath = 'usage.jsonl'";

fn weir(folder: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
    command.current_dir(folder).args(arguments).env_remove("WEIR_LAKE").env_remove("WEIR_CONFIG");
    command.output().expect("the binary runs")
}

/// An empty folder that is this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _absent = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

fn check(what: &str, output: &Output, (code, said): (i32, &[&str])) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{what}: {stderr}");
    for words in said {
        assert!(stderr.contains(words), "{what} does not say {words}: {stderr}");
    }
    assert!(output.stdout.is_empty(), "{what} writes to stdout");
}

#[test]
fn bad_command_lines_say_what_is_wrong() {
    let folder = folder("command_lines");
    for (arguments, code, said) in COMMAND_LINES {
        check(&arguments.join(" "), &weir(&folder, arguments), (*code, said));
    }
    let left = std::fs::read_dir(&folder).expect("the folder is there").count();
    assert_eq!(left, 0, "a refused command leaves nothing behind");
}

#[test]
fn bad_configurations_name_line_and_key() {
    let folder = folder("configurations");
    for (text, said) in CONFIGURATIONS {
        let text = text.replace("{}", SOUND);
        std::fs::write(folder.join("weir.toml"), &text).expect("the folder can be written");
        let output = weir(&folder, &["validate", "--offline", "-c", "weir.toml"]);
        check(&text, &output, (3, said));
    }
}

#[test]
fn a_sound_configuration_is_said_to_be_sound() {
    let folder = folder("sound");
    std::fs::write(folder.join("weir.toml"), SOUND).expect("the folder can be written");
    let output = weir(&folder, &["validate", "--offline"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("is sound"));
}
