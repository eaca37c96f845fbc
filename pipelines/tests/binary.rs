//! The binary itself: cargo builds it before any test of the workspace runs, and it says what it is.

use std::process::{Command, Output};

/// Runs the binary to its end.
fn weir(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weir"))
        .args(arguments)
        .output()
        .expect("cargo has built the binary")
}

#[test]
fn it_says_its_version() {
    let output = weir(&["--version"]);
    assert!(output.status.success(), "{output:?}");
    let expected = format!("weir {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn what_it_does_not_know_is_a_wrong_command_line() {
    for arguments in [&["paint"][..], &["run", "--fast"], &[]] {
        let output = weir(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_configuration_that_is_not_there_is_named() {
    let output = weir(&["run", "-c", "/nowhere/weir.toml"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/nowhere/weir.toml") && said.contains("weir init"), "{said}");
}
