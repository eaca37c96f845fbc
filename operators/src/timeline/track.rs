//! One key's events in order, with saved states between them.

use crate::rows::Diff;
use crate::timeline::{Emit, Fold, Input, Position};

/// Events between two saved states: a late event refolds at most so many before its effect can be compared.
const CHUNK: usize = 64;

/// A run of events, with the state that they start from.
struct Chunk<F: Fold> {
    /// The state after the event before the first one here; timers in between fire as part of this chunk.
    start: F::State,
    /// What of the context the chunk's steps used.
    footprint: u64,
    events: Vec<F::Event>,
}

/// The fold of one key.
pub(super) struct Track<F: Fold> {
    /// Never empty; the first chunk starts from the base.
    chunks: Vec<Chunk<F>>,
    /// The state after the last event and the timers that fired since.
    tail: F::State,
    /// The state after the last event, where timers have fired since.
    settled: Option<Box<F::State>>,
    /// The time of the last timer that fired since the last event.
    fired_to: i64,
}

/// What a refold needs to know of its surroundings.
pub(super) struct Setting<'a, F: Fold> {
    pub(super) context: &'a F::Context,
    pub(super) key: &'a F::Key,
    pub(super) now: i64,
}

impl<F: Fold> Clone for Setting<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Fold> Copy for Setting<'_, F> {}

type Rows<F> = Vec<(<F as Fold>::Output, Diff)>;

impl<F: Fold> Setting<'_, F> {
    /// Fires the timers that the state asks for before an instant; returns the time of the last one.
    fn fire_before(
        self,
        state: &mut F::State,
        instant: i64,
        emit: &mut Emit<'_, F::Output>,
    ) -> Option<i64> {
        let mut fired = None;
        while let Some(at) = F::alarm(state).filter(|at| *at < instant) {
            F::step((self.context, self.key), state, Input::Timer(at), emit);
            assert!(F::alarm(state).is_none_or(|next| next > at), "a timer moves its alarm on");
            fired = Some(at);
        }
        fired
    }

    /// Folds an event, after the timers before it.
    fn fold(self, state: &mut F::State, event: &F::Event, emit: &mut Emit<'_, F::Output>) {
        self.fire_before(state, F::position(event).at, emit);
        F::step((self.context, self.key), state, Input::Event(event), emit);
    }

    /// Folds events in order and returns what of the context they used.
    fn fold_all(
        self,
        state: &mut F::State,
        events: &[F::Event],
        (rows, diff): (&mut Rows<F>, Diff),
    ) -> u64 {
        let mut emit = Emit::new(rows, diff);
        for event in events {
            self.fold(state, event, &mut emit);
        }
        emit.footprint
    }
}

impl<F: Fold> Track<F> {
    /// A key that starts from a base.
    pub(super) fn new(base: F::State) -> Self {
        let chunk = Chunk { start: base.clone(), footprint: 0, events: Vec::new() };
        Self { chunks: vec![chunk], tail: base, settled: None, fired_to: i64::MIN }
    }

    /// The state that the first event starts from.
    pub(super) fn base(&self) -> &F::State {
        &self.chunks[0].start
    }

    /// The state after the last event and timer.
    pub(super) fn tail(&self) -> &F::State {
        &self.tail
    }

    /// Whether nothing is left to remember.
    pub(super) fn is_blank(&self) -> bool {
        let [only] = self.chunks.as_slice() else { return false };
        only.events.is_empty() && only.start == F::State::default() && self.tail == only.start
    }

    /// The first chunk whose steps used any of these parts of the context.
    pub(super) fn first_using(&self, footprint: u64) -> Option<usize> {
        self.chunks.iter().position(|chunk| chunk.footprint & footprint != 0)
    }

    /// Whether an event at this position can be folded into the tail.
    pub(super) fn is_at_end(&self, position: Position) -> bool {
        let last = self.chunks.iter().rev().find_map(|chunk| chunk.events.last());
        position.at > self.fired_to && last.is_none_or(|last| F::position(last) < position)
    }

    /// Folds an event that stands behind all others.
    pub(super) fn append(&mut self, setting: Setting<'_, F>, event: F::Event, rows: &mut Rows<F>) {
        let last = self.chunks.last().expect("a track has a chunk");
        if last.events.len() >= CHUNK {
            let start = self.settled.as_deref().unwrap_or(&self.tail).clone();
            self.chunks.push(Chunk { start, footprint: 0, events: Vec::new() });
        }
        self.settled = None;
        self.fired_to = i64::MIN;
        let mut emit = Emit::new(rows, 1);
        setting.fold(&mut self.tail, &event, &mut emit);
        let last = self.chunks.last_mut().expect("a track has a chunk");
        last.footprint |= emit.footprint;
        last.events.push(event);
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
        rows: &mut Rows<F>,
    ) {
        let mut rest = changes;
        let mut place = rest.first().map_or(0, |(event, _)| self.chunk_of(F::position(event)));
        let mut old = self.chunks[place].start.clone();
        let mut new = old.clone();
        while place < self.chunks.len() {
            let (here, later) = rest.split_at(self.changes_within(place, rest));
            if here.is_empty() && old == new {
                let Some((next, _)) = later.first() else { return };
                place = self.chunk_of(F::position(next));
                old.clone_from(&self.chunks[place].start);
                new.clone_from(&old);
                continue;
            }
            rest = later;
            setting.fold_all(&mut old, &self.chunks[place].events, (rows, -1));
            let events = merge::<F>(std::mem::take(&mut self.chunks[place].events), here);
            let chunks = rebuild(setting, &mut new, events, rows);
            let count = chunks.len();
            self.chunks.splice(place..=place, chunks);
            place += count;
        }
        self.replace_tail(setting, (old, new), rows);
    }

