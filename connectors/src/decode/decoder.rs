//! The decoder of one source: takes records, gives batches.

use std::sync::Arc;

use datasets::ids::Pseudonyms;
use datasets::provenance::Provenance;

use super::payload::Payload;
use super::reject::{Reject, masked};
use super::rows::Rows;
use super::{Counting, Format, Identity, Record};
use crate::source::error::SourceError;
use crate::source::{BATCH_BYTES, BATCH_RECORDS, Batch, DeadLetter, Position, Role};

/// The most bytes that a record may have; a longer one is a dead letter.
pub const RECORD_BYTES: usize = 1 << 20;

/// Fills batches with the records of one source.
pub struct Decoder {
    identity: Identity,
    counting: Counting,
    payload: Payload,
    header: Option<Arc<str>>,
    rows: Rows,
    dead: Vec<DeadLetter>,
    bytes: usize,
}

impl Decoder {
    /// A decoder for the records of a role in a format.
    ///
    /// # Errors
    /// When the format is not one for the role.
    pub fn new(
        identity: Identity,
        (role, format): (Role, &Format),
        counting: Counting,
        pseudonyms: Pseudonyms,
    ) -> Result<Self, SourceError> {
        let refuse = |problem: &str| SourceError::Setting {
            key: "mapping".to_owned(),
            topic: identity.topic.to_string(),
            problem: problem.to_owned(),
        };
        if let Format::Mapped(mapping) = format {
            if role != Role::Usage {
                return Err(refuse("is for usage records only"));
            }
            if counting == Counting::Records && !mapping.is_for_topics() {
                return Err(refuse(
                    "makes several records of one, which a topic's offset cannot tell apart: give each an \"only\"",
                ));
            }
        }
        let (payload, rows) = (Payload::new(format), Rows::new(role, pseudonyms));
        let (header, dead) = (None, Vec::new());
        Ok(Self { identity, counting, payload, header, rows, dead, bytes: 0 })
    }

    /// Whether the first line of each file names its columns.
    #[must_use]
    pub fn has_header(&self) -> bool {
        self.payload.has_header()
    }

    /// Whether records are JSON, so that a file may be one array of them.
    #[must_use]
    pub fn reads_json(&self) -> bool {
        self.payload.is_json()
    }

    /// Takes the line that names the columns; a format without one is ready when it gets `None`.
    ///
    /// # Errors
    /// When the format needs columns that are not there.
    pub fn begin(&mut self, header: Option<&str>) -> Result<(), SourceError> {
        self.header = header.map(Arc::from);
        self.payload.begin(header, &self.identity.topic)
    }

    /// Names the file whose records follow, for dead letters.
    pub fn name_topic(&mut self, topic: Arc<str>) {
        self.identity.topic = topic;
    }

    /// How many offsets one line or record takes.
    #[must_use]
    pub fn offsets_per_record(&self) -> u64 {
        match self.counting {
            Counting::Records => 1,
            Counting::Lines => self.payload.records_per_line(),
        }
    }

    /// Decodes one record into the batch.
    pub fn push(&mut self, record: Record<'_>) {
        self.bytes += record.payload.map_or(0, <[u8]>::len);
        if let Err(reject) = self.decode(record) {
            let dead = self.dead_letter(record, self.place(record, 0), reject);
            self.dead.push(dead);
        }
    }

    /// Whether the batch has as much as it should.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let next =
            usize::try_from(self.payload.records_per_line()).expect("a mapping has few records");
        self.len() + next > BATCH_RECORDS || self.bytes >= BATCH_BYTES
    }

    /// How many records and dead letters the batch has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len() + self.dead.len()
    }

    /// Whether the batch has nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands the batch over, with how far its records go, and begins the next.
    pub fn finish(&mut self, positions: Vec<Position>) -> Batch {
        self.bytes = 0;
        let mut batch = self.rows.finish(&self.identity.source_id);
        batch.source = self.identity.number;
        batch.dead = std::mem::take(&mut self.dead);
        batch.positions = positions;
        batch
    }

    fn place(&self, record: Record<'_>, number: u64) -> Provenance {
        let offset = record.offset * self.offsets_per_record() + number;
        Provenance::new(self.identity.number, record.partition, offset)
    }

    fn decode(&mut self, record: Record<'_>) -> Result<(), Reject> {
        let bytes = record.payload.unwrap_or_default();
        if bytes.len() > RECORD_BYTES {
            return Err(Reject::too_long("payload", RECORD_BYTES));
        }
        let text =
            std::str::from_utf8(bytes).map_err(|error| Reject::not_utf8(error.valid_up_to()))?;
        if let Payload::Mapped(_) = self.payload {
            return self.decode_mapped(record, text);
        }
        let place = self.place(record, 0);
        self.payload.read(text, (record.key, place), &mut self.rows)
    }

    /// A mapped line: each of its records is decoded or dies for itself.
    fn decode_mapped(&mut self, record: Record<'_>, text: &str) -> Result<(), Reject> {
        let step = self.offsets_per_record();
        let Payload::Mapped(mapped) = &mut self.payload else {
            unreachable!("it is called for mapped payloads")
        };
        let (mapping, row) = mapped.row(text)?;
        let row = row.at(record.partition, record.offset);
        let applying = mapping.applying(&row)?;
        if step == 1 && applying.len() > 1 {
            return Err(Reject::several_records());
        }
        let mut rejects = Vec::new();
        for (number, map) in applying {
            let number = if step == 1 { 0 } else { number };
            let offset = record.offset * step + number;
            let place = Provenance::new(self.identity.number, record.partition, offset);
            let outcome = map.read(&row, |usage| self.rows.push_usage(place, usage));
            rejects.extend(outcome.err().map(|reject| (place, reject)));
        }
        for (place, reject) in rejects {
            let dead = self.dead_letter(record, place, reject);
            self.dead.push(dead);
        }
        Ok(())
    }

    fn dead_letter(
        &self,
        record: Record<'_>,
        provenance: Provenance,
        reject: Reject,
    ) -> DeadLetter {
        let payload = record.payload.unwrap_or_default();
        DeadLetter {
            provenance,
            topic: self.identity.topic.clone(),
            reason: reject.reason,
            detail: reject.detail,
            masked_payload: masked(payload),
            header: self.header.clone(),
            key: record.key.map(<[u8]>::to_vec),
            payload: payload.to_vec(),
        }
    }
}
