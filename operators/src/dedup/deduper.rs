//! The judge itself: plain data, no dataflow.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::mem;

use differential_dataflow::consolidation::consolidate;
use hashbrown::HashMap;

use crate::dedup::memory::{Known, Memory};
use crate::dedup::verdicts::{Change, Duplicate, Facts, Remembered, Verdicts};
use crate::rows::Instant;

/// Judges records one by one, and says at the end of an epoch what the epoch changed; the law is
/// that of [`dedup`].
///
/// A call of [`push`] costs one probe of a table with 30 bytes per remembered winner, unless the
/// identity is known.
///
/// [`dedup`]: crate::dedup::dedup
/// [`push`]: Deduper::push
///
/// ```
/// use operators::dedup::{deduper::Deduper, verdicts::{Change, Facts}};
///
/// let call = Facts { identity: 7, revision: 0, provenance: 1, at: 0, route: 0 };
/// let mut deduper = Deduper::new();
/// deduper.push(call, "call");
/// deduper.push(Facts { revision: 1, provenance: 2, ..call }, "corrected call");
/// let verdicts = deduper.end_epoch();
/// assert_eq!(verdicts.winners, [Change::Insert("corrected call")]);
/// assert_eq!(verdicts.superseded, [1]);
/// ```
pub struct Deduper<D> {
    /// The event time from which on records are judged and remembered; moves when a cut ends.
    oldest: Instant,
    /// Winners of earlier cuts whose event time is before this stay what they are.
    folded_before: Instant,
    memory: Memory,
    /// Records that are judged together, so that they wait for memory together.
    waiting: Vec<(Facts, D)>,
    /// Provenances of the duplicates of the open cut, by identity.
    repeats: HashMap<u64, Vec<u64>>,
    /// Records that won in the open epoch, by provenance.
    won: Vec<(u64, D)>,
    /// Winners that the open epoch overturns, by provenance.
    overturned: BTreeMap<u64, Facts>,
    verdicts: Verdicts<D>,
}

impl<D> Default for Deduper<D> {
    fn default() -> Self {
        Self::new()
    }
}

/// How many records are judged together.
const TOGETHER: usize = 64;

impl<D> Deduper<D> {
    /// Knows no record yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            oldest: Instant::MIN,
            folded_before: Instant::MIN,
            memory: Memory::new(),
            waiting: Vec::with_capacity(TOGETHER),
            repeats: HashMap::new(),
            won: Vec::new(),
            overturned: BTreeMap::new(),
            verdicts: Verdicts::default(),
        }
    }

    /// From now on, winners of earlier cuts that lie before this instant are folded for good.
    pub fn fold_before(&mut self, since: Instant) {
        self.judge_waiting();
        self.folded_before = self.folded_before.max(since);
    }

    /// Takes in a record of the open epoch.
    pub fn push(&mut self, facts: Facts, record: D) {
        self.waiting.push((facts, record));
        if self.waiting.len() == TOGETHER {
            self.judge_waiting();
        }
    }

    /// Takes in a winner of a cut that has ended, as known: no verdict comes of it.
    ///
    /// A deduper that is told the end of the last cut and then all published winners, in any order,
    /// judges as one that never stopped.
    pub fn remember(&mut self, facts: Facts) {
        if facts.at >= self.oldest && self.memory.find(facts.identity, self.oldest).is_none() {
            self.memory.put_sealed(&facts);
        }
    }

    /// Ends the open epoch: what it changed, each record at most once.
    pub fn end_epoch(&mut self) -> Verdicts<D> {
        self.judge_waiting();
        let mut verdicts = mem::take(&mut self.verdicts);
        let mut overturned = mem::take(&mut self.overturned);
        if !overturned.is_empty() {
            // A record that won and lost in the same epoch has never been seen by anyone.
            self.won.retain(|(provenance, _record)| overturned.remove(provenance).is_none());
        }
        let inserted = self.won.drain(..).map(|(_provenance, record)| Change::Insert(record));
        verdicts.winners.extend(inserted);
        verdicts.winners.extend(overturned.into_values().map(Change::Withdraw));
        consolidate(&mut verdicts.duplicates);
        verdicts
    }

    /// Ends the open cut, after its last epoch: its winners are published, and those before `oldest`
    /// are forgotten.
    pub fn end_cut(&mut self, oldest: Instant) {
        self.judge_waiting();
        self.repeats.clear();
        self.oldest = self.oldest.max(oldest);
        self.memory.end_cut(self.oldest);
    }

    /// What is held in memory of winners.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        Remembered { winners: self.memory.len(), bytes: self.memory.bytes() }
    }

    fn judge_waiting(&mut self) {
        let mut waiting = mem::take(&mut self.waiting);
        // A table does not fit into any cache. These reads do not wait for each other, as those of
        // the judgements would; what they read is not needed.
        let glance =
            |seen, (facts, _record): &(Facts, D)| seen ^ self.memory.glance(facts.identity);
        black_box(waiting.iter().fold(0, glance));
        for (facts, record) in waiting.drain(..) {
            self.judge(facts, record);
        }
        self.waiting = waiting;
    }

    fn judge(&mut self, facts: Facts, record: D) {
        if facts.at < self.oldest {
            self.verdicts.outside.push(record);
            return;
        }
        match self.memory.find(facts.identity, self.oldest) {
            None => self.win(facts, record),
            Some(known) => self.contest(known, facts, record),
        }
    }

    fn win(&mut self, facts: Facts, record: D) {
        self.memory.put(&facts);
        self.won.push((facts.provenance, record));
    }

    /// Judges a record whose identity has a winner already.
    fn contest(&mut self, known: Known, facts: Facts, record: D) {
        match facts.revision.cmp(&known.facts.revision) {
            Ordering::Less => self.verdicts.superseded.push(facts.provenance),
            Ordering::Greater if !known.open && known.facts.at < self.folded_before => {
                self.verdicts.outside.push(record);
            }
            Ordering::Greater => {
                self.supersede(known.facts);
                self.overturn(known.facts, facts, record);
            }
            Ordering::Equal if known.open && facts.provenance < known.facts.provenance => {
                self.displace(known.facts, facts.provenance);
                self.overturn(known.facts, facts, record);
            }
            Ordering::Equal => {
                self.repeat(facts.identity, facts.provenance, known.facts.provenance)
            }
        }
    }

    fn overturn(&mut self, loser: Facts, facts: Facts, record: D) {
        self.overturned.insert(loser.provenance, loser);
        self.win(facts, record);
    }

    /// The winner and its duplicates of the open cut turn out to be of a revision that no longer
    /// counts.
    fn supersede(&mut self, loser: Facts) {
        self.verdicts.superseded.push(loser.provenance);
        for provenance in self.repeats.remove(&loser.identity).unwrap_or_default() {
            self.verdicts.duplicates.push((Duplicate { provenance, of: loser.provenance }, -1));
            self.verdicts.superseded.push(provenance);
        }
    }

    /// The winner turns out to be a duplicate itself, and its duplicates are those of the record
    /// before it.
    fn displace(&mut self, loser: Facts, winner: u64) {
        for provenance in self.repeats.remove(&loser.identity).unwrap_or_default() {
            self.verdicts.duplicates.push((Duplicate { provenance, of: loser.provenance }, -1));
            self.repeat(loser.identity, provenance, winner);
        }
        self.repeat(loser.identity, loser.provenance, winner);
    }

    fn repeat(&mut self, identity: u64, provenance: u64, of: u64) {
        self.verdicts.duplicates.push((Duplicate { provenance, of }, 1));
        self.repeats.entry(identity).or_default().push(provenance);
    }
}
