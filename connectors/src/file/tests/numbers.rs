//! Which file has which number.

use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(str::to_owned).collect()
}

fn source(folder: &Folder) -> FileSource {
    FileSource::open(&folder.0, Role::Usage, Format::Json).unwrap()
}

#[test]
fn known_files_keep_their_numbers_and_new_ones_follow() {
    let files = ["a", "b", "c"].map(|name| (name, ""));
    let source = source(&Folder::with("numbers", &files));
    assert_eq!(source.names(&[]), names(&["a", "b", "c"]));
    assert_eq!(source.names(&names(&["c"])), names(&["c", "a", "b"]));
    let paths = |source: FileSource| source.files.into_iter().map(|(number, _)| number);
    let numbered = source.clone().numbered(&names(&["c", "a"]), false).unwrap();
    assert_eq!(paths(numbered).collect::<Vec<_>>(), [0, 1]);
    let gone = names(&["a", "gone", "b"]);
    let said = source.clone().numbered(&gone, false).unwrap_err().to_string();
    assert!(said.contains("\"gone\"") && said.contains("accept_gap = true"), "{said}");
    let numbered = source.numbered(&gone, true).unwrap();
    assert_eq!(paths(numbered).collect::<Vec<_>>(), [0, 2]);
}
