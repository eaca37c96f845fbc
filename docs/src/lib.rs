//! The book, compiled: every snippet of the documents is run, and the generated one is compared with its source.

#![cfg(test)]

pub mod busy_hours;

use std::path::PathBuf;

use connectors::mapping::Mapping;
use datasets::{dictionary, tables};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced snippets of a document in one language, each with the line that it begins at.
fn snippets(document: &str, language: &str) -> Vec<(usize, String)> {
    let (mut snippets, mut open) = (Vec::new(), None);
    for (number, line) in (1..).zip(read(document).lines()) {
        match &mut open {
            None if line == format!("```{language}") => open = Some((number, String::new())),
            Some(_) if line == "```" => snippets.extend(open.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    snippets
}

#[test]
fn the_dictionary_is_what_the_tables_say() {
    let expected = dictionary::markdown(&tables::ALL);
    if std::env::var_os("WEIR_BLESS").is_some() {
        std::fs::write(path("dictionary.md"), &expected).unwrap();
    }
    assert!(
        read("dictionary.md") == expected,
        "docs/dictionary.md is behind: run WEIR_BLESS=1 cargo test -p weir-docs"
    );
}

#[test]
fn the_tour_is_a_file_that_compiles() {
    let file = read("src/busy_hours.rs");
    let snippets = snippets("tour.md", "rust");
    assert!(snippets.len() >= 7, "the tour has seven steps");
    for (line, snippet) in snippets {
        assert!(file.contains(&snippet), "tour.md:{line} is not in src/busy_hours.rs");
    }
}

#[test]
fn every_mapping_in_the_book_can_be_read() {
    let mut count = 0;
    for document in ["mappings.md", "rating-input.md"] {
        for (line, snippet) in snippets(document, "toml") {
            let outcome = Mapping::parse(&snippet, document);
            assert!(outcome.is_ok(), "{document}:{line}: {}", outcome.unwrap_err());
            count += 1;
        }
    }
    assert!(count >= 3, "the book has mappings");
}
