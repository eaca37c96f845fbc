//! The events of all keys of one worker: what an epoch changes, and what it therefore emits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use differential_dataflow::consolidation::consolidate;
use hashbrown::HashMap;

use super::config::{Config, Held};
use super::desk::{Desk, cancel};
use super::epoch::{EpochInput, EpochOutput};
use super::setting::Rows;
use super::slots::Slots;
use super::track::Track;
use super::{BaseOf, Emit, Fold, Touched};
use crate::rows::{Diff, Instant};
use crate::tick::Tick;

/// All folds of one worker.
pub struct Store<F: Fold> {
    config: Config,
    context: F::Context,
    now: Instant,
    /// What ticks say; while history is replayed it lies before the `since` of the bases.
    told_since: Instant,
    since: Instant,
    held_events: usize,
    slots: Slots<F>,
    alarms: BinaryHeap<Reverse<(i64, usize)>>,
    early: BTreeMap<(i64, u8, u64), F::Event>,
}

/// What one epoch has done so far.
struct Work<F: Fold> {
    /// What arrived, what became due, and what a changed context gave another key.
    events: Vec<(F::Event, Diff)>,
    /// The events of this worker's keys: the place of the key, and the place among the events.
    routed: Vec<(usize, usize)>,
    /// The slots that were looked at before any event was, each with its standing rows from before.
    touched: HashMap<usize, Rows<F>>,
    desk: Desk<F>,
    moved: Vec<(u64, F::Event, Diff)>,
    /// Whether events may have been given other keys.
    context_changed: bool,
    bases: Vec<(BaseOf<F>, Diff)>,
}

