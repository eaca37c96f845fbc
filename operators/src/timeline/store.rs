//! The events of all keys of one worker: what an epoch changes, and what it therefore emits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use differential_dataflow::consolidation::consolidate;
use hashbrown::HashMap;

use super::track::{Setting, Track};
use super::{BaseOf, Emit, Fold, Touched};
use crate::rows::{Diff, Instant};
use crate::tick::Tick;

/// How a timeline is spread, how far ahead of `now` it folds, and where it starts.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// This worker's number.
    pub worker: u64,
    /// How many workers there are.
    pub peers: u64,
    /// An event later than `now` by more than this waits as early.
    pub ahead: Instant,
    /// What lies before this instant is in the bases that the timeline is given; the least instant where there are none.
    ///
    /// As long as ticks say an earlier `since`, history is being replayed, and events behind this one are passed over.
    pub loaded: Instant,
}

/// What a timeline holds in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Events, early ones included.
    pub events: usize,
    /// Keys.
    pub keys: usize,
}

/// What arrives at one epoch.
pub struct EpochInput<F: Fold> {
    /// Stream time of the epoch; without one it stays as it was.
    pub tick: Option<Tick>,
    /// Keys with the state that their first event starts from; each is given once, before any event of it.
    pub bases: Vec<BaseOf<F>>,
    /// Changes of the context.
    pub changes: Vec<(F::Change, Diff)>,
    /// Events put in and taken out.
    pub events: Vec<(F::Event, Diff)>,
}

impl<F: Fold> Default for EpochInput<F> {
    fn default() -> Self {
        Self { tick: None, bases: Vec::new(), changes: Vec::new(), events: Vec::new() }
    }
}

/// What one epoch emits.
pub struct EpochOutput<F: Fold> {
    /// Changes of the output rows.
    pub rows: Vec<(F::Output, Diff)>,
    /// Events whose key another worker owns, with what spreads that key.
    pub moved: Vec<(u64, F::Event, Diff)>,
    /// Changes of the bases: the folded state of each key at `since`, where it is not the default.
    pub bases: Vec<(BaseOf<F>, Diff)>,
}

/// A key's slot in the store.
struct Slot<F: Fold> {
    key: F::Key,
    track: Track<F>,
    /// The alarm that the heap holds for this key.
    armed: Option<i64>,
}

/// All folds of one worker.
pub struct Store<F: Fold> {
    config: Config,
    context: F::Context,
    now: Instant,
    /// What ticks say; while history is replayed it lies before the `since` of the bases.
    told_since: Instant,
    since: Instant,
    held_events: usize,
    slots: Vec<Option<Slot<F>>>,
    free: Vec<usize>,
    by_key: HashMap<F::Key, usize>,
    alarms: BinaryHeap<Reverse<(i64, usize)>>,
    early: BTreeMap<(i64, u8, u64), F::Event>,
}

/// What one epoch has done so far.
struct Work<F: Fold> {
    /// Rows of appended events: nothing in them cancels.
    fresh: Vec<(F::Output, Diff)>,
    /// Rows of refolds: old and new, most of which cancel.
    revised: Vec<(F::Output, Diff)>,
    moved: Vec<(u64, F::Event, Diff)>,
    bases: Vec<(BaseOf<F>, Diff)>,
    /// The slots with changes that must be sorted in, and the changes.
    pending: Vec<(usize, F::Event, Diff)>,
    /// The slots looked at, each with its standing rows from before.
    touched: HashMap<usize, Vec<(F::Output, Diff)>>,
}

impl<F: Fold> Store<F> {
    /// An empty store over a context.
    pub fn new(config: Config, context: F::Context) -> Self {
        Self {
            config,
            context,
            now: i64::MIN,
            told_since: i64::MIN,
            since: config.loaded,
            held_events: 0,
            slots: Vec::new(),
            free: Vec::new(),
            by_key: HashMap::new(),
            alarms: BinaryHeap::new(),
            early: BTreeMap::new(),
        }
    }

