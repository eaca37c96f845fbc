//! Reads files one after the other into batches.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use super::elements::{Elements, begins_array};
use super::lines::Lines;
use crate::decode::{Decoder, Record};
use crate::source::error::SourceError;
use crate::source::running::Strings;
use crate::source::status::Reach;
use crate::source::{Batch, Position};
use datasets::units::EventTime;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 1 << 18;

/// A reader of files in progress.
pub(super) struct Reading {
    decoder: Decoder,
    starts: BTreeMap<u32, u64>,
    batches: SyncSender<Batch>,
    ends: BTreeMap<u32, Position>,
    touched: BTreeMap<u32, Position>,
}

/// Why reading goes no further: an error, or nobody wants more.
enum Halt {
    Failed(SourceError),
    Unwanted,
}

impl From<SourceError> for Halt {
    fn from(error: SourceError) -> Self {
        Self::Failed(error)
    }
}

/// The file that is read.
struct Current<'p> {
    number: u32,
    path: &'p Path,
    start: u64,
}

impl Reading {
    pub(super) fn new(
        decoder: Decoder,
        starts: BTreeMap<u32, u64>,
        batches: SyncSender<Batch>,
    ) -> Self {
        Self { decoder, starts, batches, ends: BTreeMap::new(), touched: BTreeMap::new() }
    }

    /// Reads all files and says at last that there is nothing more.
    pub(super) fn run(
        mut self,
        files: &[(u32, PathBuf)],
        strings: &Strings,
    ) -> Result<(), SourceError> {
        match self.read_all(files, strings) {
            Ok(()) | Err(Halt::Unwanted) => Ok(()),
            Err(Halt::Failed(error)) => Err(error),
        }
    }

    fn read_all(&mut self, files: &[(u32, PathBuf)], strings: &Strings) -> Result<(), Halt> {
        for (number, path) in files {
            let number = *number;
            let file = File::open(path).map_err(failed(path))?;
            let start = self.starts.get(&number).copied().unwrap_or(0);
            let records = Records::of(file, self.decoder.reads_json()).map_err(failed(path))?;
            self.decoder.name_topic(path.display().to_string().into());
            self.read_file(&Current { number, path, start }, records, strings)?;
        }
        if !self.decoder.is_empty() {
            self.send(strings)?;
        }
        self.touched = std::mem::take(&mut self.ends);
        self.send(strings)
    }

    fn read_file(
        &mut self,
        file: &Current<'_>,
        mut records: Records,
        strings: &Strings,
    ) -> Result<(), Halt> {
        self.begin(file, &mut records)?;
        let step = self.decoder.offsets_per_record();
        while let Some((number, text)) = records.next().map_err(failed(file.path))? {
            if (number + 1) * step > file.start && !text.trim_ascii().is_empty() {
                let payload = Some(text);
                self.decoder.push(Record {
                    partition: file.number,
                    offset: number,
                    key: None,
                    payload,
                });
            }
            self.reached(file, (number + 1) * step);
            self.send_if_full(strings)?;
        }
        self.ended(file, records.count() * step)
    }

    /// Lets the decoder know the names of the columns.
    fn begin(&mut self, file: &Current<'_>, records: &mut Records) -> Result<(), Halt> {
        if !self.decoder.has_header() {
            return Ok(self.decoder.begin(None)?);
        }
        let header = records.next().map_err(failed(file.path))?;
        let header = header.map(|(_, line)| String::from_utf8_lossy(line));
        match header {
            Some(header) => Ok(self.decoder.begin(Some(&header))?),
            None => Ok(()),
        }
    }

    /// The end of a file; one that ends before its start is not the file that was read before.
    fn ended(&mut self, file: &Current<'_>, end: u64) -> Result<(), Halt> {
        if end < file.start {
            let evidence = format!("it ends at {end}, but was read up to {}", file.start);
            let topic = file.path.display().to_string();
            return Err(SourceError::TopicReplaced { topic, evidence }.into());
        }
        let position = self.reached(file, end);
        self.ends.insert(file.number, Position { caught_up: true, ..position });
        Ok(())
    }

    /// Nothing says when records of a file arrived: stream time waits until all files are read.
    fn reached(&mut self, file: &Current<'_>, next_offset: u64) -> Position {
        let position = Position {
            partition: file.number,
            next_offset: next_offset.max(file.start),
            last_arrived_at: EventTime::MIN,
            caught_up: false,
        };
        self.touched.insert(file.number, position);
        position
    }

    fn send_if_full(&mut self, strings: &Strings) -> Result<(), Halt> {
        if strings.stopped() {
            return Err(Halt::Unwanted);
        }
        if self.decoder.is_full() { self.send(strings) } else { Ok(()) }
    }

    /// Sends what there is, with the positions of the files that were touched.
    fn send(&mut self, strings: &Strings) -> Result<(), Halt> {
        let batch = self.decoder.finish(std::mem::take(&mut self.touched).into_values().collect());
        strings.status.update(|snapshot| {
            snapshot.count(&batch);
            for position in &batch.positions {
                let next_offset = position.next_offset;
                let reach = Reach { next_offset, end_offset: next_offset };
                snapshot.partitions.insert(position.partition, reach);
            }
        });
        self.batches.send(batch).map_err(|_| Halt::Unwanted)
    }
}

/// The records of a file: its lines, or the elements of the JSON array that it is.
enum Records {
    Lines(Lines<BufReader<File>>),
    Elements(Elements<BufReader<File>>),
}

impl Records {
    fn of(file: File, is_json: bool) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
        Ok(match is_json && begins_array(&mut reader)? {
            true => Self::Elements(Elements::begin(reader)?),
            false => Self::Lines(Lines::new(reader)),
        })
    }

    fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Elements(elements) => elements.next(),
        }
    }

    fn count(&self) -> u64 {
        match self {
            Self::Lines(lines) => lines.count(),
            Self::Elements(elements) => elements.count(),
        }
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> SourceError {
    move |source| SourceError::File { doing: "read", path: path.to_owned(), source }
}
