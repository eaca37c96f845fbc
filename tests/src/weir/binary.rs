//! Finds the binary `weir` beside the test that runs, and refuses one that is older than its sources.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::SystemTime;

const HOW: &str = "\"cargo test --workspace\" builds it, and so does \"cargo build --bin weir\"";

/// The binary.
///
/// # Panics
/// If it has not been built, or not since its sources were changed.
pub(super) fn path() -> &'static Path {
    static PATH: LazyLock<PathBuf> = LazyLock::new(find);
    &PATH
}

fn find() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let folder = test.ancestors().nth(2).expect("a test lies in the target folder's deps");
    let binary = folder.join("weir");
    assert!(binary.is_file(), "there is no \"{}\": {HOW}", binary.display());
    let built_at = modified_at(&binary).expect("a file has a time");
    // Beside a binary cargo names the sources that it is made of.
    let sources = std::fs::read_to_string(folder.join("weir.d")).unwrap_or_default();
    let newer = sources.split_ascii_whitespace().skip(1).find(|source| {
        modified_at(Path::new(source)).is_some_and(|changed_at| changed_at > built_at)
    });
    if let Some(source) = newer {
        panic!("\"{}\" is older than \"{source}\": {HOW}", binary.display());
    }
    binary
}

fn modified_at(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}
