//! Deletion vectors: which rows of a file no longer count.
//!
//! A vector is a set of row positions, a 64-bit Roaring bitmap, that stands in the log itself (base 85) or in a file
//! beside the data with its length before and its checksum behind it.

use std::ops::Range;
use std::sync::Arc;

use datafusion::parquet::arrow::arrow_reader::RowSelection;
use deltalake::kernel::{DeletionVectorDescriptor, StorageType};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use roaring::RoaringTreemap;
use uuid::Uuid;

mod base85;

mod checksum;

/// The first four bytes of a portable bitmap, little-endian.
const MAGIC: u32 = 1_681_511_377;

/// Reads a vector; the error says what is wrong with it.
pub(crate) async fn read(
    store: &Arc<dyn ObjectStore>,
    table: &Path,
    vector: &DeletionVectorDescriptor,
) -> Result<RoaringTreemap, String> {
    let bytes = match vector.storage_type {
        StorageType::Inline => base85::decode(&vector.path_or_inline_dv)?,
        StorageType::UuidRelativePath => from_file(store, table, vector).await?,
        StorageType::AbsolutePath => {
            return Err("a deletion vector lies outside of the lake".to_owned());
        }
    };
    let rows = bitmap(&bytes)?;
    match u64::try_from(vector.cardinality) {
        Ok(count) if count == rows.len() => Ok(rows),
        _ => Err(format!(
            "a deletion vector of {} rows is logged with {}",
            rows.len(),
            vector.cardinality
        )),
    }
}

/// The rows that stay, of a file of `row_count` rows.
pub(crate) fn live_rows(
    deleted: &RoaringTreemap,
    row_count: usize,
) -> Result<RowSelection, String> {
    let mut kept: Vec<Range<usize>> = Vec::new();
    let mut next = 0;
    for position in deleted {
        let position = usize::try_from(position).ok().filter(|position| *position < row_count);
        let position = position.ok_or("a deletion vector reaches behind the end of its file")?;
        if next < position {
            kept.push(next..position);
        }
        next = position + 1;
    }
    if next < row_count {
        kept.push(next..row_count);
    }
    Ok(RowSelection::from_consecutive_ranges(kept.into_iter(), row_count))
}

async fn from_file(
    store: &Arc<dyn ObjectStore>,
    table: &Path,
    vector: &DeletionVectorDescriptor,
) -> Result<Vec<u8>, String> {
    let path = Path::parse(format!("{table}/{}", file_name(&vector.path_or_inline_dv)?));
    let path = path.map_err(|error| error.to_string())?;
    let unsigned = |number: i32| u64::try_from(number).map_err(|_| "a negative length".to_owned());
    // Without an offset the vector follows the file's version byte.
    let start = unsigned(vector.offset.unwrap_or(1))?;
    let length = unsigned(vector.size_in_bytes)?;
    let framed = store.get_range(&path, start..start + length + 8).await;
    unframe(&framed.map_err(|error| error.to_string())?, length)
}

/// Takes the bitmap out of `length, bitmap, checksum`; the numbers around it are big-endian.
fn unframe(framed: &[u8], length: u64) -> Result<Vec<u8>, String> {
    let short = || "a deletion vector's file is too short".to_owned();
    let (written, rest) = framed.split_first_chunk::<4>().ok_or_else(short)?;
    let (bytes, crc) = rest.split_last_chunk::<4>().ok_or_else(short)?;
    if u64::from(u32::from_be_bytes(*written)) != length {
        return Err("a deletion vector is not as long as the log says".to_owned());
    }
    if u32::from_be_bytes(*crc) != checksum::crc32(bytes) {
        return Err("a deletion vector's checksum does not match".to_owned());
    }
    Ok(bytes.to_vec())
}

fn bitmap(bytes: &[u8]) -> Result<RoaringTreemap, String> {
    match bytes.split_first_chunk::<4>() {
        Some((magic, bitmap)) if u32::from_le_bytes(*magic) == MAGIC => {
            RoaringTreemap::deserialize_from(bitmap).map_err(|error| error.to_string())
        }
        _ => Err("a deletion vector is not a portable bitmap".to_owned()),
    }
}

/// `prefix/deletion_vector_<uuid>.bin` of a random prefix and twenty characters that encode the UUID.
fn file_name(encoded: &str) -> Result<String, String> {
    let split = encoded.len().checked_sub(20).and_then(|at| encoded.split_at_checked(at));
    let (prefix, uuid) = split.ok_or("a deletion vector's path is too short")?;
    let uuid = Uuid::from_slice(&base85::decode(uuid)?).map_err(|error| error.to_string())?;
    let folder = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    Ok(format!("{folder}deletion_vector_{uuid}.bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(deleted: &[u64], row_count: usize) -> Vec<usize> {
        let selection = live_rows(&deleted.iter().copied().collect(), row_count).unwrap();
        let mut rows = Vec::new();
        let mut next = 0;
        for selector in selection.iter() {
            let range = next..next + selector.row_count;
            next = range.end;
            if !selector.skip {
                rows.extend(range);
            }
        }
        assert_eq!(next, row_count, "a selection covers the whole file");
        rows
    }

    #[test]
    fn the_rows_that_stay_are_those_not_deleted() {
        assert_eq!(kept(&[], 3), [0, 1, 2]);
        assert_eq!(kept(&[0], 3), [1, 2]);
        assert_eq!(kept(&[2], 3), [0, 1]);
        assert_eq!(kept(&[1, 2, 4], 6), [0, 3, 5]);
        assert!(kept(&[0, 1, 2], 3).is_empty());
        assert!(live_rows(&[3].into_iter().collect(), 3).is_err());
    }

    #[test]
    fn the_protocols_own_example_names_its_file() {
        assert_eq!(
            file_name("ab^-aqEH.-t@S}K{vb[*k^").unwrap(),
            "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin"
        );
        assert!(file_name("short").is_err());
    }

    #[test]
    fn a_damaged_vector_is_refused() {
        let body = b"bitmap";
        let framed = [&6u32.to_be_bytes()[..], body, &checksum::crc32(body).to_be_bytes()].concat();
        assert_eq!(unframe(&framed, 6).unwrap(), body);
        assert!(unframe(&framed, 7).is_err());
        let mut flipped = framed;
        flipped[5] ^= 1;
        assert!(unframe(&flipped, 6).is_err());
        assert!(unframe(&[0, 0], 6).is_err());
    }
}
