//! Where a record came from: source, partition and offset, packed into one ordered word.

use serde::{Deserialize, Serialize};

/// The place of a record in the recorded input; no two records share one.
///
/// It orders by source, then partition, then offset. The source is the lake's own number for a `source_id`
/// (cluster, topic and the topic's incarnation), given once and recorded with the cut.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Provenance(u64);

const OFFSET_BITS: u32 = 42;
const PARTITION_BITS: u32 = 14;

impl Provenance {
    /// Packs a place.
    ///
    /// # Panics
    /// If the partition exceeds 16,383 or the offset 4.3 × 10¹².
    #[must_use]
    pub fn new(source: u8, partition: u32, offset: u64) -> Self {
        assert!(partition < 1 << PARTITION_BITS, "a topic has at most 16,384 partitions");
        assert!(offset < 1 << OFFSET_BITS, "an offset is below 4.3e12");
        let source = u64::from(source) << (OFFSET_BITS + PARTITION_BITS);
        Self(source | (u64::from(partition) << OFFSET_BITS) | offset)
    }

    /// All parts in one word, which orders as they do.
    #[must_use]
    pub fn packed(self) -> u64 {
        self.0
    }

    /// A place from its one word.
    #[must_use]
    pub fn from_packed(word: u64) -> Self {
        Self(word)
    }

    /// The lake's number for the source.
    #[must_use]
    pub fn source(self) -> u8 {
        u8::try_from(self.0 >> (OFFSET_BITS + PARTITION_BITS)).expect("eight bits are left")
    }

    /// The partition of the topic.
    #[must_use]
    pub fn partition(self) -> u32 {
        u32::try_from((self.0 >> OFFSET_BITS) & ((1 << PARTITION_BITS) - 1)).expect("14 bits fit")
    }

    /// The offset in the partition.
    #[must_use]
    pub fn offset(self) -> u64 {
        self.0 & ((1 << OFFSET_BITS) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_unpacks_to_its_parts_and_orders_by_them() {
        let place = Provenance::new(3, 16_383, 4_000_000_000_000);
        assert_eq!((place.source(), place.partition()), (3, 16_383));
        assert_eq!(place.offset(), 4_000_000_000_000);
        assert!(Provenance::new(0, 1, 0) > Provenance::new(0, 0, 999));
        assert!(Provenance::new(1, 0, 0) > Provenance::new(0, 99, 999));
    }
}
