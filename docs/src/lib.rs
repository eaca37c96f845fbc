//! The book, compiled: every snippet of the documents is run, and the generated one is compared with its source.

#![cfg(test)]

use std::path::PathBuf;

use datasets::{dictionary, tables};

#[test]
fn the_dictionary_is_what_the_tables_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("dictionary.md");
    let expected = dictionary::markdown(&tables::ALL);
    if std::env::var_os("WEIR_BLESS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/dictionary.md is behind: run WEIR_BLESS=1 cargo test -p weir-docs"
    );
}
