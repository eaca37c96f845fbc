//! 3GPP PM files (TS 32.435 `measCollec`, TS 28.532 `measData`): a report per `measValue`, or a reject with its place.
//!
//! ```text
//! bytes ─ bounded ─ XML events ─ file ─ group ─ values ─▶ reports and rejects, in the order of the file
//! ```
//!
//! A file is never in memory as a whole: at most one event, one group's names and one object's values are.
//! What is wrong costs as little as it can: a `measValue`, a `measInfo`, or the rest of the file.

mod bounded;

mod duration;

mod element;

mod file;

mod group;

mod tag;

mod values;

use std::io::BufRead;

use datasets::assurance::counter_report::CounterReport;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::reject::Reject;
use bounded::Bounded;
use file::File;

/// The most bytes that a tag or a text of a PM file may have.
pub const EVENT_BYTES: usize = 1 << 20;

/// What a PM file does not give, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PmReject {
    /// What is wrong.
    pub reject: Reject,
    /// How much of the file is lost by it.
    pub lost: Lost,
    /// The line, from 1, at which it ends.
    pub line: u64,
    /// How many bytes of the file are before its end.
    pub byte: u64,
}

/// How much is lost by what is wrong, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// One object's values.
    Value,
    /// One group of counters.
    Group,
    /// The rest of the file.
    Rest,
}

/// What is wrong, and how much is lost by it.
type Fault = (Lost, Reject);

/// The reports of one file, as they are read.
pub struct PmFile<R: BufRead> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    file: File,
    is_over: bool,
}

impl<R: BufRead> PmFile<R> {
    /// Reads a file.
    #[must_use]
    pub fn new(bytes: R) -> Self {
        let mut reader = Reader::from_reader(Bounded::new(bytes, EVENT_BYTES));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), file: File::default(), is_over: false }
    }

    /// How many bytes of memory are held for what is read.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.buffer.capacity() + self.file.held_bytes()
    }

    /// Reads one event and takes it in.
    fn step(&mut self) -> Result<Option<CounterReport>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().begin();
        let event = self.reader.read_event_into(&mut self.buffer);
        let event = event.map_err(|error| (Lost::Rest, bounded::reject(&error)))?;
        self.is_over = matches!(event, Event::Eof);
        self.file.take(event)
    }
}

impl<R: BufRead> Iterator for PmFile<R> {
    type Item = Result<CounterReport, PmReject>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            match self.step() {
                Ok(None) => {}
                Ok(Some(report)) => return Some(Ok(report)),
                Err((lost, reject)) => {
                    self.is_over |= lost == Lost::Rest;
                    let (line, byte) =
                        (self.reader.get_ref().line(), self.reader.get_ref().taken());
                    return Some(Err(PmReject { reject, lost, line, byte }));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
