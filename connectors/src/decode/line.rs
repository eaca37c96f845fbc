//! Cuts one line of a table into columns.
//!
//! One line is one record: a quoted line break is not read, so that a quote which is never closed spoils
//! its own line and not the rest of the file.

use std::io::Cursor;

use csv::{Reader, ReaderBuilder, StringRecord, Terminator};

use super::reject::Reject;

/// Cuts lines, keeping its buffers from line to line.
pub(crate) struct LineCutter {
    delimiter: u8,
    quote: u8,
    reader: Reader<Cursor<Vec<u8>>>,
    columns: StringRecord,
}

impl LineCutter {
    pub(crate) fn new(delimiter: u8, quote: u8) -> Self {
        let reader = reader(delimiter, quote);
        Self { delimiter, quote, reader, columns: StringRecord::new() }
    }

    /// The columns of a line, which must be `count` where that is known.
    pub(crate) fn cut(
        &mut self,
        line: &str,
        count: Option<usize>,
    ) -> Result<&StringRecord, Reject> {
        let line = line.trim_end_matches(['\r', '\n']);
        if line.contains('\n') {
            return Err(Reject::bad_csv("more than one line".to_owned()));
        }
        self.feed(line);
        let read = self.reader.read_record(&mut self.columns);
        // A line has no line break of its own: a column that has one is of a quote that is never closed.
        let is_open = self.columns.iter().next_back().is_some_and(|last| last.ends_with('\n'));
        if is_open || self.reader.is_done() || !matches!(read, Ok(true)) {
            // The reader has looked beyond the line's end for a closing quote and takes that for the end of all.
            self.reader = reader(self.delimiter, self.quote);
            return Err(Reject::bad_csv("a quote is not closed".to_owned()));
        }
        match count {
            Some(count) if count != self.columns.len() => {
                let found = self.columns.len();
                Err(Reject::bad_csv(format!("{found} columns where {count} are expected")))
            }
            _ => Ok(&self.columns),
        }
    }

    fn feed(&mut self, line: &str) {
        let cursor = self.reader.get_mut();
        let bytes = cursor.get_mut();
        bytes.clear();
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        cursor.set_position(0);
    }
}

fn reader(delimiter: u8, quote: u8) -> Reader<Cursor<Vec<u8>>> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(quote)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(Cursor::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_one_by_one() {
        let mut cutter = LineCutter::new(b';', b'"');
        let columns = |cutter: &mut LineCutter, line: &str| {
            cutter
                .cut(line, Some(3))
                .map(|found| found.iter().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(columns(&mut cutter, "a;b;c\r\n").unwrap(), ["a", "b", "c"]);
        assert_eq!(
            columns(&mut cutter, "\"a;1\";\"say \"\"b\"\"\";").unwrap(),
            ["a;1", "say \"b\"", ""]
        );
        for broken in ["a;b", "a;\"b;c", "a;b;\"c", "", "a;b;c\nd;e;f", "a;b;c;d"] {
            assert_eq!(columns(&mut cutter, broken).unwrap_err().reason, "bad_csv", "{broken}");
            assert_eq!(
                columns(&mut cutter, "x;y\rz;").unwrap(),
                ["x", "y\rz", ""],
                "after {broken}"
            );
        }
    }
}
