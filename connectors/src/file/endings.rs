//! Which files of a folder are read: those with a fitting ending, and those without any.

use std::path::{Path, PathBuf};

use super::FileSource;

impl FileSource {
    /// Leaves those files of a folder whose ending is none of these, unless the lake has begun to read them.
    ///
    /// A file that is named itself is read whatever its name ends in, and so is a file of a folder without an ending.
    #[must_use]
    pub fn reading_only(self, endings: &[String]) -> Self {
        if !self.is_folder {
            return self;
        }
        let fits = |path: &PathBuf| {
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
            ending.is_none_or(|ending| endings.contains(&ending))
        };
        let (read, left) = self.files.into_iter().map(|(_, path)| path).partition(fits);
        let read: Vec<PathBuf> = read;
        Self { files: (0..).zip(read).collect(), left, ..self }
    }

    /// The files that are read, in the order of their names.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(_, path)| path.as_path())
    }

    /// The files of the folder that are left.
    pub fn left(&self) -> impl Iterator<Item = &Path> {
        self.left.iter().map(PathBuf::as_path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Format;
    use crate::source::Role;

    fn names<'p>(paths: impl Iterator<Item = &'p Path>) -> Vec<String> {
        paths.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_folder_is_read_by_ending_and_what_the_lake_knows_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.JSONL", "a.jsonl", "README.txt", "c.jsonl.gz", "part-0", ".hidden.jsonl"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let open = |path: &Path| FileSource::open(path, Role::Usage, Format::Json).unwrap();
        let endings = ["jsonl".to_owned()];
        let source = open(folder.path()).reading_only(&endings);
        assert_eq!(names(source.paths()), ["a.jsonl", "b.JSONL", "part-0"]);
        assert_eq!(names(source.left()), ["README.txt", "c.jsonl.gz"]);

        let known = source.names(&["README.txt".to_owned()]);
        assert_eq!(known, ["README.txt", "a.jsonl", "b.JSONL", "part-0"]);
        assert_eq!(names(source.numbered(&known, false).unwrap().paths()), known);

        let one = open(&folder.path().join("README.txt")).reading_only(&endings);
        assert_eq!(names(one.paths()), ["README.txt"]);
    }
}
