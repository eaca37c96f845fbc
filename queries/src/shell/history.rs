//! The lines typed before, kept in the home folder; a shell without a home has none.

use std::path::{Path, PathBuf};

use rustyline::DefaultEditor;

/// Loads the history and tells where it is kept.
pub(super) fn load(editor: &mut DefaultEditor) -> Option<PathBuf> {
    let file = std::env::home_dir()?.join(".weir_history");
    // The first shell finds no file; that is no fault.
    drop(editor.load_history(&file));
    Some(file)
}

/// Keeps a line; a history that cannot be written is not worth an error.
pub(super) fn add(editor: &mut DefaultEditor, line: &str, file: Option<&Path>) {
    if !line.trim().is_empty() && editor.add_history_entry(line).unwrap_or(false) {
        drop(file.map(|file| editor.append_history(file)));
    }
}
