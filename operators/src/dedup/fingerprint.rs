//! What is remembered of a winner, in 32 bytes.

use crate::dedup::verdicts::Facts;
use crate::rows::Instant;

/// The facts of a winner, packed.
///
/// `word` holds, from the top, 53 bits of event time (the years 1970 to 2255), 10 bits of revision,
/// and whether the cut of the winner is still open. A winner that does not fit is marked and has
/// its event time and revision elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// Of the winner; the tables are probed by it.
    pub(super) identity: u64,
    provenance: u64,
    route: u64,
    word: u64,
}

/// The event time and revision of a winner that does not fit into its fingerprint.
pub(super) type Wide = (Instant, u16);

const OPEN: u64 = 1;
const REVISION_BITS: u32 = 10;
const REVISION_MASK: u64 = (1 << REVISION_BITS) - 1;
/// The revision that marks a winner as one that does not fit.
const WIDE: u64 = REVISION_MASK;

impl Fingerprint {
    /// Packs the facts of a winner of the open cut; with what does not fit, if anything does not.
    pub(super) fn of(facts: &Facts) -> (Self, Option<Wide>) {
        let Facts { identity, revision, provenance, at, route } = *facts;
        let packed = pack(at, revision);
        let word = packed.unwrap_or(WIDE << 1) | OPEN;
        let fingerprint = Self { identity, provenance, route, word };
        (fingerprint, packed.is_none().then_some((at, revision)))
    }

    /// The facts again; `wide` is asked for what did not fit.
    pub(super) fn facts(&self, wide: impl FnOnce(u64) -> Wide) -> Facts {
        let (at, revision) = match (self.word >> 1) & REVISION_MASK {
            WIDE => wide(self.identity),
            revision => {
                let at = Instant::try_from(self.word >> (REVISION_BITS + 1));
                let revision = u16::try_from(revision);
                (at.expect("53 bits fit"), revision.expect("10 bits fit"))
            }
        };
        let Self { identity, provenance, route, .. } = *self;
        Facts { identity, revision, provenance, at, route }
    }

    /// Whether the cut of the winner is still open.
    pub(super) fn is_open(&self) -> bool {
        self.word & OPEN != 0
    }

    /// Notes that the cut of the winner has ended.
    pub(super) fn seal(&mut self) {
        self.word &= !OPEN;
    }
}

fn pack(at: Instant, revision: u16) -> Option<u64> {
    let at = u64::try_from(at).ok().filter(|at| at.leading_zeros() > REVISION_BITS)?;
    let revision = u64::from(revision);
    (revision < WIDE).then_some((at << (REVISION_BITS + 1)) | (revision << 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_small_and_gives_the_facts_back() {
        assert_eq!(size_of::<Fingerprint>(), 32);
        let last = (1 << 53) - 1;
        for at in [Instant::MIN, -1, 0, 1, last, last + 1, Instant::MAX] {
            for revision in [0, 1, 1022, 1023, u16::MAX] {
                let facts = Facts { identity: 1, revision, provenance: 2, at, route: 3 };
                let (mut winner, wide) = Fingerprint::of(&facts);
                assert_eq!(wide.is_none(), revision < 1023 && (0..=last).contains(&at));
                for open in [true, false] {
                    assert_eq!(winner.is_open(), open);
                    assert_eq!(winner.facts(|_identity| wide.unwrap()), facts);
                    winner.seal();
                }
            }
        }
    }
}
