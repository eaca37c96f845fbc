//! Rows of a ledger that wait until there are enough of them for a file.

use arrow::array::RecordBatch;

/// Rows are written into a file of their own when so many have come within one cut,
const FILE_ROWS: usize = 512 * 1_024;
/// or so many bytes: an array of texts or payloads cannot hold more than 2 GiB.
const FILE_BYTES: usize = 256 << 20;

/// Rows that wait.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Kept {
    /// Takes rows in; when there are enough, hands all of them on.
    pub(super) fn push(&mut self, rows: RecordBatch) -> Option<Vec<RecordBatch>> {
        self.rows += rows.num_rows();
        self.bytes += rows.get_array_memory_size();
        self.batches.push(rows);
        let is_full = self.rows >= FILE_ROWS || self.bytes >= FILE_BYTES;
        is_full.then(|| std::mem::take(self).batches)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BinaryArray, NullArray};

    use super::*;

    fn batch(column: ArrayRef) -> RecordBatch {
        RecordBatch::try_from_iter([("payload", column)]).unwrap()
    }

    /// How many batches are kept before they are handed on.
    fn fits(batch: &RecordBatch) -> usize {
        let mut kept = Kept::default();
        let full = (0..1_000).find_map(|_| kept.push(batch.clone()));
        assert!(kept.batches.is_empty() && kept.rows == 0 && kept.bytes == 0);
        full.expect("it was full").len()
    }

    #[test]
    fn few_rows_that_are_large_are_enough_for_a_file() {
        let payloads: BinaryArray = (0..8).map(|_| Some(vec![0_u8; 1 << 20])).collect();
        let batches = fits(&batch(Arc::new(payloads)));
        assert!((16..=32).contains(&batches), "{batches} batches of 8 MiB");
        assert_eq!(fits(&batch(Arc::new(NullArray::new(8_192)))), 64);
    }
}
