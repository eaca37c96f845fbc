//! The loop that reads a topic: poll, decode, hand over, and pause while the dataflow is behind.

use std::collections::BTreeMap;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use datasets::units::EventTime;
use rdkafka::consumer::Consumer;
use rdkafka::message::{BorrowedMessage, Message};

use super::delivery::{Delivery, Unwanted};
use super::progress::Progress;
use super::topic::Topic;
use crate::decode::{Decoder, Record};
use crate::source::error::SourceError;
use crate::source::running::Strings;
use crate::source::{Batch, Share};
use crate::stopwatch::Stopwatch;

/// How long the client is asked for records where there are none.
const IDLE_POLL: Duration = Duration::from_millis(50);
/// How long a batch waits for another record.
const LINGER: Duration = Duration::from_millis(5);
/// How old a batch may get while records trickle in.
const BATCH_AGE: Duration = Duration::from_millis(50);
/// Records between two looks at a batch's age.
const RECORDS_PER_TURN: usize = 32;
/// How long the dataflow may be behind before partitions are paused; pausing throws away what was fetched ahead.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often an idle source says that it is.
const HEARTBEAT: Duration = Duration::from_millis(500);

/// A topic that is being read.
pub(super) struct Reading {
    pub(super) topic: Topic,
    pub(super) partitions: BTreeMap<u32, Progress>,
    pub(super) statistics_seen: u64,
    pub(super) share: Share,
    decoder: Decoder,
    delivery: Delivery,
    begun: Stopwatch,
    paused: bool,
}

/// Why reading goes no further.
pub(super) enum Halt {
    /// The topic cannot be read on.
    Failed(SourceError),
    /// Nobody takes batches any more.
    Unwanted,
}

impl From<SourceError> for Halt {
    fn from(error: SourceError) -> Self {
        Self::Failed(error)
    }
}

impl From<Unwanted> for Halt {
    fn from(Unwanted: Unwanted) -> Self {
        Self::Unwanted
    }
}

impl Reading {
    /// Assigns each partition at its start.
    pub(super) fn new(
        topic: Topic,
        decoder: Decoder,
        starts: BTreeMap<u32, u64>,
        (share, batches): (Share, SyncSender<Batch>),
    ) -> Result<Self, SourceError> {
        let partitions = starts.into_iter().map(|(number, start)| (number, Progress::from(start)));
        let reading = Self {
            topic,
            partitions: partitions.collect(),
            statistics_seen: 0,
            share,
            decoder,
            delivery: Delivery::new(batches),
            begun: Stopwatch::started(),
            paused: false,
        };
        let assignment = reading.offsets_of(reading.partitions.keys().copied())?;
        let failed = reading.topic.failed("read");
        reading.topic.consumer.assign(&assignment).map_err(&failed)?;
        drop(failed);
        Ok(reading)
    }

    /// Reads until told to stop, until nobody takes batches, or until the topic cannot be read on.
    pub(super) fn run(mut self, strings: &Strings) -> Result<(), SourceError> {
        while !strings.stopped() {
            match self.turn(strings) {
                Ok(()) => {}
                Err(Halt::Unwanted) => return Ok(()),
                Err(Halt::Failed(error)) => return Err(error),
            }
        }
        Ok(())
    }

    fn turn(&mut self, strings: &Strings) -> Result<(), Halt> {
        self.commit(strings);
        self.look_around(strings)?;
        self.delivery.retry()?;
        if self.delivery.is_waiting() && self.decoder.is_full() {
            return self.wait();
        }
        self.set_paused(false)?;
        let idle = self.read_some()?;
        let old = idle || self.decoder.is_full() || self.begun.has_passed(BATCH_AGE);
        if old && !self.decoder.is_empty() && !self.delivery.is_waiting() {
            return self.flush(strings);
        }
        if idle && !self.delivery.is_waiting() {
            return self.tell(strings);
        }
        Ok(())
    }

    /// Takes a handful of records; says whether there were fewer.
    fn read_some(&mut self) -> Result<bool, Halt> {
        for _ in 0..RECORDS_PER_TURN {
            let patience = if self.decoder.is_empty() { IDLE_POLL } else { LINGER };
            match self.topic.consumer.poll(patience) {
                None => return Ok(true),
                Some(Err(error)) => self.trouble(error)?,
                Some(Ok(message)) => {
                    if self.decoder.is_empty() {
                        self.begun = Stopwatch::started();
                    }
                    take(&mut self.decoder, &mut self.partitions, &message);
                }
            }
            if self.decoder.is_full() {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// The dataflow is behind: nothing is read, and after a while nothing is fetched either.
    fn wait(&mut self) -> Result<(), Halt> {
        if !self.paused && !self.delivery.has_waited(PATIENCE) {
            std::thread::park_timeout(Duration::from_millis(1));
            return Ok(());
        }
        self.set_paused(true)?;
        match self.topic.consumer.poll(Duration::from_millis(20)) {
            Some(Err(error)) => self.trouble(error),
            Some(Ok(message)) => {
                // It was under way when its partition was paused, and will not come a second time.
                take(&mut self.decoder, &mut self.partitions, &message);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn set_paused(&mut self, paused: bool) -> Result<(), Halt> {
        if self.paused == paused {
            return Ok(());
        }
        let all = self.offsets_of(self.partitions.keys().copied())?;
        let failed = self.topic.failed(if paused { "pause" } else { "resume" });
        let outcome = match paused {
            true => self.topic.consumer.pause(&all),
            false => self.topic.consumer.resume(&all),
        };
        outcome.map_err(failed)?;
        self.paused = paused;
        Ok(())
    }

    /// Whether the dataflow is so far behind that nothing is fetched.
    pub(super) fn is_paused(&self) -> bool {
        self.paused
    }

    /// Tells of partitions that have come to their end, and now and then of all.
    fn tell(&mut self, strings: &Strings) -> Result<(), Halt> {
        let silent = self.delivery.is_silent(HEARTBEAT);
        self.partitions.values_mut().for_each(|progress| progress.touched |= silent);
        let alone = silent && self.partitions.is_empty();
        if alone || self.partitions.values().any(|progress| progress.touched) {
            self.flush(strings)?;
        }
        Ok(())
    }

    fn flush(&mut self, strings: &Strings) -> Result<(), Halt> {
        let positions = self.positions();
        self.partitions.values_mut().for_each(|progress| progress.touched = false);
        let batch = self.decoder.finish(positions);
        strings.status.update(|snapshot| snapshot.count(&batch));
        Ok(self.delivery.send(batch)?)
    }
}

/// Decodes a record, unless it was read before.
fn take(
    decoder: &mut Decoder,
    partitions: &mut BTreeMap<u32, Progress>,
    message: &BorrowedMessage<'_>,
) {
    let partition = u32::try_from(message.partition()).expect("a record has a partition");
    let offset = u64::try_from(message.offset()).expect("a record has an offset");
    let progress = partitions.get_mut(&partition).expect("only known partitions are assigned");
    if offset < progress.next_offset {
        return;
    }
    progress.next_offset = offset + 1;
    progress.last_arrived_at = arrived_at(message);
    progress.at_end = false;
    progress.touched = true;
    decoder.push(Record { partition, offset, key: message.key(), payload: message.payload() });
}

fn arrived_at(message: &BorrowedMessage<'_>) -> EventTime {
    let millis = message.timestamp().to_millis();
    millis.map_or(EventTime::MIN, |millis| EventTime(millis.saturating_mul(1_000)))
}
