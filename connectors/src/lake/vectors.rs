//! Deletion vectors: which rows of a file are gone, inline in the log or in a file beside the data.

mod crc32;
mod z85;

use std::collections::HashMap;

use bytes::Bytes;
use roaring::RoaringTreemap;
use uuid::Uuid;

use super::actions::VectorDescriptor;
use super::error::LakeError;

/// Marks the portable layout of a bitmap of 64-bit integers.
const PORTABLE: u32 = 1_681_511_377;
/// First byte of a file of vectors.
const FILE_FORMAT: u8 = 1;
/// A vector up to this size stands in the log; a larger one would be repeated in plan, commit and checkpoint.
const INLINE_BYTES: usize = 1_024;

const WHAT: &str = "a deletion vector of the Delta protocol";

/// Vectors of one cut of one table, some of which share a file.
#[derive(Debug)]
pub(crate) struct VectorWriter {
    id: Uuid,
    file: Vec<u8>,
}

impl VectorWriter {
    /// A writer whose file is named by the generation and the cut.
    pub(crate) fn new(generation: u64, cut: u64) -> Self {
        let id = (u128::from(generation) << 64) | u128::from(cut);
        Self { id: Uuid::from_u128(id), file: vec![FILE_FORMAT] }
    }

    /// Encodes a vector and tells where it will be.
    pub(crate) fn add(&mut self, rows: &RoaringTreemap) -> VectorDescriptor {
        let bytes = encode(rows);
        let size = i32::try_from(bytes.len()).expect("a vector is far below 2 GiB");
        let inline = bytes.len() <= INLINE_BYTES;
        let offset = (!inline).then(|| self.append(&bytes, size));
        let place =
            if inline { z85::encode(&padded(bytes)) } else { z85::encode(self.id.as_bytes()) };
        VectorDescriptor {
            storage_type: if inline { "i" } else { "u" }.to_owned(),
            path_or_inline_dv: place,
            offset,
            size_in_bytes: size,
            cardinality: i64::try_from(rows.len()).expect("a file has fewer than 2^63 rows"),
        }
    }

    fn append(&mut self, bytes: &[u8], size: i32) -> i32 {
        let offset = i32::try_from(self.file.len()).expect("a cut's vectors are below 2 GiB");
        self.file.extend(size.to_be_bytes());
        self.file.extend(bytes);
        self.file.extend(crc32::checksum(bytes).to_be_bytes());
        offset
    }

    /// Name and bytes of the file, if a vector went there.
    pub(crate) fn finish(self) -> Option<(String, Vec<u8>)> {
        (self.file.len() > 1).then(|| (file_name(self.id), self.file))
    }
}

/// The file that a vector is in, relative to the table's folder; none if it is inline.
pub(crate) fn file_of(vector: &VectorDescriptor) -> Option<String> {
    let id = z85::decode(&vector.path_or_inline_dv)?;
    (vector.storage_type == "u").then(|| Uuid::from_slice(&id).ok().map(file_name)).flatten()
}

/// Generation and cut of a file of vectors, from its name.
pub(crate) fn origin_of(name: &str) -> Option<(u64, u64)> {
    let id = name.strip_prefix("deletion_vector_")?.strip_suffix(".bin")?;
    Some(Uuid::parse_str(id).ok()?.as_u64_pair())
}

fn file_name(id: Uuid) -> String {
    format!("deletion_vector_{id}.bin")
}

/// Reads vectors, each file of them once.
pub(crate) struct VectorReader<F> {
    get: F,
    files: HashMap<String, Bytes>,
}

impl<F: FnMut(&str) -> Result<Bytes, LakeError>> VectorReader<F> {
    /// A reader that gets files, named relative to the table's folder, through `get`.
    pub(crate) fn new(get: F) -> Self {
        Self { get, files: HashMap::new() }
    }

    /// The rows that a vector marks.
    pub(crate) fn read(&mut self, vector: &VectorDescriptor) -> Result<RoaringTreemap, LakeError> {
        let broken =
            || LakeError::malformed(&vector.path_or_inline_dv, WHAT)("its bytes are damaged");
        let bytes = match file_of(vector) {
            Some(name) => self.slice(&name, vector)?,
            None => z85::decode(&vector.path_or_inline_dv).map(Bytes::from),
        };
        bytes.as_deref().and_then(decode).ok_or_else(broken)
    }

    fn slice(&mut self, name: &str, vector: &VectorDescriptor) -> Result<Option<Bytes>, LakeError> {
        if !self.files.contains_key(name) {
            self.files.insert(name.to_owned(), (self.get)(name)?);
        }
        let file = &self.files[name];
        let bounds = || {
            let start = usize::try_from(vector.offset?).ok()? + 4;
            let end = start + usize::try_from(vector.size_in_bytes).ok()?;
            let sum = file.get(end..end + 4)?;
            (crc32::checksum(file.get(start..end)?).to_be_bytes() == sum).then_some(start..end)
        };
        Ok(bounds().map(|range| file.slice(range)))
    }
}

fn encode(rows: &RoaringTreemap) -> Vec<u8> {
    let mut bytes = PORTABLE.to_le_bytes().to_vec();
    rows.serialize_into(&mut bytes).expect("writing to memory cannot fail");
    bytes
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn decode(bytes: &[u8]) -> Option<RoaringTreemap> {
    let bitmap = bytes.strip_prefix(&PORTABLE.to_le_bytes())?;
    RoaringTreemap::deserialize_from(bitmap).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_vectors_are_inline_and_large_ones_share_a_file() {
        let sets: [RoaringTreemap; 3] =
            [(3..5).collect(), (0..40_000).step_by(7).collect(), (1..90_000).step_by(3).collect()];
        let mut writer = VectorWriter::new(7, 42);
        let vectors = sets.clone().map(|rows| writer.add(&rows));
        let (name, bytes) = writer.finish().unwrap();
        assert_eq!(vectors.clone().map(|vector| vector.storage_type), ["i", "u", "u"]);
        assert_eq!(origin_of(&name), Some((7, 42)));
        let mut reader = VectorReader::new(|asked: &str| {
            assert_eq!(asked, name);
            Ok(Bytes::from(bytes.clone()))
        });
        for (rows, vector) in sets.iter().zip(&vectors) {
            assert_eq!(&reader.read(vector).unwrap(), rows);
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let mut writer = VectorWriter::new(1, 1);
        let vector = writer.add(&(0..60_000).step_by(2).collect());
        let (_name, mut bytes) = writer.finish().unwrap();
        bytes[500] ^= 1;
        let mut reader = VectorReader::new(|_: &str| Ok(Bytes::from(bytes.clone())));
        assert!(reader.read(&vector).is_err());
    }
}
