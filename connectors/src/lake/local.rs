//! A store in a folder of the local disk.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use uuid::Uuid;

use super::disk::{Disk, RealDisk};
use super::store::{Creation, Store, folder_of};

/// Where files are written before they get their name, so that no reader ever meets half a file.
pub(crate) const STAGING: &str = "_weir/staging";

/// A store in a folder: each file is written aside and synced, then named, then its folder is synced.
#[derive(Debug)]
pub struct LocalStore<D = RealDisk> {
    disk: D,
    writer: Uuid,
    staged: AtomicU64,
    folders: Mutex<BTreeSet<String>>,
}

impl LocalStore<RealDisk> {
    /// The store in the folder `root`, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(root: &Path) -> io::Result<Self> {
        RealDisk::new(root).map(Self::on)
    }
}

impl<D: Disk> LocalStore<D> {
    /// The store on a disk.
    #[must_use]
    pub fn on(disk: D) -> Self {
        let folders = Mutex::new(BTreeSet::from([String::new()]));
        Self { disk, writer: Uuid::new_v4(), staged: AtomicU64::new(0), folders }
    }

    fn stage(&self, bytes: &[u8]) -> io::Result<String> {
        self.ensure_folder(STAGING)?;
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let path = format!("{STAGING}/{}-{number}", self.writer.simple());
        self.disk.write(&path, bytes)?;
        self.disk.sync_file(&path)?;
        Ok(path)
    }

    fn ensure_folder(&self, folder: &str) -> io::Result<()> {
        let known = |set: &BTreeSet<String>| set.contains(folder);
        if known(&self.folders.lock().expect("no holder of the lock panics")) {
            return Ok(());
        }
        let parent = folder_of(folder);
        self.ensure_folder(parent)?;
        self.disk.make_folder(folder)?;
        self.disk.sync_folder(parent)?;
        self.folders.lock().expect("no holder of the lock panics").insert(folder.to_owned());
        Ok(())
    }
}

impl<D: Disk> Store for LocalStore<D> {
    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<Creation> {
        let staged = self.stage(bytes)?;
        self.ensure_folder(folder_of(path))?;
        let creation = match self.disk.link(&staged, path) {
            Ok(()) => Creation::Created,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Creation::Exists,
            Err(error) => return Err(error),
        };
        // Also when it existed: its creator may have died before syncing, and the caller relies on it.
        self.disk.sync_folder(folder_of(path))?;
        self.disk.remove(&staged)?;
        Ok(creation)
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let staged = self.stage(bytes)?;
        self.ensure_folder(folder_of(path))?;
        self.disk.rename(&staged, path)?;
        self.disk.sync_folder(folder_of(path))
    }

    fn get(&self, path: &str) -> io::Result<Bytes> {
        self.disk.read_whole(path).map(Bytes::from)
    }

    fn get_range(&self, path: &str, range: Range<u64>) -> io::Result<Bytes> {
        self.disk.read(path, range).map(Bytes::from)
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        self.disk.size(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = match self.disk.names(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        names.sort_unstable();
        Ok(names)
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        match self.disk.remove(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}
