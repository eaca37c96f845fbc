//! The elements of a file that is one JSON array, each with its number, none longer than memory allows.

use std::io::{self, BufRead, Read};

use super::lines::{BYTE_ORDER_MARK, MOST};

/// Whether what a reader stands before begins like a JSON array.
pub(super) fn begins_array(reader: &mut impl BufRead) -> io::Result<bool> {
    let text = reader.fill_buf()?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    Ok(text.trim_ascii_start().starts_with(b"["))
}

/// Reads elements one after the other into one buffer.
///
/// What is no element is told as one that no decoder takes, so that it is not lost: what stands after the last comma of
/// an array that is not closed, with the bracket before it; a comma without an element; and what stands behind the array.
pub(super) struct Elements<R> {
    reader: R,
    element: Vec<u8>,
    number: u64,
    inside: bool,
}

/// What ended an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Comma,
    Bracket,
    File,
}

impl<R: BufRead> Elements<R> {
    /// Goes into the array that the reader stands before.
    pub(super) fn begin(mut reader: R) -> io::Result<Self> {
        reader.skip_until(b'[')?;
        Ok(Self { reader, element: Vec::new(), number: 0, inside: true })
    }

    /// How many elements have been read.
    pub(super) fn count(&self) -> u64 {
        self.number
    }

    /// The next element, and its number from 0. Of one that is longer than a record may be only so much is kept that the
    /// decoder sees it is too long.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        self.element.clear();
        if self.inside {
            let end = self.read_element()?;
            self.inside = end == End::Comma;
            let is_empty = self.element.trim_ascii().is_empty();
            match end {
                End::File => self.element.insert(0, b'['),
                End::Bracket if is_empty && self.number == 0 => {}
                End::Comma | End::Bracket if is_empty => self.element = b",".to_vec(),
                End::Comma | End::Bracket => {}
            }
        }
        if self.element.trim_ascii().is_empty() {
            self.read_rest()?;
        }
        let element = self.element.trim_ascii();
        if element.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some((self.number - 1, element)))
    }

    fn read_element(&mut self) -> io::Result<End> {
        let mut scan = Scan::default();
        loop {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(End::File);
            }
            let end = bytes.iter().enumerate().find_map(|(at, byte)| Some((at, scan.end(*byte)?)));
            let length = end.map_or(bytes.len(), |(at, _)| at);
            let room = MOST.saturating_sub(self.element.len());
            self.element.extend_from_slice(&bytes[..length.min(room)]);
            self.reader.consume(length + usize::from(end.is_some()));
            if let Some((_, end)) = end {
                return Ok(end);
            }
        }
    }

    /// Reads what stands behind the array.
    fn read_rest(&mut self) -> io::Result<()> {
        let most = u64::try_from(MOST).expect("a record fits");
        self.reader.by_ref().take(most).read_to_end(&mut self.element)?;
        io::copy(&mut self.reader, &mut io::sink()).map(drop)
    }
}

/// Where in an element a byte stands.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    /// What ends the element at this byte, if that does.
    fn end(&mut self, byte: u8) -> Option<End> {
        if self.quoted {
            self.quoted = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return None;
        }
        match byte {
            b'"' => self.quoted = true,
            b'[' | b'{' => self.depth += 1,
            b']' if self.depth == 0 => return Some(End::Bracket),
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 0 => return Some(End::Comma),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// The elements of a text, read in pieces of a few bytes.
    fn elements(text: &str) -> Vec<String> {
        let mut reader = BufReader::with_capacity(7, text.as_bytes());
        assert!(begins_array(&mut reader).unwrap(), "{text}");
        let mut elements = Elements::begin(reader).unwrap();
        let mut found = Vec::new();
        while let Some((number, element)) = elements.next().unwrap() {
            assert_eq!(number, u64::try_from(found.len()).unwrap());
            found.push(String::from_utf8(element.to_vec()).unwrap());
        }
        assert_eq!(elements.count(), u64::try_from(found.len()).unwrap());
        found
    }

    #[test]
    fn an_array_is_cut_at_its_own_commas() {
        assert_eq!(elements("[]"), [""; 0]);
        assert_eq!(elements("\u{feff} [ \n ]\n"), [""; 0]);
        assert_eq!(elements("[1, 2 ,\n3]\n"), ["1", "2", "3"]);
        let nested = r#"{"a":[1,{"b":"],\"[\\"}],"c":{}}"#;
        assert_eq!(elements(&format!("[{nested},{nested}]")), [nested, nested]);
    }

    #[test]
    fn what_is_no_element_is_told_and_refused_by_decoders() {
        assert_eq!(elements("[1,{\"a\":2}"), ["1", "[{\"a\":2}"]);
        assert_eq!(elements("["), ["["]);
        assert_eq!(elements("[,1,]"), [",", "1", ","]);
        assert_eq!(elements("[1] [2]\n"), ["1", "[2]"]);
    }

    #[test]
    fn a_long_element_is_cut_and_the_next_is_whole() {
        let long = "x".repeat(MOST + 9);
        let found = elements(&format!("[\"{long}\",1]"));
        assert_eq!((found[0].len(), found[1].as_str()), (MOST, "1"));
    }
}
