//! The lines of a file, each with its number, none longer than memory allows.

use std::io::{self, BufRead, Read};

use crate::decode::RECORD_BYTES;

/// How much of a line is kept at most: so much that the decoder sees it is too long.
pub(super) const MOST: usize = RECORD_BYTES + 2;

/// Reads lines one after the other into one buffer.
pub(super) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), number: 0 }
    }

    /// How many lines have been read.
    pub(super) fn count(&self) -> u64 {
        self.number
    }

    /// The next line without its end, and its number from 0. Of a line that is longer than a record may be
    /// only so much is kept that the decoder sees it is too long.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        self.line.clear();
        let most = u64::try_from(MOST).expect("a record fits");
        self.reader.by_ref().take(most).read_until(b'\n', &mut self.line)?;
        if self.line.is_empty() {
            return Ok(None);
        }
        if self.line.ends_with(b"\n") {
            self.line.pop();
        } else if self.line.len() > RECORD_BYTES {
            self.reader.skip_until(b'\n')?;
        }
        if self.line.ends_with(b"\r") {
            self.line.pop();
        }
        let number = self.number;
        self.number += 1;
        if number == 0 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some((number, &self.line)))
    }
}

/// What some programs write before UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_and_the_next_is_whole() {
        let long = vec![b'x'; RECORD_BYTES * 2];
        let text = [b"\xEF\xBB\xBFa\r\n", long.as_slice(), b"\n\nlast"].concat();
        let mut lines = Lines::new(text.as_slice());
        assert_eq!(lines.next().unwrap(), Some((0, b"a".as_slice())));
        let (number, line) = lines.next().unwrap().unwrap();
        assert_eq!((number, line.len()), (1, RECORD_BYTES + 2));
        assert_eq!(lines.next().unwrap(), Some((2, b"".as_slice())));
        assert_eq!(lines.next().unwrap(), Some((3, b"last".as_slice())));
        assert_eq!(lines.next().unwrap(), None);
    }
}