    /// Takes the outputs from a chunk on back, and the events with them. The context is the one they were folded with.
    pub(super) fn take_from(
        &mut self,
        setting: Setting<'_, F>,
        place: usize,
        rows: &mut Rows<F>,
    ) -> Vec<F::Event> {
        let mut state = self.chunks[place].start.clone();
        let mut events = Vec::new();
        for chunk in self.chunks.drain(place..) {
            setting.fold_all(&mut state, &chunk.events, (rows, -1));
            events.extend(chunk.events);
        }
        if self.settled.take().is_some() {
            let limit = self.fired_to.saturating_add(1);
            setting.fire_before(&mut state, limit, &mut Emit::new(rows, -1));
        }
        events
    }

    /// Folds events behind the chunks that are left, from the state that `take_from` started at.
    pub(super) fn put_back(
        &mut self,
        setting: Setting<'_, F>,
        (start, events): (F::State, Vec<F::Event>),
        rows: &mut Rows<F>,
    ) {
        let mut state = start;
        let chunks = rebuild(setting, &mut state, events, rows);
        self.chunks.extend(chunks);
        if self.chunks.is_empty() {
            self.chunks.push(Chunk { start: state.clone(), footprint: 0, events: Vec::new() });
        }
        self.tail = state;
        self.settled = None;
        self.fired_to = i64::MIN;
    }

    /// The state that a chunk starts from.
    pub(super) fn start_of(&self, place: usize) -> F::State {
        self.chunks[place].start.clone()
    }

    /// Folds the events before an instant into the base and forgets them; returns how many there were.
    pub(super) fn retire(&mut self, setting: Setting<'_, F>, since: i64) -> usize {
        let mut retired = 0;
        loop {
            let first = &mut self.chunks[0];
            let count = first.events.partition_point(|event| F::position(event).at < since);
            retired += count;
            if count < first.events.len() || self.chunks.len() == 1 {
                let events: Vec<_> = self.chunks[0].events.drain(..count).collect();
                let start = &mut self.chunks[0].start;
                setting.fold_all(start, &events, (&mut Vec::new(), 1));
                return retired;
            }
            self.chunks.remove(0);
        }
    }

    fn chunk_of(&self, position: Position) -> usize {
        let starts_before = |chunk: &Chunk<F>| {
            chunk.events.first().is_none_or(|first| F::position(first) <= position)
        };
        self.chunks.partition_point(starts_before).saturating_sub(1)
    }

    /// How many of the changes lie before the next chunk's first event.
    fn changes_within(&self, place: usize, changes: &[(F::Event, Diff)]) -> usize {
        match self.chunks.get(place + 1).and_then(|next| next.events.first()) {
            Some(next) => {
                let limit = F::position(next);
                changes.partition_point(|(event, _)| F::position(event) < limit)
            }
            None => changes.len(),
        }
    }

    fn replace_tail(
        &mut self,
        setting: Setting<'_, F>,
        (mut old, new): (F::State, F::State),
        rows: &mut Rows<F>,
    ) {
        if self.settled.take().is_some() {
            let limit = self.fired_to.saturating_add(1);
            setting.fire_before(&mut old, limit, &mut Emit::new(rows, -1));
        }
        if self.chunks.is_empty() {
            self.chunks.push(Chunk { start: new.clone(), footprint: 0, events: Vec::new() });
        }
        self.tail = new;
        self.fired_to = i64::MIN;
    }
}

/// Folds events into chunks with saved states.
fn rebuild<F: Fold>(
    setting: Setting<'_, F>,
    state: &mut F::State,
    events: Vec<F::Event>,
    rows: &mut Rows<F>,
) -> Vec<Chunk<F>> {
    let fold_chunk = |events: &[F::Event]| {
        let start = state.clone();
        let footprint = setting.fold_all(state, events, (rows, 1));
        Chunk { start, footprint, events: events.to_vec() }
    };
    events.chunks(CHUNK).map(fold_chunk).collect()
}

/// The events after the changes. Both are in the order of positions.
fn merge<F: Fold>(events: Vec<F::Event>, changes: &[(F::Event, Diff)]) -> Vec<F::Event> {
    let mut merged = Vec::with_capacity(events.len() + changes.len());
    let mut events = events.into_iter().peekable();
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
