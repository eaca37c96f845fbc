//! Sorting events into the middle of a key's history, and folding it anew where the context has changed.

use std::mem;

use super::Track;
use crate::rows::Diff;
use crate::timeline::chunk::{Chunk, build};
use crate::timeline::desk::{Desk, cancel};
use crate::timeline::setting::{Rows, Setting};
use crate::timeline::{Emit, Fold, Position};

impl<F: Fold> Track<F> {
    /// Puts events in and takes events out, in the order of positions, and emits the difference.
    ///
    /// It refolds from the saved state before the first change, and stops where the state meets a saved one.
    pub(in crate::timeline) fn revise(
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
    pub(in crate::timeline) fn unfold(
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
    pub(in crate::timeline) fn refold(
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
