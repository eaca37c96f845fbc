//! A file that is much larger than what is held of it.

use std::io::{BufReader, Read};

use super::*;

const OBJECTS: usize = 100_000;

/// A file that is made while it is read.
struct Made {
    next: usize,
    rest: Vec<u8>,
}

impl Read for Made {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.next <= OBJECTS {
            let number = self.next;
            self.rest = match number {
                0 => value("").split_once("<measValue").unwrap().0.to_owned(),
                OBJECTS => "</measInfo></measData></measCollecFile>".to_owned(),
                _ => format!(
                    "<measValue measObjLdn=\"C={number}\"><r p=\"1\">{number}</r></measValue>\n"
                ),
            }
            .into_bytes();
            self.next += 1;
        }
        let count = self.rest.len().min(into.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Ok(count)
    }
}

#[test]
fn a_large_file_is_read_in_constant_memory() {
    let made = Made { next: 0, rest: Vec::new() };
    let mut file = PmFile::new(BufReader::with_capacity(4_096, made));
    let (mut reports, mut held) = (0, 0);
    while let Some(item) = file.next() {
        assert_eq!(item.unwrap().counters.len(), 1);
        reports += 1;
        held = file.held_bytes().max(held);
    }
    assert_eq!(reports, OBJECTS - 1);
    assert!(held < 8_192, "{held} bytes were held");
}

/// Neither endless texts nor endless tags, names or depth are gathered.
#[test]
fn what_has_no_end_is_not_gathered() {
    let values = value("").split_once("</measValue").unwrap().0.to_owned() + "<r p='1'>";
    let header = file("").split_once("</").unwrap().0.to_owned();
    let names = group(PERIOD).split_once("</measInfo").unwrap().0.to_owned() + "<measTypes>";
    for (begin, part) in [
        (&values, "1"),
        (&values, "1&#49;"),
        (&values, "11111111<!---->"),
        (&header, "x"),
        (&header, "<x>"),
        (&(header.clone() + "<x "), "a='b' "),
        (&names, "ab c "),
    ] {
        let endless = part.repeat((1 << 22) / part.len());
        let mut file = PmFile::new(begin.as_bytes().chain(endless.as_bytes()));
        let lost = file.next().unwrap().unwrap_err();
        assert!(["too_long", "too_deep"].contains(&lost.reject.reason), "{part}: {lost:?}");
        assert!(file.held_bytes() < 1 << 22, "{part}: {}", file.held_bytes());
    }
}
