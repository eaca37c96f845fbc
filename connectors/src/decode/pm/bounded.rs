//! Bytes of which one XML event may take only so many, and the place that is reached.

use std::io::{self, BufRead, Read};

use quick_xml::Error;

use crate::decode::reject::Reject;

/// A stream that ends in an error when an event is too long.
pub(super) struct Bounded<R> {
    bytes: R,
    limit: usize,
    left: usize,
    lines: u64,
    taken: u64,
}

impl<R: BufRead> Bounded<R> {
    pub(super) fn new(bytes: R, limit: usize) -> Self {
        Self { bytes, limit, left: limit, lines: 1, taken: 0 }
    }

    /// An event begins.
    pub(super) fn begin(&mut self) {
        self.left = self.limit;
    }

    /// The line that is reached, from 1.
    pub(super) fn line(&self) -> u64 {
        self.lines
    }

    /// How many bytes were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = self.left;
        let filled = self.bytes.fill_buf()?;
        if left == 0 && !filled.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(&filled[..filled.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        // What was filled is asked for again, which reads nothing, to count its lines.
        if let Ok(filled) = self.bytes.fill_buf() {
            let lines = filled.iter().take(count).filter(|byte| **byte == b'\n').count();
            self.lines += u64::try_from(lines).unwrap_or(0);
        }
        self.bytes.consume(count);
        self.left = self.left.saturating_sub(count);
        self.taken += u64::try_from(count).unwrap_or(0);
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let filled = self.fill_buf()?;
        let count = filled.len().min(into.len());
        into[..count].copy_from_slice(&filled[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// What an error of the parser says, without the values that its own words may repeat.
pub(super) fn reject(error: &Error) -> Reject {
    let not_xml = |detail: &str| Reject { reason: "not_xml", detail: detail.to_owned() };
    match error {
        Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Reject::too_long("tag or text", super::EVENT_BYTES)
        }
        Error::Io(error) => {
            Reject { reason: "unreadable", detail: format!("reading stopped: {}", error.kind()) }
        }
        Error::Syntax(_) => not_xml("a tag, comment or declaration has no end"),
        Error::IllFormed(_) => not_xml("an end tag does not fit the element that is open"),
        Error::InvalidAttr(_) => not_xml("an attribute is malformed or is there twice"),
        Error::Encoding(_) => not_utf8(),
        Error::Escape(_) => not_xml("an entity is not known"),
        Error::Namespace(_) => not_xml("a namespace is not declared"),
    }
}

/// The text is in another encoding.
pub(super) fn not_utf8() -> Reject {
    Reject { reason: "not_utf8", detail: "the text is not UTF-8".to_owned() }
}
