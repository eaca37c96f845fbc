//! What is remembered of a winner, in 25 bytes.

use crate::rows::Instant;

/// The facts of a winner, packed; or the mark of an empty place.
///
/// From the left: 7 bytes of identity (the last one is the same for all winners of a shard); the low half of the
/// provenance in 4, and in 2 the number of its high half; the number of the route in 4; and a word. That holds, from
/// the top, 53 bits of event time (the years 1970 to 2255), four bits that are the revision plus one, and the stamp of
/// the winner's cut. No revision at all marks an empty place. Facts that do not fit are marked by the greatest revision,
/// and are elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 25]);

/// What a winner is found by in its shard: its identity without the last byte.
pub(super) type Mark = u64;

/// What a fingerprint says of its winner, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) revision: u16,
    pub(super) at: Instant,
    /// The number of the provenance's high half, and its low half.
    pub(super) provenance: (u16, u32),
    /// The number of the route.
    pub(super) route: u32,
}

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
    /// What is left of an identity inside its shard.
    pub(super) fn mark_of(identity: u64) -> Mark {
        identity >> 8
    }

    /// The fingerprint of a winner; `None` if the facts do not fit.
    pub(super) fn of(mark: Mark, packed: &Packed, stamp: Stamp) -> Option<Self> {
        let word = word(packed.at, packed.revision)?;
        let (high, low) = packed.provenance;
        Some(Self::join((mark, low, high), packed.route, word | stamp.0))
    }

    /// The fingerprint of a winner whose facts are elsewhere.
    pub(super) fn wide(mark: Mark, stamp: Stamp) -> Self {
        Self::join((mark, 0, 0), 0, (WIDE << STAMP_BITS) | stamp.0)
    }

    fn join((mark, low, high): (Mark, u32, u16), route: u32, word: u64) -> Self {
        let mut bytes = [0; 25];
        bytes[..7].copy_from_slice(&mark.to_le_bytes()[..7]);
        bytes[7..11].copy_from_slice(&low.to_le_bytes());
        bytes[11..13].copy_from_slice(&high.to_le_bytes());
        bytes[13..17].copy_from_slice(&route.to_le_bytes());
        bytes[17..].copy_from_slice(&word.to_le_bytes());
        Self(bytes)
    }

    /// The facts again; `None` where they are elsewhere.
    pub(super) fn unpack(&self) -> Option<Packed> {
        let word = self.word();
        let revision = (word >> STAMP_BITS) & REVISION_MASK;
        if revision == WIDE {
            return None;
        }
        let at = Instant::try_from(word >> (REVISION_BITS + STAMP_BITS));
        Some(Packed {
            revision: u16::try_from(revision - 1).expect("four bits fit"),
            at: at.expect("53 bits fit"),
            provenance: (u16::from_le_bytes(self.part(11)), u32::from_le_bytes(self.part(7))),
            route: u32::from_le_bytes(self.part(13)),
        })
    }

    /// What the winner is found by.
    pub(super) fn mark(&self) -> Mark {
        u64::from_le_bytes(self.part(0)) & (u64::MAX >> 8)
    }

    /// Whether there is no winner.
    pub(super) fn is_empty(&self) -> bool {
        (self.word() >> STAMP_BITS) & REVISION_MASK == 0
    }

    /// Whether the winner is of the cut with this stamp.
    pub(super) fn is_of(&self, stamp: Stamp) -> bool {
        self.word() & STAMP_MASK == stamp.0
    }

    /// Forgets of which cut the winner is.
    pub(super) fn seal(&mut self) {
        let sealed = self.word() & !STAMP_MASK;
        self.0[17..].copy_from_slice(&sealed.to_le_bytes());
    }

    fn word(&self) -> u64 {
        u64::from_le_bytes(self.part(17))
    }

    fn part<const N: usize>(&self, from: usize) -> [u8; N] {
        *self.0[from..].first_chunk().expect("a part lies within the bytes")
    }
}

fn word(at: Instant, revision: u16) -> Option<u64> {
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
        assert_eq!(size_of::<Fingerprint>(), 25);
        assert!(Fingerprint::default().is_empty());
        let last = (1 << 53) - 1;
        let mark = Fingerprint::mark_of(u64::MAX - 1);
        for at in [Instant::MIN, -1, 0, 1, last, last + 1, Instant::MAX] {
            for revision in [0, 1, 13, 14, u16::MAX] {
                let packed =
                    Packed { revision, at, provenance: (u16::MAX, 7), route: u32::MAX - 2 };
                let found = Fingerprint::of(mark, &packed, Stamp::FIRST);
                let fits = revision < 14 && (0..=last).contains(&at);
                assert_eq!(found.is_some(), fits);
                let mut winner = found.unwrap_or(Fingerprint::wide(mark, Stamp::FIRST));
                for stamp in [Stamp::FIRST, Stamp::SEALED] {
                    assert!(winner.is_of(stamp) && !winner.is_of(Stamp::FIRST.next()));
                    assert!(!winner.is_empty());
                    assert_eq!(winner.mark(), mark);
                    assert_eq!(winner.unpack(), fits.then_some(packed));
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
