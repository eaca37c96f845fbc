//! Where a lake is, on a local disk or in a bucket, and how its files are found and read.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use url::Url;

use super::bucket::Bucket;
use crate::error::QueryError;

/// The place of a lake.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Folder(PathBuf),
    Bucket(Arc<Bucket>),
}

impl Place {
    /// Finds the place; a folder must be there.
    pub(super) fn find(name: &str) -> Result<Self, QueryError> {
        let url = name.contains("://").then(|| Url::parse(name).ok()).flatten();
        let folder = match url {
            Some(url) if url.scheme() == "file" => url.to_file_path().ok(),
            Some(_) => None,
            None => Some(PathBuf::from(name)),
        };
        let lake = || name.to_owned();
        match folder {
            Some(folder) => {
                let folder = folder.canonicalize();
                folder.map(Self::Folder).map_err(|_| QueryError::NoLake { lake: lake() })
            }
            None => {
                let bucket = Bucket::open(name).map(Arc::new).map(Self::Bucket);
                bucket.map_err(|reason| QueryError::Location(lake(), reason))
            }
        }
    }

    /// The objects of the lake, for the scans of its tables.
    pub(super) fn objects(&self) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
        match self {
            Self::Folder(root) => Ok(Arc::new(LocalFileSystem::new_with_prefix(root)?)),
            Self::Bucket(bucket) => Ok(Arc::clone(bucket.objects())),
        }
    }

    /// The address of a folder by which the reader of Delta logs finds it: in a bucket, below the lake's objects.
    pub(super) fn address(&self, folder: &str) -> Option<Url> {
        match self {
            Self::Folder(root) => Url::from_directory_path(root.join(folder)).ok(),
            Self::Bucket(_) => Url::parse(&format!("memory:///{folder}/")).ok(),
        }
    }

    /// How a file is called in messages.
    pub(super) fn shown(&self, lake: &str, path: &str) -> String {
        match self {
            Self::Folder(root) => root.join(path).display().to_string(),
            Self::Bucket(_) => format!("{}/{path}", lake.trim_end_matches('/')),
        }
    }

    /// All bytes of a file.
    pub(super) fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Folder(root) => fs::read(root.join(path)),
            Self::Bucket(bucket) => bucket.read(path),
        }
    }

    /// The names of the files directly in a folder; none where there is no such folder.
    pub(super) fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        match self {
            Self::Folder(root) => names_in(&root.join(folder)),
            Self::Bucket(bucket) => bucket.names(folder),
        }
    }
}

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
}
