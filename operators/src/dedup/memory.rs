//! The winners that are remembered, by identity.

use hashbrown::HashMap;

use crate::dedup::dictionary::Dictionary;
use crate::dedup::fingerprint::{Fingerprint, Packed, Stamp};
use crate::dedup::table::Table;
use crate::dedup::verdicts::Facts;
use crate::rows::Instant;

/// How many tables there are, so that growing one copies little, and a sweep can go one by one.
const SHARDS: usize = 256;
/// How many tables are swept when a cut ends.
const SWEPT: usize = 4;

/// Fingerprints of winners.
pub(super) struct Memory {
    shards: Vec<Shard>,
    words: Words,
    /// The stamp of the open cut.
    stamp: Stamp,
    next_sweep: usize,
}

/// What fingerprints only hint at.
#[derive(Default)]
struct Words {
    /// The high halves of provenances: few, as offsets count on.
    high_halves: Dictionary,
    /// Where consumers are: as many as there are consumers.
    routes: Dictionary,
    /// The facts that do not fit into a fingerprint, by identity; nearly always none.
    wide: HashMap<u64, Facts>,
}

/// The winners of one part of all identities.
#[derive(Debug)]
struct Shard {
    winners: Table,
    /// No winner here is older.
    oldest: Instant,
    /// Whether a winner here has the stamp of a cut.
    stamped: bool,
}

/// A winner that is remembered, and whether its cut is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) facts: Facts,
    pub(super) open: bool,
}

impl Memory {
    /// Remembers nothing.
    pub(super) fn new() -> Self {
        // A stamp must have been wiped out when its turn comes again.
        const { assert!(SHARDS.div_ceil(SWEPT) < Stamp::CYCLE) };
        let shard = || Shard { winners: Table::default(), oldest: Instant::MAX, stamped: false };
        Self {
            shards: (0..SHARDS).map(|_place| shard()).collect(),
            words: Words::default(),
            stamp: Stamp::FIRST,
            next_sweep: 0,
        }
    }

    /// The winner of an identity, if there is one whose event time is not before `cutoff`.
    pub(super) fn find(&self, identity: u64, cutoff: Instant) -> Option<Known> {
        let shard = &self.shards[shard_of(identity)];
        let winner = shard.winners.find(Fingerprint::mark_of(identity))?;
        let facts = self.words.facts(identity, winner);
        (facts.at >= cutoff).then(|| Known { facts, open: winner.is_of(self.stamp) })
    }

    /// Remembers a winner of the open cut, instead of the one that its identity had.
    pub(super) fn put(&mut self, facts: &Facts) {
        self.put_stamped(facts, self.stamp);
    }

    /// Remembers a winner of a cut that has ended.
    pub(super) fn put_sealed(&mut self, facts: &Facts) {
        self.put_stamped(facts, Stamp::SEALED);
    }

    /// Reads what a search for an identity will read first, so that it is in the cache then.
    pub(super) fn glance(&self, identity: u64) -> u64 {
        self.shards[shard_of(identity)].winners.glance(Fingerprint::mark_of(identity))
    }

    /// Ends the open cut, and frees a part of the winners that are before `cutoff`.
    pub(super) fn end_cut(&mut self, cutoff: Instant) {
        self.stamp = self.stamp.next();
        self.words.wide.retain(|_identity, facts| facts.at >= cutoff);
        for _ in 0..SWEPT {
            self.shards[self.next_sweep].sweep((self.next_sweep, &self.words), cutoff);
            self.next_sweep = (self.next_sweep + 1) % SHARDS;
        }
    }

    /// How many winners occupy memory, forgotten ones included that are not freed yet.
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.winners.len()).sum()
    }

    /// How many bytes the tables take.
    pub(super) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.winners.bytes()).sum()
    }

    fn put_stamped(&mut self, facts: &Facts, stamp: Stamp) {
        let winner = self.words.fingerprint(facts, stamp);
        let shard = &mut self.shards[shard_of(facts.identity)];
        shard.winners.put(winner);
        shard.oldest = shard.oldest.min(facts.at);
        shard.stamped |= stamp != Stamp::SEALED;
    }
}

impl Shard {
    /// Wipes out the stamps of cuts that have ended, and frees what is before `cutoff`.
    fn sweep(&mut self, (number, words): (usize, &Words), cutoff: Instant) {
        if self.oldest >= cutoff && !self.stamped {
            return;
        }
        let mut oldest = Instant::MAX;
        self.winners.retain(|winner| {
            winner.seal();
            let at = words.at(identity(number, winner), winner);
            if at >= cutoff {
                oldest = oldest.min(at);
            }
            at >= cutoff
        });
        (self.oldest, self.stamped) = (oldest, false);
    }
}

impl Words {
    fn fingerprint(&mut self, facts: &Facts, stamp: Stamp) -> Fingerprint {
        let mark = Fingerprint::mark_of(facts.identity);
        if let Some(winner) = self.fit(mark, facts, stamp) {
            if !self.wide.is_empty() {
                self.wide.remove(&facts.identity);
            }
            return winner;
        }
        self.wide.insert(facts.identity, *facts);
        Fingerprint::wide(mark, stamp)
    }

    fn fit(&mut self, mark: u64, facts: &Facts, stamp: Stamp) -> Option<Fingerprint> {
        let Facts { revision, at, provenance, route, .. } = *facts;
        let high = self.high_halves.number_of(provenance >> 32, u32::from(u16::MAX))?;
        let low = u32::try_from(provenance & u64::from(u32::MAX)).expect("half a word");
        let packed = Packed {
            revision,
            at,
            provenance: (u16::try_from(high).expect("limited"), low),
            route: self.routes.number_of(route, u32::MAX)?,
        };
        Fingerprint::of(mark, &packed, stamp)
    }

    fn facts(&self, identity: u64, winner: &Fingerprint) -> Facts {
        let Some(packed) = winner.unpack() else { return self.wide_facts(identity) };
        let (high, low) = packed.provenance;
        let provenance = (self.high_halves.word(u32::from(high)) << 32) | u64::from(low);
        let route = self.routes.word(packed.route);
        Facts { identity, revision: packed.revision, provenance, at: packed.at, route }
    }

    fn at(&self, identity: u64, winner: &Fingerprint) -> Instant {
        winner.unpack().map_or_else(|| self.wide_facts(identity).at, |packed| packed.at)
    }

    /// What is gone from here has been forgotten, and is as old as can be.
    fn wide_facts(&self, identity: u64) -> Facts {
        let forgotten = Facts { identity, revision: 0, provenance: 0, at: Instant::MIN, route: 0 };
        self.wide.get(&identity).copied().unwrap_or(forgotten)
    }
}

/// The identity of a winner in a shard.
fn identity(shard: usize, winner: &Fingerprint) -> u64 {
    (winner.mark() << 8) | u64::try_from(shard).expect("there are few shards")
}

/// The tables use the high bits of an identity, a shard the low ones.
fn shard_of(identity: u64) -> usize {
    usize::from(identity.to_le_bytes()[0])
}
