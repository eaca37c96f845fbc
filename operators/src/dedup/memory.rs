//! The winners that are remembered, by identity.

use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};

use crate::dedup::fingerprint::{Fingerprint, Wide};
use crate::dedup::verdicts::Facts;
use crate::rows::Instant;

/// A power of two, so that a table that grows copies little, and a sweep can go table by table.
const SHARDS: usize = 256;
/// The bits of an identity just below the seven that a table uses as tags.
const SHARD_SHIFT: u32 = 49;
/// Of how many shards the forgotten winners are freed at the end of a cut.
const SHARDS_PER_SWEEP: usize = 4;

/// Fingerprints of winners in tables that are probed by the identity itself, which is a hash
/// already.
pub(super) struct Memory {
    shards: Vec<Shard>,
    /// What does not fit into a fingerprint, by identity; nearly always empty.
    wide: HashMap<u64, Wide>,
    next_sweep: usize,
}

/// The winners of one part of all identities.
struct Shard {
    winners: HashTable<Fingerprint>,
    /// No winner here is older.
    oldest: Instant,
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
        let shard = || Shard { winners: HashTable::new(), oldest: Instant::MAX };
        Self { shards: (0..SHARDS).map(|_| shard()).collect(), wide: HashMap::new(), next_sweep: 0 }
    }

    /// The winner of the same identity, unless it is forgotten because its event time is before
    /// `cutoff`; if there is none, `facts` are those of an open winner from now on. One probe.
    pub(super) fn meet(&mut self, facts: &Facts, cutoff: Instant) -> Option<Known> {
        let shard = &mut self.shards[shard_of(facts.identity)];
        let same = |winner: &Fingerprint| winner.identity == facts.identity;
        match shard.winners.entry(facts.identity, same, |winner| winner.identity) {
            Entry::Occupied(winner) => {
                let known = known(winner.get(), &self.wide);
                if known.facts.at >= cutoff {
                    return Some(known);
                }
                self.replace(facts);
            }
            Entry::Vacant(vacant) => {
                let (fingerprint, beyond) = Fingerprint::of(facts);
                vacant.insert(fingerprint);
                shard.oldest = shard.oldest.min(facts.at);
                if let Some(beyond) = beyond {
                    self.wide.insert(facts.identity, beyond);
                }
            }
        }
        None
    }

    /// Puts an open winner in the place of the one that has the same identity.
    pub(super) fn replace(&mut self, facts: &Facts) {
        let (fingerprint, beyond) = Fingerprint::of(facts);
        *self.winner(facts.identity) = fingerprint;
        let shard = &mut self.shards[shard_of(facts.identity)];
        shard.oldest = shard.oldest.min(facts.at);
        match beyond {
            Some(beyond) => drop(self.wide.insert(facts.identity, beyond)),
            None => drop(self.wide.remove(&facts.identity)),
        }
    }

    /// Notes that the cut of the winner of an identity has ended.
    pub(super) fn seal(&mut self, identity: u64) {
        self.winner(identity).seal();
    }

    /// Frees the winners of a few shards that are before `cutoff`.
    pub(super) fn sweep(&mut self, cutoff: Instant) {
        for _ in 0..SHARDS_PER_SWEEP {
            self.shards[self.next_sweep].sweep(&mut self.wide, cutoff);
            self.next_sweep = (self.next_sweep + 1) % SHARDS;
        }
    }

    /// How many winners occupy memory, forgotten ones included that are not freed yet.
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.winners.len()).sum()
    }

    fn winner(&mut self, identity: u64) -> &mut Fingerprint {
        let winners = &mut self.shards[shard_of(identity)].winners;
        let winner = winners.find_mut(identity, |winner| winner.identity == identity);
        winner.expect("a winner is freed only after its cut, and after it was met")
    }
}

impl Shard {
    fn sweep(&mut self, wide: &mut HashMap<u64, Wide>, cutoff: Instant) {
        if self.oldest >= cutoff {
            return;
        }
        let mut oldest = Instant::MAX;
        self.winners.retain(|winner| {
            let at = known(winner, wide).facts.at;
            if at < cutoff {
                wide.remove(&winner.identity);
                return false;
            }
            oldest = oldest.min(at);
            true
        });
        self.oldest = oldest;
        if self.winners.len() < self.winners.capacity() / 4 {
            self.winners.shrink_to(self.winners.len() * 2, |winner| winner.identity);
        }
    }
}

fn known(winner: &Fingerprint, wide: &HashMap<u64, Wide>) -> Known {
    Known { facts: winner.facts(|identity| wide[&identity]), open: winner.is_open() }
}

fn shard_of(identity: u64) -> usize {
    usize::try_from(identity >> SHARD_SHIFT).expect("fifteen bits fit") % SHARDS
}