    /// How many events are held, early ones included.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.held_events + self.early.len()
    }

    /// What is held.
    #[must_use]
    pub fn held(&self) -> Held {
        Held { events: self.event_count(), keys: self.key_count() }
    }

    /// How many keys are held.
    #[must_use]
    pub fn key_count(&self) -> usize {
        self.by_key.len()
    }

    /// Takes in one epoch.
    pub fn apply(&mut self, input: EpochInput<F>) -> EpochOutput<F> {
        let mut work = Work {
            fresh: Vec::new(),
            revised: Vec::new(),
            moved: Vec::new(),
            bases: Vec::new(),
            pending: Vec::new(),
            touched: HashMap::new(),
        };
        let mut events = input.events;
        self.load(input.bases, &mut work);
        if let Some(tick) = input.tick {
            self.advance(tick, &mut events, &mut work);
        }
        self.change_context(input.changes, &mut work);
        // An event may come and go in one epoch, in any order of delivery: what comes is put in first.
        let (come, go): (Vec<_>, Vec<_>) = events.into_iter().partition(|(_, diff)| *diff > 0);
        for (event, diff) in come.into_iter().chain(go) {
            self.take_in(event, diff, &mut work);
        }
        self.settle(work)
    }

    /// Begins keys with the state that all earlier events came to.
    fn load(&mut self, bases: Vec<BaseOf<F>>, work: &mut Work<F>) {
        for (key, base) in bases {
            assert!(!self.by_key.contains_key(&key), "the base of {key:?} comes before its events");
            let place = self.slot_of(key);
            self.touch(place, work);
            let slot = self.slots[place].as_mut().expect("a slot of a key is in use");
            slot.track = Track::new(base);
        }
    }

    /// Moves `now` and `since` on: due timers fire, early events become due, old ones retire.
    fn advance(&mut self, tick: Tick, events: &mut Vec<(F::Event, Diff)>, work: &mut Work<F>) {
        assert!(tick.now >= self.now, "stream time never goes back");
        self.now = tick.now;
        while let Some(Reverse((at, place))) = self.alarms.peek().copied() {
            if at >= self.now {
                break;
            }
            self.alarms.pop();
            let due = self.slots[place].as_mut().filter(|slot| slot.armed == Some(at));
            if let Some(slot) = due {
                slot.armed = None;
                self.touch(place, work);
            }
        }
        let horizon = self.now.saturating_add(self.config.ahead);
        while let Some(entry) = self.early.first_entry() {
            if entry.key().0 > horizon {
                break;
            }
            let event = entry.remove();
            F::early(&event, &mut Emit::new(&mut work.revised, -1));
            events.push((event, 1));
        }
        assert!(tick.since >= self.told_since, "what is folded for good stays so");
        self.told_since = tick.since;
        if tick.since > self.since {
            self.since = tick.since;
            self.retire(work);
        }
    }

    /// Folds what lies behind `since` into the bases, and tells which bases that changes.
    fn retire(&mut self, work: &mut Work<F>) {
        for place in 0..self.slots.len() {
            let Some(slot) = &mut self.slots[place] else { continue };
            let setting = Setting { context: &self.context, key: &slot.key, now: self.now };
            let before = slot.track.base().clone();
            let retired = slot.track.retire(setting, self.since);
            if retired == 0 {
                continue;
            }
            self.held_events -= retired;
            let after = slot.track.base();
            if *after != before {
                work.bases.push(((slot.key, after.clone()), 1));
                if before != F::State::default() {
                    work.bases.push(((slot.key, before), -1));
                }
            }
            // What this epoch touches is looked at once more at its end.
            if !work.touched.contains_key(&place) {
                self.free_if_blank(place);
            }
        }
    }

    /// Lets go of a key of which nothing is left to remember.
    fn free_if_blank(&mut self, place: usize) {
        let blank = self.slots[place].take_if(|slot| slot.track.is_blank());
        if let Some(slot) = blank {
            self.by_key.remove(&slot.key);
            self.free.push(place);
        }
    }

    /// Refolds what the changes may alter, and gives events their new keys.
    fn change_context(&mut self, mut changes: Vec<(F::Change, Diff)>, work: &mut Work<F>) {
        consolidate(&mut changes);
        if changes.is_empty() {
            return;
        }
        let mut taken = Vec::new();
        for (place, from) in self.altered_by(&changes) {
            self.touch(place, work);
            let slot = self.slots[place].as_mut().expect("an altered slot is in use");
            let setting = Setting { context: &self.context, key: &slot.key, now: self.now };
            let start = slot.track.start_of(from);
            let events = slot.track.take_from(setting, from, &mut work.revised);
            self.held_events -= events.len();
            taken.push((place, start, events));
        }
        for (change, diff) in changes {
            F::refresh(&mut self.context, change, diff);
        }
        let mut moving = Vec::new();
        for (place, start, mut events) in taken {
            let slot = self.slots[place].as_mut().expect("an altered slot is in use");
            let key = slot.key;
            moving.extend(events.extract_if(.., |event| F::key(&self.context, event) != key));
            self.held_events += events.len();
            let setting = Setting { context: &self.context, key: &key, now: self.now };
            slot.track.put_back(setting, (start, events), &mut work.revised);
        }
        for event in moving {
            self.route(event, 1, work);
        }
    }

    /// The slots that the changes may alter, each with the first chunk concerned.
    fn altered_by(&self, changes: &[(F::Change, Diff)]) -> BTreeMap<usize, usize> {
        let mut altered = BTreeMap::new();
        let mut footprint = 0;
        for (change, _) in changes {
            match F::touched(&self.context, change) {
                Touched::Keys(keys) => {
                    let places = keys.iter().filter_map(|key| self.by_key.get(key));
                    altered.extend(places.map(|place| (*place, 0)));
                }
                Touched::Footprint(bits) => footprint |= bits,
            }
        }
        if footprint != 0 {
            for (place, slot) in self.slots.iter().enumerate() {
                let first = slot.as_ref().and_then(|slot| slot.track.first_using(footprint));
                if let Some(first) = first {
                    altered.entry(place).or_insert(first);
                }
            }
        }
        altered
    }

    fn take_in(&mut self, event: F::Event, diff: Diff, work: &mut Work<F>) {
        let position = F::position(&event);
        if position.at < self.since {
            if self.told_since < self.config.loaded {
                return; // History is being replayed: the bases have it.
            }
            F::late(&event, &mut Emit::new(&mut work.revised, diff));
        } else if position.at > self.now.saturating_add(self.config.ahead) {
            let place = (position.at, position.rank, position.id);
            // A retraction is right in position only: what stands for the event is taken back as it was told.
            let told = match diff {
                1 => *self.early.entry(place).or_insert(event),
                _ => self.early.remove(&place).expect("what is taken out was put in"),
            };
            F::early(&told, &mut Emit::new(&mut work.revised, diff));
        } else {
            self.route(event, diff, work);
        }
    }

    /// Brings an event to the worker that owns its key: this one, or another.
    fn route(&mut self, event: F::Event, diff: Diff, work: &mut Work<F>) {
        let key = F::key(&self.context, &event);
        let spread = F::spread(&key);
        if spread % self.config.peers != self.config.worker {
            work.moved.push((spread, event, diff));
            return;
        }
        let place = self.slot_of(key);
        self.touch(place, work);
        let slot = self.slots[place].as_mut().expect("a slot of a key is in use");
        if diff == 1 && slot.track.is_at_end(F::position(&event)) {
            let setting = Setting { context: &self.context, key: &slot.key, now: self.now };
            slot.track.append(setting, event, &mut work.fresh);
            self.held_events += 1;
        } else {
            work.pending.push((place, event, diff));
        }
    }

    fn slot_of(&mut self, key: F::Key) -> usize {
        if let Some(place) = self.by_key.get(&key) {
            return *place;
        }
        let slot = Slot { key, track: Track::new(F::State::default()), armed: None };
        let place = match self.free.pop() {
            Some(place) => {
                self.slots[place] = Some(slot);
                place
            }
            None => {
                self.slots.push(Some(slot));
                self.slots.len() - 1
            }
        };
        self.by_key.insert(key, place);
        place
    }

    /// Keeps the rows of a key as they stood before this epoch.
    fn touch(&self, place: usize, work: &mut Work<F>) {
        work.touched.entry(place).or_insert_with(|| {
            let slot = self.slots[place].as_ref().expect("a touched slot is in use");
            let mut standing = Vec::new();
            let mut emit = Emit::new(&mut standing, -1);
            F::standing(&self.context, &slot.key, slot.track.tail(), &mut emit);
            standing
        });
    }

    /// Sorts pending changes in, runs timers, and tells how the touched keys now stand.
    fn settle(&mut self, mut work: Work<F>) -> EpochOutput<F> {
        self.revise_pending(&mut work);
        let mut touched: Vec<_> = work.touched.drain().collect();
        touched.sort_unstable_by_key(|(place, _)| *place);
        for (place, standing) in touched {
            self.settle_slot(place, standing, &mut work);
        }
        consolidate(&mut work.revised);
        let mut rows = work.fresh;
        rows.append(&mut work.revised);
        EpochOutput { rows, moved: work.moved, bases: work.bases }
    }

    fn revise_pending(&mut self, work: &mut Work<F>) {
        let mut pending = std::mem::take(&mut work.pending);
        pending.sort_by_key(|(place, event, _)| (*place, F::position(event)));
        for group in pending.chunk_by(|one, other| one.0 == other.0) {
            let changes = net_changes::<F>(group);
            let slot = self.slots[group[0].0].as_mut().expect("a pending slot is in use");
            let setting = Setting { context: &self.context, key: &slot.key, now: self.now };
            if !changes.is_empty() {
                slot.track.revise(setting, &changes, &mut work.revised);
                let net = changes.iter().map(|(_, diff)| *diff).sum();
                let held = self.held_events.checked_add_signed(net);
                self.held_events = held.expect("what is taken out was put in");
            }
        }
    }

    fn settle_slot(&mut self, place: usize, standing: Vec<(F::Output, Diff)>, work: &mut Work<F>) {
        let slot = self.slots[place].as_mut().expect("a touched slot is in use");
        let setting = Setting { context: &self.context, key: &slot.key, now: self.now };
        slot.track.run_timers(setting, &mut work.revised);
        let mut change = standing;
        let mut emit = Emit::new(&mut change, 1);
        F::standing(&self.context, &slot.key, slot.track.tail(), &mut emit);
        consolidate(&mut change);
        work.fresh.append(&mut change);
        let alarm = F::alarm(slot.track.tail());
        if alarm != slot.armed {
            slot.armed = alarm;
            self.alarms.extend(alarm.map(|at| Reverse((at, place))));
        }
        self.free_if_blank(place);
    }
}

/// The changes of one slot with what cancels left out; sorted by position.
fn net_changes<F: Fold>(group: &[(usize, F::Event, Diff)]) -> Vec<(F::Event, Diff)> {
    let mut net: Vec<(F::Event, Diff)> = Vec::with_capacity(group.len());
    for (_, event, diff) in group {
        match net.last_mut() {
            Some((last, sum)) if F::position(last) == F::position(event) => *sum += diff,
            _ => net.push((*event, *diff)),
        }
    }
    net.retain(|(_, diff)| *diff != 0);
    net
}
