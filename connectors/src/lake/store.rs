//! Bytes at relative paths, durable as soon as a call returns.

use std::fmt::Debug;
use std::io;
use std::ops::Range;

use bytes::Bytes;

/// What became of a put-if-absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// The path was free and holds the bytes now.
    Created,
    /// The path was taken; nothing changed.
    Exists,
}

/// Where a lake lives.
///
/// Paths are relative to the lake's root, with `/` between the parts. A call that returned has reached the
/// disk or the bucket; a call that failed may or may not have had its effect.
pub trait Store: Debug + Send + Sync {
    /// Puts the bytes if the path is free; of several callers exactly one gets `Created`.
    ///
    /// # Errors
    /// When the storage fails; the effect is then unknown.
    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<Creation>;

    /// Puts the bytes; a reader sees the old or the new ones, never a mixture.
    ///
    /// # Errors
    /// When the storage fails; the effect is then unknown.
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// All bytes at the path.
    ///
    /// # Errors
    /// `NotFound` when there are none.
    fn get(&self, path: &str) -> io::Result<Bytes>;

    /// The bytes of a range, which must lie inside the file.
    ///
    /// # Errors
    /// `NotFound` when there is no such file.
    fn get_range(&self, path: &str, range: Range<u64>) -> io::Result<Bytes>;

    /// How many bytes are at the path.
    ///
    /// # Errors
    /// `NotFound` when there are none.
    fn size(&self, path: &str) -> io::Result<u64>;

    /// Names of the files directly in a folder, ascending; none when there is no such folder.
    ///
    /// # Errors
    /// When the storage fails.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Deletes what is at the path; nothing there is as good.
    ///
    /// # Errors
    /// When the storage fails.
    fn delete(&self, path: &str) -> io::Result<()>;
}

/// The folder of a path; empty for a path at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _name)| folder)
}
