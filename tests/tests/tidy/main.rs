//! The house rules that a machine can check; what each costs to break is told where it is broken.
//!
//! The documents' and the files' sizes are checked in modules of their own.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod documents;

mod sizes;

use std::fs;
use std::path::{Path, PathBuf};

/// Words that say nothing, and what to do about them.
const BANNED_WORDS: [(&str, &str); 12] = [
    ("utils", "name the file as what it defines"),
    ("util", "name the file as what it defines"),
    ("common", "name the file as what it defines"),
    ("helpers", "name the file as what it defines"),
    ("helper", "name the file as what it defines"),
    ("misc", "name the file as what it defines"),
    ("types", "put a type where it is used, or name the file as the type"),
    ("mod", "use name.rs beside the folder name/"),
    ("new", "replace the old one in one commit"),
    ("neu", "replace the old one in one commit"),
    ("v2", "replace the old one in one commit"),
    ("core2", "replace the old one in one commit"),
];

/// What each crate may depend on, of ours.
const MAY_DEPEND_ON: [(&str, &[&str]); 7] = [
    ("datasets", &[]),
    ("operators", &[]),
    ("connectors", &["datasets"]),
    ("queries", &["datasets", "connectors"]),
    ("pipelines", &["datasets", "operators", "connectors", "queries"]),
    ("tests", &["datasets", "operators", "connectors", "queries", "pipelines"]),
    ("docs", &["datasets", "operators", "connectors", "queries", "pipelines", "tests"]),
];

/// Words of the trade, which verbs on collections do not know.
const TELECOM_WORDS: [&str; 5] = ["subscrib", "tariff", "msisdn", "charging", "telecom operator"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Files of the project under its folders, with their paths from the top.
fn files(extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<_> = MAY_DEPEND_ON.iter().map(|(folder, _)| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn check(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The files that are compiled for users: not tests, and not what is declared under `cfg(test)`.
fn run_by_users() -> Vec<(String, String)> {
    let files = files("rs");
    let declared = files.iter().flat_map(|(path, text)| {
        let folder =
            path.trim_end_matches(".rs").trim_end_matches("/lib").trim_end_matches("/main");
        let after = text.split("#[cfg(test)]\nmod ").skip(1);
        after.map(move |after| format!("{folder}/{}", after.split(';').next().unwrap()))
    });
    let test_modules: Vec<String> = declared.collect();
    let is_test = |path: &str, text: &str| {
        path.starts_with("tests/")
            || path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || text.contains("#![cfg(test)]")
            || test_modules.iter().any(|module| path.starts_with(module))
    };
    files.iter().filter(|(path, text)| !is_test(path, text)).cloned().collect()
}

/// The lines of a file that users run, numbered: without comments, and without the tests at its end.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    (1..).zip(lines).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn every_file_says_what_it_is() {
    let silent = files("rs").into_iter().filter(|(_, text)| !text.starts_with("//! "));
    let problem = |(path, _)| format!("{path} does not open with //! and a sentence");
    check(&silent.map(problem).collect::<Vec<_>>());
}

#[test]
fn names_say_something() {
    let mut problems = Vec::new();
    for (path, _) in files("rs").into_iter().chain(files("sql")).chain(files("md")) {
        let words = path.split(['/', '.', '_', '-']);
        for word in words {
            if let Some((_, advice)) = BANNED_WORDS.iter().find(|(banned, _)| *banned == word) {
                problems.push(format!("{path} is named \"{word}\": {advice}"));
            }
        }
    }
    check(&problems);
}

#[test]
fn dependencies_point_one_way() {
    let mut problems = Vec::new();
    for (folder, allowed) in MAY_DEPEND_ON {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let ours = MAY_DEPEND_ON.iter().map(|(name, _)| *name);
        let named = ours.filter(|name| {
            let begins = |line: &str| line.split(['.', ' ', '=']).next() == Some(name);
            manifest.lines().any(begins)
        });
        let wrong = named.filter(|name| !allowed.contains(name));
        problems.extend(wrong.map(|name| format!("{folder} depends on {name}")));
    }
    check(&problems);
}

#[test]
fn operators_know_no_telecom() {
    let mut problems = Vec::new();
    for (path, text) in files("rs").into_iter().filter(|(path, _)| path.starts_with("operators/")) {
        let text = text.to_lowercase();
        let known = TELECOM_WORDS.iter().filter(|word| text.contains(*word));
        problems.extend(known.map(|word| format!("{path} speaks of \"{word}\"")));
    }
    check(&problems);
}

#[test]
fn what_users_run_does_not_unwrap() {
    let mut problems = Vec::new();
    for (path, text) in run_by_users() {
        let unwraps = code(&text).filter(|(_, line)| line.contains(".unwrap()"));
        problems.extend(unwraps.map(|(line, _)| {
            format!(
                "{path}:{line} unwraps: use expect(\"why it cannot happen\"), or return the error"
            )
        }));
    }
    check(&problems);
}

#[test]
fn nothing_is_put_off_or_slept_through() {
    // Split, so that this file does not find itself.
    let banned = [
        (concat!("#[ig", "nore"), "a test runs or is deleted"),
        (concat!("#[should", "_panic"), "assert on the error"),
        (concat!("thread::sl", "eep"), "step the worker, or wait for what is to happen"),
        (concat!("TO", "DO"), "do it, or file an issue"),
        (concat!("FIX", "ME"), "do it, or file an issue"),
    ];
    let mut problems = Vec::new();
    for (path, text) in files("rs") {
        for (number, line) in (1..).zip(text.lines()) {
            let found = banned.iter().filter(|(words, _)| line.contains(words));
            problems.extend(
                found.map(|(words, advice)| format!("{path}:{number} has {words}: {advice}")),
            );
        }
    }
    check(&problems);
}
