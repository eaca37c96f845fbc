//! Deletion vectors written the way the Delta protocol describes them.

use std::fs;
use std::path::Path;

use roaring::RoaringTreemap;
use serde_json::{Value, json};

const ALPHABET: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// Where a deletion vector stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// In the log.
    Log,
    /// In a file of its own, behind another vector.
    File,
}

/// The descriptor of a vector that deletes these rows; its file, if any, is written.
pub(crate) fn descriptor(table: &Path, deleted: &[u64], place: Place) -> Value {
    let bytes = bitmap(deleted);
    match place {
        Place::Log => json!({
            "storageType": "i", "pathOrInlineDv": base85(&padded(&bytes)),
            "sizeInBytes": bytes.len(), "cardinality": deleted.len(),
        }),
        Place::File => json!({
            "storageType": "u", "pathOrInlineDv": file(table, &bytes), "offset": other().len() + 1,
            "sizeInBytes": bytes.len(), "cardinality": deleted.len(),
        }),
    }
}

/// Writes `version, other vector, this vector` and returns the encoded name.
fn file(table: &Path, bytes: &[u8]) -> String {
    let id = uuid::Uuid::new_v4();
    let content = [&[1][..], &other(), &framed(bytes)].concat();
    fs::create_dir_all(table.join("ab")).unwrap();
    fs::write(table.join(format!("ab/deletion_vector_{id}.bin")), content).unwrap();
    format!("ab{}", base85(id.as_bytes()))
}

fn other() -> Vec<u8> {
    framed(&bitmap(&[0, 5]))
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes()[..], bytes, &crc32(bytes).to_be_bytes()].concat()
}

fn bitmap(deleted: &[u64]) -> Vec<u8> {
    let mut bytes = 1_681_511_377_u32.to_le_bytes().to_vec();
    deleted.iter().copied().collect::<RoaringTreemap>().serialize_into(&mut bytes).unwrap();
    bytes
}

/// Base 85 carries whole words.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    padded
}

fn base85(bytes: &[u8]) -> String {
    let mut text = String::new();
    for word in bytes.chunks(4) {
        let value = u32::from_be_bytes(word.try_into().unwrap());
        for power in [85_u32.pow(4), 85_u32.pow(3), 85_u32.pow(2), 85, 1] {
            text.push(char::from(ALPHABET[usize::try_from(value / power % 85).unwrap()]));
        }
    }
    text
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
