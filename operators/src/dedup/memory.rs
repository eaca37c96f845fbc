//! The winners that are remembered, by identity.

use hashbrown::HashMap;

use crate::dedup::fingerprint::{Fingerprint, Stamp, Wide};
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
    /// What does not fit into a fingerprint, by identity; nearly always empty.
    wide: HashMap<u64, Wide>,
    /// The stamp of the open cut.
    stamp: Stamp,
    next_sweep: usize,
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
            wide: HashMap::new(),
            stamp: Stamp::FIRST,
            next_sweep: 0,
        }
    }

    /// The winner of an identity, if there is one whose event time is not before `cutoff`.
    pub(super) fn find(&self, identity: u64, cutoff: Instant) -> Option<Known> {
        let winner = self.shards[shard_of(identity)].winners.find(identity)?;
        let facts = facts(winner, &self.wide);
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
        self.shards[shard_of(identity)].winners.glance(identity)
    }

    /// Ends the open cut, and frees a part of the winners that are before `cutoff`.
    pub(super) fn end_cut(&mut self, cutoff: Instant) {
        self.stamp = self.stamp.next();
        self.wide.retain(|_identity, (at, _revision)| *at >= cutoff);
        for _ in 0..SWEPT {
            self.shards[self.next_sweep].sweep(&mut self.wide, cutoff);
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
        let (winner, beyond) = Fingerprint::of(facts, stamp);
        let shard = &mut self.shards[shard_of(facts.identity)];
        shard.winners.put(winner);
        shard.oldest = shard.oldest.min(facts.at);
        shard.stamped |= stamp != Stamp::SEALED;
        if let Some(beyond) = beyond {
            self.wide.insert(facts.identity, beyond);
        } else if !self.wide.is_empty() {
            self.wide.remove(&facts.identity);
        }
    }
}

impl Shard {
    /// Wipes out the stamps of cuts that have ended, and frees what is before `cutoff`.
    fn sweep(&mut self, wide: &mut HashMap<u64, Wide>, cutoff: Instant) {
        if self.oldest >= cutoff && !self.stamped {
            return;
        }
        let mut oldest = Instant::MAX;
        self.winners.retain(|winner| {
            winner.seal();
            let at = facts(winner, wide).at;
            if at >= cutoff {
                oldest = oldest.min(at);
            }
            at >= cutoff
        });
        (self.oldest, self.stamped) = (oldest, false);
    }
}

fn facts(winner: &Fingerprint, wide: &HashMap<u64, Wide>) -> Facts {
    // What is gone from here has been forgotten, and is as old as can be.
    winner.facts(|identity| wide.get(&identity).copied().unwrap_or((Instant::MIN, 0)))
}

/// The tables use the high bits of an identity, a shard the low ones.
fn shard_of(identity: u64) -> usize {
    usize::from(identity.to_le_bytes()[0])
}
