//! One key's events in order, with saved states between them.

mod revise;

use std::mem;

use super::chunk::Chunk;
use super::setting::{Rows, Setting};
use crate::timeline::{Emit, Fold, Position};

/// The fold of one key.
pub(super) struct Track<F: Fold> {
    /// All events but the last few.
    chunks: Vec<Chunk<F>>,
    /// The last few: none only where there are no events at all, or where all of these have been folded for good.
    open: Vec<F::Event>,
    /// The state after the event before the open ones.
    start: F::State,
    /// What of the context the steps of the open ones used.
    footprint: u64,
    /// The state after the last event and the timers that fired since.
    tail: F::State,
    /// The state after the last event, where timers have fired since.
    settled: Option<Box<F::State>>,
    /// The time of the last timer that fired since the last event.
    fired_to: i64,
}

/// How many events are open at most: these take most room, but for them a late event is sorted in soonest.
const OPEN: usize = 16;
/// By how many events the room for open ones grows: most keys have few.
const ROOM: usize = 4;

impl<F: Fold> Track<F> {
    /// A key that starts from a base.
    pub(super) fn new(base: F::State) -> Self {
        Self {
            chunks: Vec::new(),
            open: Vec::new(),
            start: base.clone(),
            footprint: 0,
            tail: base,
            settled: None,
            fired_to: i64::MIN,
        }
    }

    /// The state that the first event starts from.
    pub(super) fn base(&self) -> &F::State {
        self.chunks.first().map_or(&self.start, |chunk| &chunk.start)
    }

    /// The state after the last event and timer.
    pub(super) fn tail(&self) -> &F::State {
        &self.tail
    }

    /// Reads what an append will read first, so that it is in the cache then.
    pub(super) fn glance(&self) -> i64 {
        self.open.last().map_or(self.fired_to, |last| F::position(last).at)
    }

    /// Whether nothing is left to remember.
    pub(super) fn is_blank(&self) -> bool {
        self.chunks.is_empty()
            && self.open.is_empty()
            && self.start == F::State::default()
            && self.tail == self.start
    }

    /// The time of the first event that is held.
    pub(super) fn oldest(&self) -> Option<i64> {
        let open = || self.open.first().map(F::position);
        self.chunks.first().map(|chunk| chunk.first).or_else(open).map(|first| first.at)
    }

    /// What of the context the steps of all events used.
    pub(super) fn footprint(&self) -> u64 {
        self.chunks.iter().fold(self.footprint, |all, chunk| all | chunk.footprint)
    }

    /// The first chunk whose steps used any of these parts of the context; the open events are one.
    pub(super) fn first_using(&self, footprint: u64) -> Option<usize> {
        let mut footprints = self.chunks.iter().map(|chunk| chunk.footprint);
        let sealed = footprints.position(|used| used & footprint != 0);
        sealed.or_else(|| (self.footprint & footprint != 0).then_some(self.chunks.len()))
    }

    /// Whether an event at this position can be folded into the tail.
    pub(super) fn is_at_end(&self, position: Position) -> bool {
        let behind_last = match self.open.last() {
            Some(last) => F::position(last) < position,
            None => self.chunks.is_empty(),
        };
        behind_last && position.at > self.fired_to
    }

    /// Folds an event that stands behind all others; returns what of the context that used.
    pub(super) fn append(
        &mut self,
        setting: Setting<'_, F>,
        event: F::Event,
        rows: &mut Rows<F>,
    ) -> u64 {
        if self.open.len() >= OPEN {
            self.seal();
        }
        self.settled = None;
        self.fired_to = i64::MIN;
        let mut emit = Emit::new(rows, 1);
        setting.fold(&mut self.tail, &event, &mut emit);
        let footprint = emit.footprint;
        self.footprint |= footprint;
        if self.open.len() == self.open.capacity() {
            self.open.reserve_exact(ROOM);
        }
        self.open.push(event);
        footprint
    }

    /// Puts the open events where the others lie.
    fn seal(&mut self) {
        let next = self.settled.as_deref().unwrap_or(&self.tail).clone();
        let start = mem::replace(&mut self.start, next);
        let footprint = mem::take(&mut self.footprint);
        let open = mem::take(&mut self.open);
        match self.chunks.last_mut() {
            Some(last) if last.has_room(open.len()) => last.extend(footprint, &open),
            _ => {
                let mut chunk = Chunk::new(start, footprint, open);
                chunk.pack();
                let room = self.chunks.len() / 8 + 1;
                if self.chunks.len() == self.chunks.capacity() {
                    self.chunks.reserve_exact(room);
                }
                self.chunks.push(chunk);
            }
        }
    }

    /// Fires the timers behind the last event, up to `now`.
    pub(super) fn run_timers(&mut self, setting: Setting<'_, F>, rows: &mut Rows<F>) {
        if F::alarm(&self.tail).is_none_or(|at| at >= setting.now) {
            return;
        }
        if self.settled.is_none() {
            self.settled = Some(Box::new(self.tail.clone()));
        }
        let fired = setting.fire_before(&mut self.tail, setting.now, &mut Emit::new(rows, 1));
        self.fired_to = fired.expect("the alarm was before now");
    }

    /// Folds the events before an instant into the base and forgets them; returns how many there were.
    pub(super) fn retire(
        &mut self,
        setting: Setting<'_, F>,
        since: i64,
        events: &mut Vec<F::Event>,
    ) -> usize {
        let open = self.open.first().map(F::position);
        let next = self.chunks.iter().skip(1).map(|chunk| chunk.first).chain(open);
        let gone = next.take_while(|first| first.at < since).count().min(self.chunks.len());
        let mut retired = self.chunks.drain(..gone).map(|chunk| chunk.event_count()).sum();
        match self.chunks.first_mut() {
            Some(first) => retired += first.retire(setting, since, events),
            None => {
                let count = self.open.partition_point(|event| F::position(event).at < since);
                let old = self.open.drain(..count);
                setting.fold_all(&mut self.start, old.as_slice(), (&mut Rows::<F>::new(), 1));
                retired += count;
            }
        }
        if self.chunks.first().is_some_and(|first| first.event_count() == 0) {
            self.chunks.remove(0);
        }
        retired
    }
}
