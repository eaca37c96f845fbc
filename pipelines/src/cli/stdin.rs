//! Standard input as a file: what reads files by their path reads it too.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use connectors::source::DeadLetter;

/// What a path on the command line names: `-` is standard input, which is kept in a file until this is dropped.
#[derive(Debug)]
pub(super) enum Given {
    /// A file that is there.
    Path(PathBuf),
    /// What was read from standard input, in a folder that goes with this.
    Kept(PathBuf),
}

impl Given {
    /// Reads standard input to its end if the path says so.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        match path.as_os_str() == "-" {
            true => keep(io::stdin().lock()).context("could not read usage from standard input"),
            false => Ok(Self::Path(path.to_owned())),
        }
    }

    /// Where it can be read.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Path(path) | Self::Kept(path) => path,
        }
    }
}

impl Given {
    /// What could not be read, under the name that was given.
    pub(super) fn named(&self, mut dead: Vec<DeadLetter>) -> Vec<DeadLetter> {
        if matches!(self, Self::Kept(_)) {
            dead.iter_mut().for_each(|letter| letter.topic = "-".into());
        }
        dead
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        if let (Self::Kept(path), Some(folder)) = (&*self, self.path().parent()) {
            // What cannot be removed now goes with the system's temporary files.
            let _left = std::fs::remove_file(path).and_then(|()| std::fs::remove_dir(folder));
        }
    }
}

/// Copies everything into a file whose ending says what its first character promises: JSON, or else a table.
fn keep(input: impl Read) -> io::Result<Given> {
    let mut input = BufReader::new(input);
    let folder = own_folder()?;
    let begin = input.fill_buf()?.trim_ascii_start();
    let is_json = begin.is_empty() || begin.starts_with(b"{") || begin.starts_with(b"[");
    let given = Given::Kept(folder.join(if is_json { "stdin.jsonl" } else { "stdin.csv" }));
    let mut file = std::fs::File::create_new(given.path())?;
    io::copy(&mut input, &mut file)?;
    file.flush()?;
    Ok(given)
}

/// A folder that nobody else has, and that nobody else may read: usage names subscribers.
fn own_folder() -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let process = std::process::id();
    let mut builder = std::fs::DirBuilder::new();
    builder.mode(0o700);
    let mut number = 0_u32;
    loop {
        let folder = std::env::temp_dir().join(format!("weir-stdin-{process}-{number}"));
        match builder.create(&folder) {
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => number += 1,
            created => return created.map(|()| folder),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, keep};

    #[test]
    fn the_form_is_told_by_the_first_character_and_nothing_is_left() {
        for (text, ending) in
            [("\n {\"a\":1}", "jsonl"), ("[{}]", "jsonl"), ("", "jsonl"), ("usage_id,b\n", "csv")]
        {
            let given = keep(text.as_bytes()).unwrap();
            let path = given.path().to_owned();
            assert_eq!(path.extension().unwrap(), ending, "{text:?}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            drop(given);
            assert!(!path.parent().unwrap().exists(), "{text:?}");
        }
    }

    #[test]
    fn a_path_is_left_where_it_is() {
        let file = tempfile::NamedTempFile::new().unwrap();
        drop(Given::of(file.path()).unwrap());
        assert!(file.path().exists());
    }
}