/// How many slots ahead memory is asked for.
const GLANCE: usize = 6;

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
            slots: Slots::new(),
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
        self.slots.key_count()
    }

    /// Takes in one epoch.
    pub fn apply(&mut self, input: EpochInput<F>) -> EpochOutput<F> {
        let mut rows = Vec::new();
        let done = self.apply_each(input, &mut |row, diff| rows.push((row, diff)));
        EpochOutput { rows, ..done }
    }

    /// Takes in one epoch, and gives the rows away one by one: a large epoch has more of them than should be held.
    pub fn apply_each(
        &mut self,
        input: EpochInput<F>,
        give: &mut dyn FnMut(F::Output, Diff),
    ) -> EpochOutput<F> {
        let mut work = Work {
            routed: Vec::with_capacity(input.events.len()),
            events: input.events,
            touched: HashMap::new(),
            desk: Desk::default(),
            moved: Vec::new(),
            context_changed: false,
            bases: Vec::new(),
        };
        self.load(input.bases, &mut work);
        if let Some(tick) = input.tick {
            self.advance(tick, &mut work);
        }
        self.change_context(input.changes, &mut work);
        self.route(&mut work);
        self.settle(&mut work, give);
        consolidate(&mut work.desk.revised);
        work.desk.revised.drain(..).for_each(|(row, diff)| give(row, diff));
        EpochOutput { rows: Vec::new(), moved: work.moved, bases: work.bases }
    }

    /// Begins keys with the state that all earlier events came to.
    fn load(&mut self, bases: Vec<BaseOf<F>>, work: &mut Work<F>) {
        for (key, base) in bases {
            assert!(self.slots.find(&key).is_none(), "the base of {key:?} comes before its events");
            let place = self.slots.place_of(key);
            self.touch(place, work);
            self.slots.at(place).track = Track::new(base);
        }
    }

    /// Moves `now` and `since` on: due timers fire, early events become due, old ones retire.
    fn advance(&mut self, tick: Tick, work: &mut Work<F>) {
        assert!(tick.now >= self.now, "stream time never goes back");
        self.now = tick.now;
        while let Some(Reverse((at, place))) = self.alarms.peek().copied() {
            if at >= self.now {
                break;
            }
            self.alarms.pop();
            if self.slots.disarm(place, at) {
                self.touch(place, work);
            }
        }
        let horizon = self.now.saturating_add(self.config.ahead);
        while let Some(entry) = self.early.first_entry() {
            if entry.key().0 > horizon {
                break;
            }
            let event = entry.remove();
            F::early(&event, &mut Emit::new(&mut work.desk.revised, -1));
            work.events.push((event, 1));
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
        for place in self.slots.select(|summary| summary.oldest < self.since) {
            let slot = self.slots.at(place);
            let before = slot.track.base().clone();
            let (setting, track) = slot.split(&self.context, self.now);
            self.held_events -= track.retire(setting, self.since, &mut work.desk.events);
            let after = track.base();
            if *after != before {
                work.bases.push(((*setting.key, after.clone()), 1));
                if before != F::State::default() {
                    work.bases.push(((*setting.key, before), -1));
                }
            }
            self.slots.note_revised(place);
            // What this epoch touches is looked at once more at its end.
            if !work.touched.contains_key(&place) {
                self.slots.free_if_blank(place);
            }
        }
    }

    /// Refolds what the changes may alter; events to which they give another key come in once more.
    fn change_context(&mut self, mut changes: Vec<(F::Change, Diff)>, work: &mut Work<F>) {
        consolidate(&mut changes);
        if changes.is_empty() {
            return;
        }
        work.context_changed = true;
        let mut unfolded = Vec::new();
        for (place, from) in self.altered_by(&changes) {
            self.touch(place, work);
            let mut before = Vec::new();
            let (setting, track) = self.slots.at(place).split(&self.context, self.now);
            track.unfold(setting, from, (&mut work.desk.events, &mut before));
            unfolded.push((place, from, before));
        }
        for (change, diff) in changes {
            F::refresh(&mut self.context, change, diff);
        }
        for (place, from, mut before) in unfolded {
            let Desk { events, after, revised, .. } = &mut work.desk;
            let (setting, track) = self.slots.at(place).split(&self.context, self.now);
            let moved = track.refold(setting, from, (events, after));
            cancel(&mut before, after, revised);
            self.held_events -= moved.len();
            work.events.extend(moved.into_iter().map(|event| (event, 1)));
            self.slots.note_revised(place);
        }
    }

    /// The slots that the changes may alter, each with the first chunk concerned.
    fn altered_by(&mut self, changes: &[(F::Change, Diff)]) -> BTreeMap<usize, usize> {
        let mut altered = BTreeMap::new();
        let mut footprint = 0;
        for (change, _) in changes {
            match F::touched(&self.context, change) {
                Touched::Keys(keys) => {
                    let places = keys.iter().filter_map(|key| self.slots.find(key));
                    altered.extend(places.map(|place| (place, 0)));
                }
                Touched::Footprint(bits) => footprint |= bits,
            }
        }
        for place in self.slots.select(|summary| summary.footprint & footprint != 0) {
            if let Some(first) = self.slots.at(place).track.first_using(footprint) {
                altered.entry(place).or_insert(first);
            }
        }
        altered
    }

    /// Finds out what is to become of each event: folded here or elsewhere, late or early.
    fn route(&mut self, work: &mut Work<F>) {
        let events = std::mem::take(&mut work.events);
        // An event may come and go in one epoch, in any order of delivery: what comes is put in first.
        for coming in [true, false] {
            for (number, (event, diff)) in events.iter().enumerate() {
                if (*diff > 0) == coming {
                    self.route_event(number, (event, *diff), work);
                }
            }
        }
        work.events = events;
    }

    fn route_event(&mut self, number: usize, (event, diff): (&F::Event, Diff), work: &mut Work<F>) {
        let position = F::position(event);
        if position.at < self.since {
            // While history is replayed, the bases have what lies behind them.
            if self.told_since >= self.config.loaded {
                F::late(event, &mut Emit::new(&mut work.desk.revised, diff));
            }
        } else if position.at > self.now.saturating_add(self.config.ahead) {
            let place = (position.at, position.rank, position.id);
            // A retraction is right in position only: what stands for the event is taken back as it was told.
            let told = match diff {
                1 => *self.early.entry(place).or_insert(*event),
                _ => self.early.remove(&place).expect("what is taken out was put in"),
            };
            F::early(&told, &mut Emit::new(&mut work.desk.revised, diff));
        } else {
            let key = F::key(&self.context, event);
            let spread = F::spread(&key);
            // Where the context has changed, what is taken out may be on its way here from another worker.
            let waits = work.context_changed && diff < 0 && self.config.peers > 1;
            if spread % self.config.peers == self.config.worker && !waits {
                work.routed.push((self.slots.place_of(key), number));
            } else {
                work.moved.push((spread, *event, diff));
            }
        }
    }

    /// Keeps the rows of a key as they stood before this epoch.
    fn touch(&self, place: usize, work: &mut Work<F>) {
        work.touched.entry(place).or_insert_with(|| {
            let mut standing = Vec::new();
            self.slots.standing(&self.context, place, (&mut standing, -1));
            standing
        });
    }

    /// Takes the events in key by key, runs timers, and tells how the touched keys now stand.
    fn settle(&mut self, work: &mut Work<F>, give: &mut dyn FnMut(F::Output, Diff)) {
        let mut routed = std::mem::take(&mut work.routed);
        routed.sort_unstable();
        let (mut changes, mut before) = (Vec::new(), Vec::new());
        for (number, group) in routed.chunk_by(|one, other| one.0 == other.0).enumerate() {
            if let Some((ahead, _)) = routed.get(number + GLANCE) {
                std::hint::black_box(self.slots.glance(*ahead));
            }
            let place = group[0].0;
            net_changes::<F>(group, &work.events, &mut changes);
            match work.touched.remove(&place) {
                Some(standing) => before = standing,
                None => self.slots.standing(&self.context, place, (&mut before, -1)),
            }
            self.take_in(place, &changes, work);
            self.settle_slot(place, &mut before, work);
            work.desk.fresh.drain(..).for_each(|(row, diff)| give(row, diff));
        }
        let mut touched: Vec<_> = work.touched.drain().collect();
        touched.sort_unstable_by_key(|(place, _)| *place);
        for (place, mut before) in touched {
            self.settle_slot(place, &mut before, work);
            work.desk.fresh.drain(..).for_each(|(row, diff)| give(row, diff));
        }
    }

    /// Appends what stands behind all events of the key, after it has sorted in the rest.
    fn take_in(&mut self, place: usize, changes: &[(F::Event, Diff)], work: &mut Work<F>) {
        let (setting, track) = self.slots.at(place).split(&self.context, self.now);
        let at_end =
            |(event, diff): &&(F::Event, Diff)| *diff == 1 && track.is_at_end(F::position(event));
        let behind = changes.iter().rev().take_while(at_end).count();
        let (within, behind) = changes.split_at(changes.len() - behind);
        if !within.is_empty() {
            track.revise(setting, within, &mut work.desk);
        }
        let mut footprint = 0;
        for (event, _) in behind {
            footprint |= track.append(setting, *event, &mut work.desk.fresh);
        }
        let net = changes.iter().map(|(_, diff)| *diff).sum();
        let held = self.held_events.checked_add_signed(net);
        self.held_events = held.expect("what is taken out was put in");
        if within.is_empty() {
            self.slots.note_appended(place, footprint);
        } else {
            self.slots.note_revised(place);
        }
    }

    fn settle_slot(&mut self, place: usize, before: &mut Rows<F>, work: &mut Work<F>) {
        let (setting, track) = self.slots.at(place).split(&self.context, self.now);
        track.run_timers(setting, &mut work.desk.revised);
        let Desk { after, fresh, .. } = &mut work.desk;
        self.slots.standing(&self.context, place, (after, 1));
        cancel(before, after, fresh);
        let slot = self.slots.at(place);
        let alarm = F::alarm(slot.track.tail());
        if alarm != slot.armed {
            slot.armed = alarm;
            self.alarms.extend(alarm.map(|at| Reverse((at, place))));
        }
        self.slots.free_if_blank(place);
    }
}

/// The changes of one slot with what cancels left out, in the order of positions.
fn net_changes<F: Fold>(
    group: &[(usize, usize)],
    events: &[(F::Event, Diff)],
    net: &mut Vec<(F::Event, Diff)>,
) {
    net.clear();
    net.extend(group.iter().map(|(_, number)| events[*number]));
    if net.len() > 1 {
        net.sort_by_key(|(event, _)| F::position(event));
        net.dedup_by(|(event, diff), (kept, sum)| {
            let same = F::position(event) == F::position(kept);
            *sum += if same { *diff } else { 0 };
            same
        });
        net.retain(|(_, diff)| *diff != 0);
    }
}
