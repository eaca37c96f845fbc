//! What is remembered of a winner, in 32 bytes.

use crate::dedup::verdicts::Facts;
use crate::rows::Instant;

/// The facts of a winner, packed; or the mark of an empty place.
///
/// `word` holds, from the top, 53 bits of event time (the years 1970 to 2255), four bits that are
/// the revision plus one, and the stamp of the winner's cut. No revision at all marks an empty
/// place. What does not fit is marked by the greatest revision, and is elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint {
    identity: u64,
    provenance: u64,
    route: u64,
    word: u64,
}

/// The event time and revision of a winner that does not fit into its fingerprint.
pub(super) type Wide = (Instant, u16);

/// Which cut a winner is of, as long as that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(u64);

const STAMP_BITS: u32 = 7;
const STAMP_MASK: u64 = (1 << STAMP_BITS) - 1;
const REVISION_BITS: u32 = 4;
const REVISION_MASK: u64 = (1 << REVISION_BITS) - 1;
const WIDE: u64 = REVISION_MASK;

impl Stamp {
    /// Of winners whose cut has ended long ago.
    pub(super) const SEALED: Self = Self(0);
    /// Of the first cut.
    pub(super) const FIRST: Self = Self(1);
    /// How many cuts have different stamps.
    pub(super) const CYCLE: usize = 127;

    /// Of the next cut.
    pub(super) fn next(self) -> Self {
        Self(self.0 % STAMP_MASK + 1)
    }
}

impl Fingerprint {
    /// Packs the facts of a winner; with what does not fit, if anything does not.
    pub(super) fn of(facts: &Facts, stamp: Stamp) -> (Self, Option<Wide>) {
        let Facts { identity, revision, provenance, at, route } = *facts;
        let packed = pack(at, revision);
        let word = packed.unwrap_or(WIDE << STAMP_BITS) | stamp.0;
        let fingerprint = Self { identity, provenance, route, word };
        (fingerprint, packed.is_none().then_some((at, revision)))
    }

    /// The facts again; `wide` is asked for what did not fit.
    pub(super) fn facts(&self, wide: impl FnOnce(u64) -> Wide) -> Facts {
        let (at, revision) = match self.revision() {
            WIDE => wide(self.identity),
            revision => {
                let at = Instant::try_from(self.word >> (REVISION_BITS + STAMP_BITS));
                let revision = u16::try_from(revision - 1);
                (at.expect("53 bits fit"), revision.expect("four bits fit"))
            }
        };
        let Self { identity, provenance, route, .. } = *self;
        Facts { identity, revision, provenance, at, route }
    }

    /// What the winner is found by.
    pub(super) fn identity(&self) -> u64 {
        self.identity
    }

    /// Whether there is no winner.
    pub(super) fn is_empty(&self) -> bool {
        self.revision() == 0
    }

    /// Whether the winner is of the cut with this stamp.
    pub(super) fn is_of(&self, stamp: Stamp) -> bool {
        self.word & STAMP_MASK == stamp.0
    }

    /// Forgets of which cut the winner is.
    pub(super) fn seal(&mut self) {
        self.word &= !STAMP_MASK;
    }

    fn revision(&self) -> u64 {
        (self.word >> STAMP_BITS) & REVISION_MASK
    }
}

fn pack(at: Instant, revision: u16) -> Option<u64> {
    let shift = REVISION_BITS + STAMP_BITS;
    let at = u64::try_from(at).ok().filter(|at| at.leading_zeros() >= shift)?;
    let revision = u64::from(revision) + 1;
    (revision < WIDE).then_some((at << shift) | (revision << STAMP_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_small_and_gives_the_facts_back() {
        assert_eq!(size_of::<Fingerprint>(), 32);
        assert!(Fingerprint::default().is_empty());
        let last = (1 << 53) - 1;
        for at in [Instant::MIN, -1, 0, 1, last, last + 1, Instant::MAX] {
            for revision in [0, 1, 13, 14, u16::MAX] {
                let facts = Facts { identity: 1, revision, provenance: 2, at, route: 3 };
                let (mut winner, wide) = Fingerprint::of(&facts, Stamp::FIRST);
                assert_eq!(wide.is_none(), revision < 14 && (0..=last).contains(&at));
                for stamp in [Stamp::FIRST, Stamp::SEALED] {
                    assert!(winner.is_of(stamp) && !winner.is_of(Stamp::FIRST.next()));
                    assert!(!winner.is_empty());
                    assert_eq!(winner.facts(|_identity| wide.unwrap()), facts);
                    winner.seal();
                }
            }
        }
    }

    #[test]
    fn stamps_differ_for_a_whole_cycle() {
        let mut stamp = Stamp::FIRST;
        for _ in 1..Stamp::CYCLE {
            stamp = stamp.next();
            assert!(stamp != Stamp::FIRST && stamp != Stamp::SEALED);
        }
        assert_eq!(stamp.next(), Stamp::FIRST);
    }
}
