//! Command lines that cannot be used: refused before anything is opened, with what is wrong and where help is.

use clap::Parser;

use super::Cli;

fn said(arguments: &str) -> String {
    let arguments = ["weir"].into_iter().chain(arguments.split_whitespace());
    let error = Cli::try_parse_from(arguments).expect_err("the line is refused");
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string()
}

#[test]
fn wrong_command_lines_are_refused_with_what_and_where() {
    let cases = [
        ("frobnicate", &["frobnicate", "--help"][..]),
        ("sql --cut three -c SELECT", &["three", "--cut"]),
        ("sql --cut 1 --as-of 2026-01-01T00:00:00Z -c SELECT", &["--cut", "--as-of"]),
        ("sql -c SELECT -f file", &["-f", "cannot be used with"]),
        ("rate --usage file", &["--tariff", "required"]),
        ("rate --usage file --tariff folder --format xml", &["xml", "csv, json"]),
        ("demo --seconds soon", &["soon", "--seconds"]),
        ("run --until-idel", &["--until-idel", "--until-idle"]),
        ("cuts", &["Usage", "verify"]),
        ("views describe", &["required"]),
    ];
    for (arguments, words) in cases {
        let said = said(arguments);
        for word in words {
            assert!(said.contains(word), "{arguments}: \"{word}\" is not in: {said}");
        }
    }
}

#[test]
fn every_command_has_examples() {
    for command in ["demo", "run", "sql", "generate", "rate", "init", "validate"] {
        let help = Cli::try_parse_from(["weir", command, "--help"]).expect_err("help is shown");
        assert_eq!(help.exit_code(), 0);
        assert!(help.to_string().contains(&format!("weir {command}")), "{help}");
        assert!(help.to_string().contains("Examples:"), "{help}");
    }
}
