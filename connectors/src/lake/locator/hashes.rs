//! Keys by their 128-bit hash.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use arrow::array::RecordBatch;
use roaring::RoaringTreemap;
use siphasher::sip128::{Hasher128, SipHasher13};

use super::{Deleted, Misfit, Place};
use crate::lake::keys::rows_of;

/// 128 bits by which keys are told apart; one half of them serves the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeyHash {
    one: u64,
    other: u64,
}

impl Hash for KeyHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.one);
    }
}

/// Where each live key is.
#[derive(Debug, Default)]
pub(crate) struct HashIndex {
    places: HashMap<KeyHash, Place, BuildHasherDefault<AlreadyHashed>>,
}

impl HashIndex {
    pub(super) fn add(
        &mut self,
        start: Place,
        keys: &RecordBatch,
        deleted: &impl Deleted,
    ) -> Result<(), Misfit> {
        for (row, hash) in hashes(keys)?.into_iter().enumerate() {
            let place = after(start, row);
            if !deleted.contains(place) && self.places.insert(hash, place).is_some() {
                return Err(Misfit::Twice(row));
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, keys: &RecordBatch) -> Result<Vec<Place>, Misfit> {
        let found = |(row, hash)| self.places.get(&hash).copied().ok_or(Misfit::Missing(row));
        hashes(keys)?.into_iter().enumerate().map(found).collect()
    }

    pub(super) fn forget(&mut self, keys: &RecordBatch) -> Result<(), Misfit> {
        for (row, hash) in hashes(keys)?.into_iter().enumerate() {
            self.places.remove(&hash).ok_or(Misfit::Missing(row))?;
        }
        Ok(())
    }

    pub(super) fn adopt(
        &mut self,
        start: Place,
        keys: &RecordBatch,
        dead: &RecordBatch,
    ) -> Result<RoaringTreemap, Misfit> {
        let dead: HashSet<KeyHash> = hashes(dead)?.into_iter().collect();
        let mut dead_rows = RoaringTreemap::new();
        for (row, hash) in hashes(keys)?.into_iter().enumerate() {
            let place = after(start, row);
            if dead.contains(&hash) {
                dead_rows.insert(place.row.into());
            } else {
                self.places.insert(hash, place).ok_or(Misfit::Missing(row))?;
            }
        }
        Ok(dead_rows)
    }
}

fn after(start: Place, rows: usize) -> Place {
    let rows = u32::try_from(rows).expect("a batch has fewer than 2^32 rows");
    Place { file: start.file, row: start.row + rows }
}

fn hashes(keys: &RecordBatch) -> Result<Vec<KeyHash>, Misfit> {
    let rows = rows_of(keys.columns())?;
    let hash = |row: arrow::row::Row<'_>| {
        let mut hasher = SipHasher13::new();
        hasher.write(row.data());
        let hash = hasher.finish128();
        KeyHash { one: hash.h1, other: hash.h2 }
    };
    Ok(rows.iter().map(hash).collect())
}

/// Takes half of a hash as it is.
#[derive(Debug, Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("a key's hash is written as one number");
    }
}
