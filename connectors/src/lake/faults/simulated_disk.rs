//! A disk in memory that loses at a power cut whatever was not synced.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::lake::disk::Disk;
use crate::lake::store::folder_of;

/// A disk in memory. Clones are the same disk.
///
/// It counts the calls that change something and fails each from a chosen one on, as at the moment of a power cut;
/// [`SimulatedDisk::power_cut`] then takes away every byte and every name that was not synced.
#[derive(Clone, Debug, Default)]
pub struct SimulatedDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    files: Vec<Contents>,
    names: Namespace,
    synced_names: Namespace,
    calls: u64,
    dies_at: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct Contents {
    bytes: Vec<u8>,
    synced: Vec<u8>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Folder,
    File(usize),
}

type Namespace = BTreeMap<String, Entry>;

impl SimulatedDisk {
    /// Another disk with the same contents.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { state: Arc::new(Mutex::new(self.state().clone())) }
    }

    /// Lets the power fail at the change with this number, counted from now.
    pub fn fail_after(&self, changes: u64) {
        let mut state = self.state();
        state.dies_at = Some(state.calls + changes);
    }

    /// Number of changes asked for so far.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.state().calls
    }

    /// Loses all that was not synced and brings the power back.
    ///
    /// `keeps` says of each unsynced name whether the disk happened to keep it all the same.
    pub fn power_cut(&self, mut keeps: impl FnMut(&str) -> bool) {
        let mut state = self.state();
        let mut names = std::mem::take(&mut state.synced_names);
        for (path, entry) in &state.names {
            if names.get(path) != Some(entry) && keeps(path) {
                names.insert(path.clone(), *entry);
            }
        }
        names.retain(|path, _| !path.is_empty());
        let reachable = names.clone();
        names.retain(|path, _| has_all_folders(&reachable, path));
        state.names = names.clone();
        state.synced_names = names;
        for file in &mut state.files {
            file.bytes = file.synced.clone();
        }
        state.dies_at = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the lock panics")
    }

    fn change(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        state.calls += 1;
        if state.dies_at.is_some_and(|dies_at| state.calls > dies_at) {
            return Err(io::Error::other("the power failed as it was told to"));
        }
        Ok(state)
    }
}

fn has_all_folders(names: &Namespace, path: &str) -> bool {
    let folder = folder_of(path);
    folder.is_empty() || (names.contains_key(folder) && has_all_folders(names, folder))
}

impl State {
    fn file(&self, path: &str) -> io::Result<usize> {
        match self.names.get(path) {
            Some(Entry::File(number)) => Ok(*number),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, path.to_owned())),
        }
    }

    fn require_folder(&self, folder: &str) -> io::Result<()> {
        if folder.is_empty() || self.names.get(folder) == Some(&Entry::Folder) {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::NotFound, folder.to_owned()))
    }
}

impl Disk for SimulatedDisk {
    fn make_folder(&self, path: &str) -> io::Result<()> {
        let mut state = self.change()?;
        state.require_folder(folder_of(path))?;
        state.names.entry(path.to_owned()).or_insert(Entry::Folder);
        Ok(())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.change()?;
        state.require_folder(folder_of(path))?;
        let number = state.file(path).unwrap_or(state.files.len());
        if number == state.files.len() {
            state.files.push(Contents::default());
            state.names.insert(path.to_owned(), Entry::File(number));
        }
        state.files[number].bytes = bytes.to_vec();
        Ok(())
    }

    fn sync_file(&self, path: &str) -> io::Result<()> {
        let mut state = self.change()?;
        let number = state.file(path)?;
        state.files[number].synced = state.files[number].bytes.clone();
        Ok(())
    }

    fn sync_folder(&self, path: &str) -> io::Result<()> {
        let mut state = self.change()?;
        state.require_folder(path)?;
        let inside = |name: &String| folder_of(name) == path;
        state.synced_names.retain(|name, _| !inside(name));
        let synced: Vec<_> = state.names.iter().filter(|(name, _)| inside(name)).collect();
        let synced: Vec<_> =
            synced.into_iter().map(|(name, entry)| (name.clone(), *entry)).collect();
        state.synced_names.extend(synced);
        Ok(())
    }

    fn link(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.change()?;
        let number = state.file(from)?;
        state.require_folder(folder_of(to))?;
        if state.names.contains_key(to) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, to.to_owned()));
        }
        state.names.insert(to.to_owned(), Entry::File(number));
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.change()?;
        let number = state.file(from)?;
        state.require_folder(folder_of(to))?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), Entry::File(number));
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let mut state = self.change()?;
        state.file(path)?;
        state.names.remove(path);
        Ok(())
    }

    fn read_whole(&self, path: &str) -> io::Result<Vec<u8>> {
        let state = self.state();
        Ok(state.files[state.file(path)?].bytes.clone())
    }

    fn read(&self, path: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        let state = self.state();
        let bytes = &state.files[state.file(path)?].bytes;
        let place = |bound: u64| usize::try_from(bound).map_err(io::Error::other);
        let found = bytes.get(place(range.start)?..place(range.end)?);
        found.map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        let state = self.state();
        u64::try_from(state.files[state.file(path)?].bytes.len()).map_err(io::Error::other)
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let state = self.state();
        state.require_folder(folder)?;
        let inside = |(name, entry): &(&String, &Entry)| {
            folder_of(name) == folder && matches!(entry, Entry::File(_))
        };
        let found = state.names.iter().filter(inside);
        Ok(found.map(|(name, _)| name[folder.len()..].trim_start_matches('/').to_owned()).collect())
    }
}
