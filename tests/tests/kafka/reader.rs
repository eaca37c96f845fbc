//! A source that a test reads, and waits for.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use connectors::kafka::source::KafkaSource;
use connectors::source::error::SourceError;
use connectors::source::running::RunningSource;
use connectors::source::status::State;
use connectors::source::{Batch, Launch, Position, Share, Start};
use datasets::ids::Pseudonyms;

/// How long a test waits for something that must happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// A source that runs, with its end of the channel.
pub(crate) struct Reader {
    pub(crate) running: RunningSource,
    pub(crate) batches: Receiver<Batch>,
    pub(crate) offsets: BTreeMap<u32, Vec<u64>>,
    pub(crate) positions: BTreeMap<u32, Position>,
}

impl Reader {
    pub(crate) fn start(
        source: KafkaSource,
        start: Start,
        room: usize,
    ) -> Result<Self, SourceError> {
        let (sender, batches) = sync_channel(room);
        let pseudonyms = Pseudonyms::new(b"test");
        let running = source.start(Launch {
            number: 5,
            share: Share::WHOLE,
            pseudonyms,
            start,
            batches: sender,
        })?;
        Ok(Self { running, batches, offsets: BTreeMap::new(), positions: BTreeMap::new() })
    }

    fn take(&mut self, batch: &Batch) {
        assert_eq!(batch.dead, []);
        assert_eq!(batch.raw.num_rows(), batch.record_count());
        for event in &batch.usage {
            let place = event.provenance;
            self.offsets.entry(place.partition()).or_default().push(place.offset());
        }
        for position in &batch.positions {
            self.positions.insert(position.partition, *position);
        }
    }

    /// Takes batches until something holds.
    pub(crate) fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            match self.batches.recv_timeout(DEADLINE) {
                Ok(batch) => self.take(&batch),
                Err(error) => panic!("{what}: {error}; {:?}", self.running.status()),
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.offsets.values().map(Vec::len).sum()
    }

    pub(crate) fn is_caught_up(&self) -> bool {
        !self.positions.is_empty() && self.positions.values().all(|position| position.caught_up)
    }

    /// Takes batches until the source ends, and says why.
    pub(crate) fn end(mut self) -> Result<(), SourceError> {
        loop {
            match self.batches.recv_timeout(DEADLINE) {
                Ok(batch) => self.take(&batch),
                Err(RecvTimeoutError::Disconnected) => return self.running.join(),
                Err(RecvTimeoutError::Timeout) => panic!("the source did not end"),
            }
        }
    }

    /// Waits, without taking batches, until the source is in a state.
    pub(crate) fn until_status(&self, what: &str, holds: impl Fn(State) -> bool) {
        let (ticks, tick) = sync_channel::<()>(0);
        for _ in 0..600 {
            if holds(self.running.status().state) {
                return;
            }
            // Nothing is ever sent: the channel is a clock.
            assert_eq!(
                tick.recv_timeout(Duration::from_millis(100)),
                Err(RecvTimeoutError::Timeout)
            );
        }
        drop(ticks);
        panic!("{what} did not come: {:?}", self.running.status());
    }
}
