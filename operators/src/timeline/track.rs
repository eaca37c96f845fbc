//! One key's events in order, with saved states between them.

use std::mem;

use super::chunk::{Chunk, build};
use super::desk::{Desk, cancel};
use super::setting::{Rows, Setting};
use crate::rows::Diff;
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

    /// Puts events in and takes events out, in the order of positions, and emits the difference.
    ///
    /// It refolds from the saved state before the first change, and stops where the state meets a saved one.
    pub(super) fn revise(
        &mut self,
        setting: Setting<'_, F>,
        changes: &[(F::Event, Diff)],
        desk: &mut Desk<F>,
    ) {
        self.close();
        let mut rest = changes;
        let mut place = self.chunk_of(F::position(&changes[0].0));
        let mut old = self.start_of(place);
        let mut new = old.clone();
        while place < self.chunks.len() || !rest.is_empty() {
            let (here, later) = rest.split_at(self.changes_within(place, rest));
            if here.is_empty() && old == new {
                let Some((next, _)) = later.first() else { break };
                place = self.chunk_of(F::position(next));
                old = self.start_of(place);
                new.clone_from(&old);
                continue;
            }
            rest = later;
            place = self.revise_chunk(setting, (place, here), (&mut old, &mut new, desk));
        }
        if old != new {
            if self.settled.take().is_some() {
                let limit = self.fired_to.saturating_add(1);
                setting.fire_before(&mut old, limit, &mut Emit::new(&mut desk.revised, -1));
            }
            self.settle_at(new);
        } else if self.chunks.is_empty() {
            self.start = new;
        }
        self.open();
    }

    /// Refolds one chunk with its changes, from the old state and from the new one; returns the place behind it.
    fn revise_chunk(
        &mut self,
        setting: Setting<'_, F>,
        (place, changes): (usize, &[(F::Event, Diff)]),
        (old, new, desk): (&mut F::State, &mut F::State, &mut Desk<F>),
    ) -> usize {
        let Desk { revised, events, before, after, .. } = desk;
        events.clear();
        if let Some(chunk) = self.chunks.get(place) {
            chunk.read(events);
        }
        setting.fold_all(old, events, (before, -1));
        let behind = if changes.is_empty() {
            let chunk = &mut self.chunks[place];
            chunk.start.clone_from(new);
            chunk.footprint = setting.fold_all(new, events, (after, 1));
            place + 1
        } else {
            let chunks = build(setting, new, &merge::<F>(events, changes), after);
            self.replace_chunk(place, chunks)
        };
        cancel(before, after, revised);
        behind
    }

    /// Takes back what the events from a chunk on emitted, with the context they were folded with; `refold` must follow.
    pub(super) fn unfold(
        &mut self,
        setting: Setting<'_, F>,
        from: usize,
        (events, rows): (&mut Vec<F::Event>, &mut Rows<F>),
    ) {
        self.close();
        let mut state = self.start_of(from);
        for chunk in &self.chunks[from..] {
            chunk.read(events);
            setting.fold_all(&mut state, events, (rows, -1));
        }
        if self.settled.take().is_some() {
            let limit = self.fired_to.saturating_add(1);
            setting.fire_before(&mut state, limit, &mut Emit::new(rows, -1));
        }
    }

    /// Folds what `unfold` took back under a new context, and returns the events that it gives another key.
    pub(super) fn refold(
        &mut self,
        setting: Setting<'_, F>,
        from: usize,
        (events, rows): (&mut Vec<F::Event>, &mut Rows<F>),
    ) -> Vec<F::Event> {
        let mut moved = Vec::new();
        let mut state = self.start_of(from);
        let mut place = from;
        while let Some(chunk) = self.chunks.get_mut(place) {
            chunk.read(events);
            let moves = |event: &mut F::Event| F::key(setting.context, event) != *setting.key;
            let held = events.len();
            moved.extend(events.extract_if(.., moves));
            place = if events.len() == held {
                chunk.start.clone_from(&state);
                chunk.footprint = setting.fold_all(&mut state, events, (rows, 1));
                place + 1
            } else {
                let chunks = build(setting, &mut state, events, rows);
                self.replace_chunk(place, chunks)
            };
        }
        self.settle_at(state);
        self.open();
        moved
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

    /// Makes the open events a chunk like the others, for as long as chunks are revised; `open` must follow.
    fn close(&mut self) {
        if !self.open.is_empty() {
            let open = mem::take(&mut self.open);
            let footprint = mem::take(&mut self.footprint);
            self.chunks.push(Chunk::new(self.start.clone(), footprint, open));
        }
    }

    /// Opens the last chunk, so that events can be appended.
    fn open(&mut self) {
        if let Some(last) = self.chunks.pop() {
            last.read(&mut self.open);
            (self.start, self.footprint) = (last.start, last.footprint);
        }
    }

    /// Notes the state after the last event; no timer has fired since.
    fn settle_at(&mut self, state: F::State) {
        if self.chunks.is_empty() {
            self.start = state.clone();
        }
        self.tail = state;
        self.settled = None;
        self.fired_to = i64::MIN;
    }

    /// The state that a chunk starts from; without chunks, the base.
    fn start_of(&self, place: usize) -> F::State {
        self.chunks.get(place).map_or(&self.start, |chunk| &chunk.start).clone()
    }

    /// Puts chunks in the place of one; returns the place behind them. The last chunk of all is about to be opened.
    fn replace_chunk(&mut self, place: usize, mut chunks: Vec<Chunk<F>>) -> usize {
        let count = chunks.len();
        let is_last = place + 1 >= self.chunks.len();
        let still = chunks.len().saturating_sub(usize::from(is_last));
        chunks[..still].iter_mut().for_each(Chunk::pack);
        self.chunks.splice(place..self.chunks.len().min(place + 1), chunks);
        place + count
    }

    fn chunk_of(&self, position: Position) -> usize {
        self.chunks.partition_point(|chunk| chunk.first <= position).saturating_sub(1)
    }

    /// How many of the changes lie before the next chunk's first event.
    fn changes_within(&self, place: usize, changes: &[(F::Event, Diff)]) -> usize {
        match self.chunks.get(place + 1) {
            Some(next) => changes.partition_point(|(event, _)| F::position(event) < next.first),
            None => changes.len(),
        }
    }
}

/// The events after the changes. Both are in the order of positions.
fn merge<F: Fold>(events: &[F::Event], changes: &[(F::Event, Diff)]) -> Vec<F::Event> {
    let mut merged = Vec::with_capacity(events.len() + changes.len());
    let mut events = events.iter().copied().peekable();
    for (event, diff) in changes {
        let position = F::position(event);
        while let Some(before) = events.next_if(|other| F::position(other) < position) {
            merged.push(before);
        }
        match diff {
            1 => merged.push(*event),
            -1 => {
                let taken = events.next_if(|other| F::position(other) == position);
                assert!(taken.is_some(), "a retraction takes out an event that was put in");
            }
            _ => panic!("an event is put in or taken out once, not {diff} times"),
        }
    }
    merged.extend(events);
    merged
}
