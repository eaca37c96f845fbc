//! The system calls that a local lake rests on, so that a test can stand in for the disk.

use std::fmt::Debug;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};

use super::local::STAGING;

/// The folder of the schema that holds personal data in clear.
const VAULT: &str = "vault";

/// A file system as a crash sees it: a file's bytes and a folder's names last only once each is synced.
pub trait Disk: Debug + Send + Sync {
    /// Makes one folder; one that is there is as good.
    ///
    /// # Errors
    /// As the operating system says.
    fn make_folder(&self, path: &str) -> io::Result<()>;

    /// Writes a new file, or replaces the bytes of an old one, without syncing.
    ///
    /// # Errors
    /// As the operating system says.
    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Makes the bytes of a file last.
    ///
    /// # Errors
    /// As the operating system says.
    fn sync_file(&self, path: &str) -> io::Result<()>;

    /// Makes the names in a folder last.
    ///
    /// # Errors
    /// As the operating system says.
    fn sync_folder(&self, path: &str) -> io::Result<()>;

    /// Gives a file a second name.
    ///
    /// # Errors
    /// `AlreadyExists` when the name is taken.
    fn link(&self, from: &str, to: &str) -> io::Result<()>;

    /// Moves a file over whatever has the new name.
    ///
    /// # Errors
    /// As the operating system says.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Takes a name away.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// All bytes of the file that has the name now: one that takes its place meanwhile is not mixed in.
    ///
    /// # Errors
    /// `NotFound` when there is no such file.
    fn read_whole(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The bytes of a range.
    ///
    /// # Errors
    /// `NotFound` when there is no such file.
    fn read(&self, path: &str, range: Range<u64>) -> io::Result<Vec<u8>>;

    /// How many bytes a file has.
    ///
    /// # Errors
    /// `NotFound` when there is no such file.
    fn size(&self, path: &str) -> io::Result<u64>;

    /// The names of files in a folder, in any order.
    ///
    /// # Errors
    /// `NotFound` when there is no such folder.
    fn names(&self, folder: &str) -> io::Result<Vec<String>>;
}

/// The file system below one folder.
#[derive(Clone, Debug)]
pub struct RealDisk {
    root: PathBuf,
}

impl RealDisk {
    /// The file system below `root`, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        Ok(Self { root: root.to_owned() })
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

impl Disk for RealDisk {
    fn make_folder(&self, path: &str) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        // What is in clear is for the user alone that runs weir; who else may read it is given the folder by hand.
        if [VAULT, STAGING].contains(&path) {
            builder.mode(0o700);
        }
        match builder.create(self.at(path)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).open(self.at(path))?;
        file.write_all(bytes)
    }

    fn sync_file(&self, path: &str) -> io::Result<()> {
        File::open(self.at(path))?.sync_all()
    }

    fn sync_folder(&self, path: &str) -> io::Result<()> {
        File::open(self.at(path))?.sync_all()
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        fs::hard_link(self.at(from), self.at(to))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.at(from), self.at(to))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        fs::remove_file(self.at(path))
    }

    fn read_whole(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.at(path))
    }

    fn read(&self, path: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        File::open(self.at(path))?.read_exact_at(&mut bytes, range.start)?;
        Ok(bytes)
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        fs::metadata(self.at(path)).map(|metadata| metadata.len())
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.at(folder))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_in_clear_is_for_its_owner_alone() {
        let root = tempfile::tempdir().unwrap();
        let disk = RealDisk::new(root.path()).unwrap();
        let mode = |folder: &str| {
            disk.make_folder(folder).unwrap();
            fs::metadata(root.path().join(folder)).unwrap().permissions().mode() & 0o077
        };
        let usual = mode("bill");
        assert_eq!((mode("vault"), mode("_weir"), mode(STAGING)), (0, usual, 0));
    }
}
