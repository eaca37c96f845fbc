//! Where each key of a worker has its place, and what can be told of a key without a look at its events.

use hashbrown::HashTable;

use super::setting::{Rows, Setting};
use super::track::Track;
use crate::rows::Diff;
use crate::timeline::{Emit, Fold};

/// A key with its events.
pub(super) struct Slot<F: Fold> {
    pub(super) key: F::Key,
    pub(super) track: Track<F>,
    /// The alarm that the heap holds for this key.
    pub(super) armed: Option<i64>,
}

/// What decides whether a slot has to be looked at: small, and side by side in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary {
    /// The time of the first event that is held.
    pub(super) oldest: i64,
    /// What of the context the steps used, and perhaps more.
    pub(super) footprint: u64,
}

impl Summary {
    const NOTHING: Self = Self { oldest: i64::MAX, footprint: 0 };
}

/// All keys of a worker.
pub(super) struct Slots<F: Fold> {
    slots: Vec<Option<Slot<F>>>,
    summaries: Vec<Summary>,
    free: Vec<usize>,
    /// The key stands here too: whoever looks for it touches no slot.
    by_key: HashTable<(F::Key, usize)>,
}

impl<F: Fold> Slots<F> {
    /// No keys.
    pub(super) const fn new() -> Self {
        let by_key = HashTable::new();
        Self { slots: Vec::new(), summaries: Vec::new(), free: Vec::new(), by_key }
    }

    /// How many keys there are.
    pub(super) fn key_count(&self) -> usize {
        self.by_key.len()
    }

    /// The place of a key, if it has one.
    pub(super) fn find(&self, key: &F::Key) -> Option<usize> {
        self.by_key.find(hash::<F>(key), |(found, _)| found == key).map(|(_, place)| *place)
    }

    /// The place of a key, which gets one if it has none.
    pub(super) fn place_of(&mut self, key: F::Key) -> usize {
        self.find(&key).unwrap_or_else(|| self.add(key))
    }

    fn add(&mut self, key: F::Key) -> usize {
        let slot = Some(Slot { key, track: Track::new(F::State::default()), armed: None });
        let place = match self.free.pop() {
            Some(place) => {
                (self.slots[place], self.summaries[place]) = (slot, Summary::NOTHING);
                place
            }
            None => {
                if self.slots.len() == self.slots.capacity() {
                    self.slots.reserve_exact(self.slots.len() / 8 + 16);
                }
                self.slots.push(slot);
                self.summaries.push(Summary::NOTHING);
                self.slots.len() - 1
            }
        };
        self.by_key.insert_unique(hash::<F>(&key), (key, place), |(key, _)| hash::<F>(key));
        place
    }

    /// The slot at a place that is in use.
    pub(super) fn at(&mut self, place: usize) -> &mut Slot<F> {
        self.slots[place].as_mut().expect("a place that is found is in use")
    }

    /// Takes an alarm off a key, if it is the one that was set.
    pub(super) fn disarm(&mut self, place: usize, at: i64) -> bool {
        let armed = self.slots[place].as_mut().map(|slot| &mut slot.armed);
        armed.is_some_and(|armed| armed.take_if(|armed| *armed == at).is_some())
    }

    /// The places whose summary asks for a look.
    pub(super) fn select(&self, mut look: impl FnMut(&Summary) -> bool) -> Vec<usize> {
        let places = self.summaries.iter().enumerate();
        places.filter(|(_, summary)| look(summary)).map(|(place, _)| place).collect()
    }

    /// Brings the summary up to date after events were appended, whose steps used so much of the context.
    pub(super) fn note_appended(&mut self, place: usize, footprint: u64) {
        let slot = self.slots[place].as_ref().expect("a place that is found is in use");
        let summary = &mut self.summaries[place];
        summary.footprint |= footprint;
        summary.oldest = slot.track.oldest().unwrap_or(i64::MAX);
    }

    /// Brings the summary up to date after any change.
    pub(super) fn note_revised(&mut self, place: usize) {
        let track = &self.at(place).track;
        let (footprint, oldest) = (track.footprint(), track.oldest());
        self.summaries[place] = Summary { oldest: oldest.unwrap_or(i64::MAX), footprint };
    }

    /// Tells how a key stands.
    pub(super) fn standing(
        &self,
        context: &F::Context,
        place: usize,
        (rows, diff): (&mut Rows<F>, Diff),
    ) {
        let slot = self.slots[place].as_ref().expect("a place that is found is in use");
        F::standing(context, &slot.key, slot.track.tail(), &mut Emit::new(rows, diff));
    }

    /// Reads what a look at a slot will read first, so that it is in the cache then.
    pub(super) fn glance(&self, place: usize) -> i64 {
        self.slots[place].as_ref().map_or(0, |slot| slot.track.glance())
    }

    /// Lets go of a key of which nothing is left to remember.
    pub(super) fn free_if_blank(&mut self, place: usize) {
        if let Some(slot) = self.slots[place].take_if(|slot| slot.track.is_blank()) {
            let entry = self.by_key.find_entry(hash::<F>(&slot.key), |(_, found)| *found == place);
            entry.expect("a key that has a slot has an entry").remove();
            self.summaries[place] = Summary::NOTHING;
            self.free.push(place);
        }
    }
}

impl<F: Fold> Slot<F> {
    /// The surroundings of this key.
    pub(super) fn split<'a>(
        &'a mut self,
        context: &'a F::Context,
        now: i64,
    ) -> (Setting<'a, F>, &'a mut Track<F>) {
        (Setting { context, key: &self.key, now }, &mut self.track)
    }
}

/// What spreads keys over workers spreads them over places too, once its bits are stirred.
fn hash<F: Fold>(key: &F::Key) -> u64 {
    let stirred = F::spread(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    stirred ^ (stirred >> 32)
}
