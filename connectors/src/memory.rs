//! An in-process topic: records that another thread of this program hands over, read like those of a broker.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use datasets::units::EventTime;

use crate::decode::{Counting, Decoder, Format, Identity, Record};
use crate::source::error::SourceError;
use crate::source::running::{RunningSource, Strings};
use crate::source::{Batch, Launch, Position, Role, Start};

/// How long a batch waits for more records before it is handed over as it is.
const LINGER: Duration = Duration::from_millis(50);

/// One record of an in-process topic.
#[derive(Clone, Debug)]
pub struct MemoryRecord {
    /// The key, if there is one.
    pub key: Option<Vec<u8>>,
    /// The payload; none is a tombstone.
    pub payload: Option<Vec<u8>>,
    /// When it arrived.
    pub arrived_at: EventTime,
}

/// A topic of one partition, whose offsets count the records handed over.
#[derive(Debug)]
pub struct MemorySource {
    topic: String,
    role: Role,
    records: Receiver<MemoryRecord>,
}

impl MemorySource {
    /// A topic that is fed through `records`, and ends when its sender is dropped.
    #[must_use]
    pub fn new(topic: &str, role: Role, records: Receiver<MemoryRecord>) -> Self {
        Self { topic: topic.to_owned(), role, records }
    }

    /// Reads on a thread of its own. Records before the start are passed over: whoever feeds the topic feeds it from
    /// its beginning, the same each time.
    ///
    /// # Errors
    /// When the start is an instant.
    pub fn start(self, source_id: &str, launch: Launch) -> Result<RunningSource, SourceError> {
        let Launch { number, pseudonyms, start, batches, share: _ } = launch;
        let first = match start {
            Start::Earliest => 0,
            Start::Positions(positions) => positions.get(&0).copied().unwrap_or_default(),
            Start::At(_) => return Err(self.no_instant()),
        };
        let identity =
            Identity { number, source_id: source_id.into(), topic: self.topic.as_str().into() };
        let form = (self.role, &Format::Json);
        let decoder = Decoder::new(identity, form, Counting::Records, pseudonyms)?;
        let reading = Reading { decoder, first, next: 0, arrived_at: EventTime::MIN, batches };
        Ok(RunningSource::spawn(&format!("memory-{number}"), move |strings| {
            reading.run(&self.records, &strings);
            Ok(())
        }))
    }

    fn no_instant(&self) -> SourceError {
        SourceError::Setting {
            key: "start".to_owned(),
            topic: self.topic.clone(),
            problem: "is an instant, which in-process topics do not know".to_owned(),
        }
    }
}

/// The state of the thread.
struct Reading {
    decoder: Decoder,
    first: u64,
    next: u64,
    arrived_at: EventTime,
    batches: SyncSender<Batch>,
}

impl Reading {
    fn run(mut self, records: &Receiver<MemoryRecord>, strings: &Strings) {
        while !strings.stopped() {
            match records.recv_timeout(LINGER) {
                Ok(record) => self.take(&record),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while !self.decoder.is_full() {
                let Ok(record) = records.try_recv() else { break };
                self.take(&record);
            }
            if !self.decoder.is_empty() && !self.hand_over() {
                return;
            }
        }
        self.hand_over();
    }

    fn take(&mut self, record: &MemoryRecord) {
        let offset = self.next;
        self.next += 1;
        self.arrived_at = self.arrived_at.max(record.arrived_at);
        if offset < self.first {
            return;
        }
        self.decoder.push(Record {
            partition: 0,
            offset,
            key: record.key.as_deref(),
            payload: record.payload.as_deref(),
        });
    }

    /// Hands the batch over; says whether anyone takes it.
    fn hand_over(&mut self) -> bool {
        let position = Position {
            partition: 0,
            next_offset: self.next.max(self.first),
            last_arrived_at: self.arrived_at,
            caught_up: false,
        };
        self.batches.send(self.decoder.finish(vec![position])).is_ok()
    }
}
