//! Reads files one after the other into batches.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use datasets::units::EventTime;
use serde_json::value::RawValue;

use super::lines::Lines;
use super::written_at;
use crate::decode::{Decoder, Record};
use crate::source::error::SourceError;
use crate::source::running::Strings;
use crate::source::status::Reach;
use crate::source::{Batch, Position};

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
    arrived_at: EventTime,
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
    pub(super) fn run(mut self, files: &[PathBuf], strings: &Strings) -> Result<(), SourceError> {
        match self.read_all(files, strings) {
            Ok(()) | Err(Halt::Unwanted) => Ok(()),
            Err(Halt::Failed(error)) => Err(error),
        }
    }

    fn read_all(&mut self, files: &[PathBuf], strings: &Strings) -> Result<(), Halt> {
        for (number, path) in (0..).zip(files) {
            let failed = |source| SourceError::File { doing: "read", path: path.clone(), source };
            let file = File::open(path).map_err(failed)?;
            let arrived_at = written_at(&file.metadata().map_err(failed)?);
            let start = self.starts.get(&number).copied().unwrap_or(0);
            let lines = Lines::new(BufReader::with_capacity(BUFFER_BYTES, file));
            self.decoder.name_topic(path.display().to_string().into());
            self.read_file(&Current { number, path, arrived_at, start }, lines, strings)?;
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
        mut lines: Lines<BufReader<File>>,
        strings: &Strings,
    ) -> Result<(), Halt> {
        let failed =
            |source| SourceError::File { doing: "read", path: file.path.to_owned(), source };
        self.begin(file, &mut lines)?;
        let step = self.decoder.offsets_per_record();
        while let Some((number, line)) = lines.next().map_err(failed)? {
            if number == 0 && is_array(line) && !self.decoder.has_header() {
                let text = [line, b"\n"].concat();
                let text = [text, lines.rest().map_err(failed)?].concat();
                return self.read_array(file, &text, strings);
            }
            if (number + 1) * step > file.start && !line.trim_ascii().is_empty() {
                let payload = Some(line);
                self.decoder.push(Record {
                    partition: file.number,
                    offset: number,
                    key: None,
                    payload,
                });
            }
            self.reached(file, (number + 1) * step, false);
            self.send_if_full(strings)?;
        }
        self.ended(file, lines.count() * step)
    }

    /// Lets the decoder know the names of the columns.
    fn begin(
        &mut self,
        file: &Current<'_>,
        lines: &mut Lines<BufReader<File>>,
    ) -> Result<(), Halt> {
        if !self.decoder.has_header() {
            return Ok(self.decoder.begin(None)?);
        }
        let failed =
            |source| SourceError::File { doing: "read", path: file.path.to_owned(), source };
        let header = lines.next().map_err(failed)?.map(|(_, line)| String::from_utf8_lossy(line));
        match header {
            Some(header) => Ok(self.decoder.begin(Some(&header))?),
            None => Ok(()),
        }
    }

    /// A whole file that is one JSON array: its elements are the records.
    fn read_array(
        &mut self,
        file: &Current<'_>,
        text: &[u8],
        strings: &Strings,
    ) -> Result<(), Halt> {
        let Ok(elements) = serde_json::from_slice::<Vec<&RawValue>>(text) else {
            // No element can be told from another: the decoder refuses the text as a whole.
            let payload = Some(text);
            self.decoder.push(Record { partition: file.number, offset: 0, key: None, payload });
            return self.ended(file, 1);
        };
        for (number, element) in (0..).zip(&elements) {
            if number >= file.start {
                let payload = Some(element.get().as_bytes());
                self.decoder.push(Record {
                    partition: file.number,
                    offset: number,
                    key: None,
                    payload,
                });
            }
            self.reached(file, number + 1, false);
            self.send_if_full(strings)?;
        }
        self.ended(file, u64::try_from(elements.len()).expect("a length fits"))
    }

    /// The end of a file; one that ends before its start is not the file that was read before.
    fn ended(&mut self, file: &Current<'_>, end: u64) -> Result<(), Halt> {
        if end < file.start {
            let evidence = format!("it ends at {end}, but was read up to {}", file.start);
            let topic = file.path.display().to_string();
            return Err(SourceError::TopicReplaced { topic, evidence }.into());
        }
        self.reached(file, end, true);
        Ok(())
    }

    fn reached(&mut self, file: &Current<'_>, next_offset: u64, caught_up: bool) {
        let position = Position {
            partition: file.number,
            next_offset: next_offset.max(file.start),
            last_arrived_at: file.arrived_at,
            caught_up,
        };
        self.touched.insert(file.number, position);
        if caught_up {
            self.ends.insert(file.number, position);
        }
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

fn is_array(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"[")
}
