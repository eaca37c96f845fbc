//! A run of events that lie still, with the state that they start from.

use super::setting::{Rows, Setting};
use crate::timeline::{Fold, Position};

/// Events between two saved states: a late event refolds about so many before its effect can be compared.
const CHUNK: usize = 64;

/// A run of events, with the state that they start from. It is never empty.
pub(super) struct Chunk<F: Fold> {
    /// The state after the event before the first one here; timers in between fire as part of this chunk.
    pub(super) start: F::State,
    /// Of the first event.
    pub(super) first: Position,
    /// What of the context the chunk's steps used.
    pub(super) footprint: u64,
    run: Run<F::Event>,
    count: u32,
    /// How many events of the run are part of the start already, and no longer events of the chunk.
    retired: u32,
}

/// How the events are held.
enum Run<E> {
    Plain(Box<[E]>),
    Packed(Box<[u8]>),
}

impl<F: Fold> Chunk<F> {
    /// A chunk of at least one event.
    pub(super) fn new(start: F::State, footprint: u64, events: Vec<F::Event>) -> Self {
        let first = F::position(&events[0]);
        let count = number(events.len());
        Self {
            start,
            first,
            footprint,
            run: Run::Plain(events.into_boxed_slice()),
            count,
            retired: 0,
        }
    }

    /// Packs the events, where the fold can.
    pub(super) fn pack(&mut self) {
        if let Run::Plain(events) = &self.run
            && let Some(packed) = F::pack(&[], events)
        {
            self.run = Run::Packed(packed);
        }
    }

    /// Whether so many events more find room here.
    pub(super) fn has_room(&self, count: usize) -> bool {
        self.count + number(count) <= number(CHUNK)
    }

    /// Adds events behind those that are here, as they were folded from where these end.
    pub(super) fn extend(&mut self, footprint: u64, events: &[F::Event]) {
        self.footprint |= footprint;
        self.count += number(events.len());
        let extended = match &self.run {
            Run::Packed(run) => F::pack(run, events).map(Run::Packed),
            Run::Plain(run) => Some(Run::Plain([run, events].concat().into_boxed_slice())),
        };
        self.run = extended.expect("a fold that has packed events packs more");
    }

    /// How many events there are.
    pub(super) fn event_count(&self) -> usize {
        usize::try_from(self.count - self.retired).expect("a chunk is small")
    }

    /// Puts the events in the place of what `events` holds.
    pub(super) fn read(&self, events: &mut Vec<F::Event>) {
        events.clear();
        match &self.run {
            Run::Plain(run) => events.extend_from_slice(run),
            Run::Packed(run) => F::unpack(run, events),
        }
        let retired = events.len() - self.event_count();
        events.drain(..retired);
    }

    /// Folds the events before an instant into the start; returns how many these were.
    pub(super) fn retire(
        &mut self,
        setting: Setting<'_, F>,
        since: i64,
        events: &mut Vec<F::Event>,
    ) -> usize {
        self.read(events);
        let count = events.partition_point(|event| F::position(event).at < since);
        setting.fold_all(&mut self.start, &events[..count], (&mut Rows::<F>::new(), 1));
        self.retired += number(count);
        if let Some(first) = events.get(count) {
            self.first = F::position(first);
        }
        count
    }
}

/// Folds events into chunks with saved states.
pub(super) fn build<F: Fold>(
    setting: Setting<'_, F>,
    state: &mut F::State,
    events: &[F::Event],
    rows: &mut Rows<F>,
) -> Vec<Chunk<F>> {
    let fold_chunk = |events: &[F::Event]| {
        let start = state.clone();
        let footprint = setting.fold_all(state, events, (rows, 1));
        Chunk::new(start, footprint, events.to_vec())
    };
    // A chunk that one event more has made too large is not cut: its parts would be small.
    let parts = (events.len() / CHUNK).max(1);
    events.chunks(events.len().div_ceil(parts).max(1)).map(fold_chunk).collect()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a chunk is small")
}
